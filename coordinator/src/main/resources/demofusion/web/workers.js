// The workers: speed, share of the work, state, draining and pausing; and what is recommended for their models.

import {$, ago, el, hue} from './dom.js';
import * as api from './api.js';

const STATES = {ready: 'Ready', aside: 'Quarantined', draining: 'Draining', drained: 'Drained',
  pausing: 'Pausing', paused: 'Paused'};
let unpoll = null;

export function close() {
  unpoll?.();
  unpoll = null;
}

export function show() {
  close();
  const refusal = el('p', {class: 'refusal', role: 'alert', hidden: true});
  const list = el('ul', {class: 'workers', id: 'worker-list'});
  const nobody = el('div', {class: 'empty', hidden: true},
    el('p', {class: 'large'}, 'No workers connected.'),
    el('p', {}, 'Images stay queued until one joins: ', el('code', {}, 'demofusion worker --join …')));
  const models = el('ul', {class: 'workers', id: 'model-list'});
  const files = el('ul', {class: 'workers', id: 'file-list'});
  const filesHeading = el('h3', {class: 'small-heading', hidden: true}, 'Files in the store');
  $('workers-body').replaceChildren(refusal, list, nobody,
    el('h3', {class: 'small-heading'}, 'Models'), models, filesHeading, files);
  loadModels(models, refusal);
  loadFiles(files, filesHeading);
  const load = async () => {
    const workers = await api.workers();
    nobody.hidden = workers.length > 0;
    const whole = workers.reduce((sum, worker) => sum + worker.tilesPerSecond, 0);
    const old = new Map([...list.children].map((item) => [item.dataset.name, item]));
    const items = workers.map((worker) => {
      const item = old.get(worker.name) ?? card(worker, refusal, load);
      fill(item, worker, whole);
      return item;
    });
    if (items.length !== list.children.length || items.some((each, n) => list.children[n] !== each)) {
      list.replaceChildren(...items);
    }
  };
  unpoll = api.poll(load, 1500);
}

/** What workers fetch when a job needs it. */
async function loadFiles(list, heading) {
  try {
    const known = await api.modelFiles();
    heading.hidden = known.length === 0;
    list.replaceChildren(...known.map((file) => el('li', {data: {name: file.name}},
      el('div', {class: 'who'}, el('b', {}, file.name)),
      el('p', {class: 'small'}, `${file.kind}, ${size(file.bytes)}, hash ${file.shortHash}`))));
  } catch (lost) {
    if (!(lost instanceof api.Refusal)) throw lost;
  }
}

const size = (bytes) => bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

const words = (settings) =>
  Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(' ');

async function loadModels(list, refusal) {
  try {
    const [known, session] = [await api.modelSettings(), await api.session()];
    list.replaceChildren(...known.map((model) =>
      modelCard(model, session.role === 'operate', refusal, () => loadModels(list, refusal))));
  } catch (lost) {
    if (!(lost instanceof api.Refusal)) throw lost;
  }
}

/** What a model recommends; operators may set something else over it. */
function modelCard(model, mayChange, refusal, load) {
  const id = `model-${model.hash}`;
  const typed = el('input', {id, type: 'text', value: words(model.ofOperator), placeholder: 'steps=30 guidanceScale=5'});
  const save = async (event) => {
    event.preventDefault();
    refusal.hidden = true;
    try {
      await api.recommend(model.hash, changes(typed.value, model.ofOperator));
      await load();
    } catch (refused) {
      if (!(refused instanceof api.Refusal)) throw refused;
      refusal.textContent = refused.message;
      refusal.hidden = false;
    }
  };
  return el('li', {data: {name: model.model}},
    el('div', {class: 'who'}, el('b', {}, model.model)),
    el('p', {class: 'small'}, `hash ${model.hash.slice(0, 10)}`),
    el('p', {class: 'rate'}, `Used where a request is silent: ${words(model.settings) || 'nothing of its own'}`),
    mayChange && el('form', {onsubmit: save},
      el('label', {htmlFor: id, class: 'small'}, 'Set over the model’s own (size, steps, guidanceScale, guidanceRescale, scheduler, stride, structureCutoff)'),
      el('div', {class: 'joined'}, typed, el('button', {type: 'submit', class: 'quiet'}, 'Save'))));
}

/** What was typed, and null for what was taken away. */
function changes(text, before) {
  const changed = Object.fromEntries(Object.keys(before).map((name) => [name, null]));
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const [name, ...rest] = word.split('=');
    const value = rest.join('=');
    changed[name] = value === '' ? null : Number.isNaN(Number(value)) ? value : Number(value);
  }
  return changed;
}

function card(worker, refusal, load) {
  const swatch = el('span', {class: 'swatch', 'aria-hidden': true});
  swatch.style.setProperty('background', `hsl(${hue(worker.name)} 60% 55%)`);
  const changing = (classes, change) => {
    const button = el('button', {type: 'button', class: classes, onclick: async () => {
      refusal.hidden = true;
      try {
        await change(worker.name, button.dataset.back === 'yes');
        await load();
      } catch (refused) {
        if (!(refused instanceof api.Refusal)) throw refused;
        refusal.textContent = refused.message;
        refusal.hidden = false;
      }
    }});
    return button;
  };
  return el('li', {data: {name: worker.name}},
    el('div', {class: 'who'}, swatch, el('b', {}, worker.name), el('span', {class: 'state'})),
    el('p', {class: 'small device'}),
    el('div', {class: 'meter', role: 'meter', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-label': `Share of ${worker.name}`}, el('i')),
    el('p', {class: 'rate'}),
    el('p', {class: 'small reason'}),
    el('div', {class: 'joined'}, changing('drain', api.drain), changing('drain pause', api.pause)));
}

function fill(item, worker, whole) {
  const share = whole > 0 ? worker.tilesPerSecond / whole : 0;
  const part = (name) => item.querySelector(name);
  const put = (name, text) => {
    if (part(name).textContent !== text) part(name).textContent = text;
  };
  item.dataset.state = worker.state;
  part('.state').dataset.state = worker.state;
  put('.state', STATES[worker.state] ?? worker.state);
  put('.device', `${worker.model} · ${worker.device} · ${worker.precision} · joined ${ago(worker.since)}`);
  part('.meter i').style.setProperty('width', `${100 * share}%`);
  part('.meter').setAttribute('aria-valuenow', String(Math.round(100 * share)));
  put('.rate', `${worker.tilesPerSecond ? worker.tilesPerSecond.toPrecision(3) : '–'} tiles/s · `
    + `${Math.round(100 * share)}% of the farm · ${worker.inHand} in flight · ${worker.completed} done`
    + (worker.failed ? ` · ${worker.failed} failed` : '')
    + (worker.audited ? ` · ${worker.audited} compared` : '')
    + (worker.lies ? ` · ${worker.lies} wrong` : ''));
  put('.reason', worker.reason ?? '');
  const paused = ['pausing', 'paused'].includes(worker.state);
  const back = worker.state !== 'ready';
  part('.drain').hidden = paused; // a pause hides what else there is
  part('.drain').dataset.back = back ? 'yes' : 'no';
  put('.drain', back ? 'Resume' : 'Drain');
  part('.pause').dataset.back = paused ? 'yes' : 'no';
  put('.pause', paused ? 'Resume' : 'Pause');
}
