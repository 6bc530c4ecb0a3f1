// Routing. All state is in the address, so a reload shows the same view.

import {$, el} from './dom.js';
import * as api from './api.js';
import * as compose from './compose.js';
import * as gallery from './gallery.js';
import * as stage from './stage.js';
import * as workers from './workers.js';

let usage = null;

function route() {
  const [path, query] = location.hash.replace(/^#/, '').split('?');
  const words = path.split('/').slice(1).map(decoded);
  const view = ['gallery', 'workers', 'usage', 'compare', 'job'].includes(words[0]) ? words[0] : 'draw';
  document.body.dataset.route = view;
  $('compose').hidden = $('stage').hidden = view !== 'draw' && view !== 'job';
  $('gallery').hidden = view !== 'gallery' && view !== 'compare';
  $('workers').hidden = view !== 'workers';
  $('usage').hidden = view !== 'usage';
  for (const link of document.querySelectorAll('nav a')) {
    const here = link.dataset.view === (view === 'compare' ? 'gallery' : view === 'job' ? 'draw' : view);
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  gallery.close();
  workers.close();
  usage?.close();
  if (view === 'draw') stage.show(null);
  else if (view === 'job') stage.show(words[1], reuse);
  else stage.close();
  if (view === 'gallery') gallery.show(new URLSearchParams(query));
  if (view === 'compare') gallery.compare(words[1], words[2]);
  if (view === 'workers') workers.show();
  if (view === 'usage') showUsage(new URLSearchParams(query));
}

/** Its script comes when somebody asks for it. */
async function showUsage(query) {
  const asked = location.hash;
  usage ??= await import('./usage.js');
  if (location.hash === asked) usage.show(query);
}

function decoded(word) {
  try {
    return decodeURIComponent(word);
  } catch (broken) {
    return word;
  }
}

function reuse(settings, backdrop) {
  compose.fill(settings, backdrop);
  location.hash = '#/';
  $('prompt').focus();
}

/** The most recent images, below the form. */
function beginRecent() {
  const list = el('ul', {class: 'cards strip', id: 'recent'});
  $('compose').append(el('h3', {class: 'small-heading'}, 'Recent'), list);
  api.poll(async () => {
    if (!$('compose').hidden) gallery.update(list, (await api.list({limit: 8})).jobs);
  }, 4000);
}

function beginSearchKey() {
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (!$('search')?.isConnected) location.hash = '#/gallery';
      requestAnimationFrame(() => setTimeout(() => $('search')?.focus()));
    }
  });
}

/** Paint first, then request images; a hidden tab never paints, so it does not wait. */
const painted = new Promise((resolve) => {
  if (document.hidden) resolve();
  else requestAnimationFrame(() => setTimeout(resolve));
});

compose.begin((job) => {
  location.hash = `#/job/${encodeURIComponent(job.id)}`;
  window.scrollTo({top: 0});
});
beginSearchKey();
api.poll(async () => compose.learn(await api.workers(), await api.modelSettings()), 10000);
api.onReachable((isThere) => {
  $('link').textContent = isThere ? '' : 'The coordinator does not answer; retrying…';
  document.body.classList.toggle('offline', !isThere);
});
$('leave').addEventListener('click', async () => {
  const left = await api.leave();
  if (left) location.href = left.next;
  else location.reload();
});
api.session().then((session) => {
  $('leave').hidden = !session.hasToken;
  document.body.dataset.role = session.role;
  if (session.role === 'view') {
    $('form').before(el('p', {class: 'note'}, `Your sign-in (${session.name}) is view-only: you can look at images but not generate them.`));
  }
}, () => {});
await painted;
window.addEventListener('hashchange', route);
route();
beginRecent();
