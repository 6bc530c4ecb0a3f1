// All images: search by prompt, open, compare.

import {$, ago, announce, el, pixels, title} from './dom.js';
import * as api from './api.js';
import * as viewer from './viewer.js';

const PAGE = 24;
let unpoll = null;
let opened = null;

export function close() {
  unpoll?.();
  unpoll = null;
  opened?.destroy();
  opened = null;
}

/** @param query of the address: q, the search text; with, the image to compare with */
export function show(query) {
  close();
  const partner = query.get('with');
  const state = {q: query.get('q') ?? '', count: PAGE, jobs: [], more: false};
  const cards = el('ul', {class: 'cards', id: 'cards'});
  const more = el('button', {type: 'button', hidden: true, onclick: () => {
    state.count += PAGE;
    load();
  }}, 'Show older');
  const nothing = el('p', {class: 'empty', hidden: true});
  const refusal = el('p', {class: 'refusal', role: 'alert', hidden: true});
  const act = partner ? null : async (words, work) => {
    refusal.hidden = true;
    try {
      announce(`${words}: ${title(await work())}`);
      await load();
    } catch (refused) {
      if (!(refused instanceof api.Refusal)) throw refused;
      refusal.textContent = refused.message;
      refusal.hidden = false;
    }
  };
  const search = el('input', {id: 'search', type: 'search', value: state.q, placeholder: 'Search prompts',
    'aria-label': 'Search images by prompt', oninput: () => {
      state.q = search.value;
      const next = new URLSearchParams(query);
      if (state.q) next.set('q', state.q);
      else next.delete('q');
      history.replaceState(null, '', `#/gallery${next.size ? `?${next}` : ''}`);
      load();
    }});
  let turn = 0;
  const load = async () => {
    const mine = ++turn;
    const found = await pages(state);
    if (mine !== turn) return;
    nothing.hidden = found.jobs.length > 0;
    nothing.textContent = state.q ? `No image matches “${state.q}”.` : 'No images yet.';
    more.hidden = !found.next;
    update(cards, found.jobs, partner, act);
  };
  $('gallery-body').replaceChildren(
    partner
      ? el('p', {class: 'note'}, 'Choose an image to compare with. ',
        el('a', {href: `#/job/${encodeURIComponent(partner)}`}, 'Cancel'))
      : '',
    el('div', {class: 'searching', role: 'search'}, search), refusal, cards, nothing, more);
  unpoll = api.poll(load, 3000);
}

async function pages({q, count}) {
  const jobs = [];
  let next = null;
  do {
    const page = await api.list({q, limit: Math.min(count - jobs.length, 200), before: next});
    jobs.push(...page.jobs);
    next = page.next ?? null;
  } while (next && jobs.length < count);
  return {jobs, next};
}

/**
 * Updates only what changed, so that images do not flicker and the focus stays.
 *
 * @param act acts on an image and shows why that was refused; null: no actions are offered
 */
export function update(list, jobs, partner = null, act = null) {
  const focused = list.contains(document.activeElement) ? document.activeElement.closest('li').dataset.id : null;
  const old = new Map([...list.children].map((card) => [card.dataset.id, card]));
  const cards = jobs.map((job) => {
    const mark = [job.state, job.hasImage, job.previews.length, partner].join();
    const known = old.get(job.id);
    const kept = known?.dataset.mark === mark ? known : card(job, mark, partner, act);
    kept.querySelector('.share')?.style.setProperty('width', `${100 * (job.progress?.fraction ?? 0)}%`);
    return kept;
  });
  if (cards.length !== list.children.length || cards.some((each, n) => list.children[n] !== each)) {
    list.replaceChildren(...cards);
    // A button may disappear once it was pressed; the focus stays on its image.
    if (focused && !list.contains(document.activeElement)) {
      cards.find((each) => each.dataset.id === focused)?.querySelector('a')?.focus({preventScroll: true});
    }
  }
}

function card(job, mark, partner, act) {
  const address = partner
    ? `#/compare/${encodeURIComponent(partner)}/${encodeURIComponent(job.id)}`
    : `#/job/${encodeURIComponent(job.id)}`;
  const usable = !partner || (job.hasImage && job.id !== partner);
  const frame = el('span', {class: 'thumb'}, picture(job),
    api.isOver(job.state) ? null : el('span', {class: 'bar-thin'}, el('i', {class: 'share'})));
  const words = el('span', {class: 'caption'}, title(job));
  const facts = el('span', {class: 'small'},
    job.state === 'done' ? '' : `${job.state} · `, pixels(job), ' · ', ago(job.endedAt ?? job.submittedAt));
  return el('li', {data: {id: job.id, mark, state: job.state}},
    usable ? el('a', {href: address}, frame, words, facts) : el('span', {class: 'off'}, frame, words, facts),
    act && offers(job, act));
}

/** What can be done with an image without opening it. */
function offers(job, act) {
  const named = (words) => ({'aria-label': `${words}: ${title(job)}`});
  const button = (name, words, done, work) =>
    el('button', {type: 'button', class: `quiet ${name}`, ...named(words), onclick: () => act(done, work)}, words);
  return el('div', {class: 'offers'},
    !api.isOver(job.state) && button('cancel', 'Cancel', 'Cancelled', () => api.cancel(job.id)),
    (job.state === 'failed' || job.state === 'cancelled')
      && button('retry', 'Resume', 'Resumed', () => api.retry(job.id)),
    job.hasImage && el('a', {class: 'button quiet download', href: api.imageOf(job.id), download: `${job.id}.png`,
      ...named('Download')}, 'Download'));
}

function picture(job) {
  const image = el('img', {alt: '', loading: 'lazy', width: 256, height: 256});
  const preview = job.previews.length ? api.previewOf(job.id, Math.min(...job.previews)) : null;
  if (job.hasImage) {
    image.src = api.tileOf(job.id, 0, 0, 0);
    // Not cut into tiles yet: the first preview will do.
    image.onerror = () => {
      image.onerror = null;
      if (preview) image.src = preview;
      else image.classList.add('missing');
    };
  } else if (preview) {
    image.src = preview;
  } else {
    image.classList.add('missing');
  }
  return image;
}

/** Two images with a divider between them. */
export async function compare(first, second) {
  close();
  const body = $('gallery-body');
  const divider = el('input', {id: 'divider', type: 'range', min: 0, max: 100, step: 0.5, value: 50,
    'aria-label': 'Divider: first image on the left, second on the right'});
  const deep = el('div', {class: 'deep there', id: 'compare-deep'});
  const frame = el('div', {class: 'frame comparing', id: 'compare-frame'}, deep,
    el('span', {class: 'rule', 'aria-hidden': true}), divider);
  const sides = el('div', {class: 'pair'});
  const line = el('p', {class: 'line', role: 'status'}, 'Loading both images…');
  body.replaceChildren(sides, frame, line);
  let isOpen = true;
  opened = {destroy: () => { isOpen = false; }};
  try {
    const jobs = await Promise.all([first, second].map(api.find));
    const zooms = await Promise.all([first, second].map((id) => viewer.pyramid(id, null, () => isOpen)));
    if (!isOpen) return;
    sides.replaceChildren(...jobs.map((job, n) => el('p', {},
      el('span', {class: 'title'}, el('b', {}, n === 0 ? 'Left: ' : 'Right: '),
        el('a', {href: `#/job/${encodeURIComponent(job.id)}`, title: title(job)}, title(job))),
      el('span', {class: 'small'}, `${pixels(job)} · seed ${job.seed}`))));
    if (zooms.some((zoom) => !zoom)) {
      line.textContent = 'These two cannot be compared: one of them is not finished or no longer exists.';
      return;
    }
    frame.style.setProperty('--ratio', `${jobs[0].width} / ${jobs[0].height}`);
    frame.style.setProperty('--across', jobs[0].width / jobs[0].height);
    const shown = await viewer.compare(deep, divider, jobs.map((job, n) => ({id: job.id, zoom: zooms[n]})));
    if (!isOpen) return shown.destroy();
    opened = shown;
    frame.append(viewer.controls(shown, frame));
    line.textContent = 'Drag the divider or use the arrow keys; both images pan and zoom together.';
  } catch (refusal) {
    if (!(refusal instanceof api.Refusal)) throw refusal;
    line.textContent = refusal.message;
  }
}
