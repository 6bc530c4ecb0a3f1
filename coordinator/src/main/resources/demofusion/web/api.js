// The coordinator's API as the page uses it. See v1/openapi.json. Addresses are relative, so that
// the page may lie under a path.

const listeners = new Set();
let reachable = true;

/** Tells the listener whether the coordinator answers, at once and whenever that changes. */
export function onReachable(listener) {
  listeners.add(listener);
  listener(reachable);
}

function note(isReachable) {
  if (isReachable === reachable) return;
  reachable = isReachable;
  listeners.forEach((listener) => listener(reachable));
}

/** Why a request was refused: one sentence for the user. */
export class Refusal extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

// Seeds go up to 2⁶³ − 1, more than a JavaScript number holds: large ones stay text here.
const write = (body) => JSON.stringify(body).replace(/"seed":"(\d+)"/, '"seed":$1');
const read = (text) =>
  JSON.parse(text, (name, value, context) =>
    name === 'seed' && !Number.isSafeInteger(value) && context ? context.source : value);

async function request(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : {'Content-Type': 'application/json'},
      body: body === undefined ? undefined : write(body),
    });
  } catch (lost) {
    note(false);
    throw new Refusal(0, 'The coordinator does not answer.');
  }
  note(true);
  if (response.status === 401) location.reload();
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? read(text) : null;
  } catch (broken) {
    answer = null;
  }
  if (!response.ok) {
    throw new Refusal(response.status, answer?.detail ?? `The coordinator answered ${response.status}.`);
  }
  return {status: response.status, answer};
}

const get = async (path) => (await request('GET', path)).answer;
const job = (id) => `v1/jobs/${encodeURIComponent(id)}`;

/** Which fields a request has, and how the form shows them. */
export const form = () => get('web/form.json');
/** What each preset would take for a request: {name, guidedTiles, seconds, refusal}. */
export const presets = async (picture) => (await request('POST', 'v1/presets', picture)).answer.presets;
export const submit = async (picture) => (await request('POST', 'v1/jobs', picture)).answer;
export const find = (id) => get(job(id));
export const settings = (id) => get(`${job(id)}/settings`);
export const tiles = (id) => get(`${job(id)}/tiles`);
export const zoom = async (id) => request('GET', `${job(id)}/zoom`);
export const cancel = async (id) => (await request('DELETE', job(id))).answer;
export const retry = async (id) => (await request('POST', `${job(id)}/retry`)).answer;
export const goOn = async (id, wishes) => (await request('POST', `${job(id)}/continue`, wishes)).answer;
/** Draws a part of a finished image anew, as its mask says. */
export const repair = async (id, picture) => (await request('POST', `${job(id)}/repair`, picture)).answer;
export const modelFiles = async () => (await get('v1/models/files')).files;
export const workers = async () => (await get('v1/workers')).workers;
export const drain = async (name, readmit) =>
  (await request('POST', `v1/workers/${encodeURIComponent(name)}/${readmit ? 'resume' : 'drain'}`)).answer;
/** Gives somebody a worker's device back, or the farm. */
export const pause = async (name, end) =>
  (await request('POST', `v1/workers/${encodeURIComponent(name)}/${end ? 'unpause' : 'pause'}`)).answer;
/** What is recommended for each model: {model, hash, settings, ofModel, ofOperator}. */
export const modelSettings = async () => (await get('v1/model-settings')).models;
export const recommend = async (hash, changes) =>
  (await request('POST', `v1/model-settings/${encodeURIComponent(hash)}`, changes)).answer;
/** Who used how much: {rows, budgets}. Since: a day, or empty. */
export const usage = (by, since) => get(`v1/usage?${new URLSearchParams(since ? {by, since} : {by})}`);
let who = null;

/** The current user, asked once: {name, role, hasToken}. */
export const session = () => (who ??= get('session').catch((lost) => {
  who = null;
  throw lost;
}));
/** Signs out; who signed in with a provider has to go there too: {next}. */
export const leave = async () => (await request('DELETE', 'session')).answer;

/** The newest jobs; `next` is there if there are older ones. */
export function list({q = '', limit = 24, before = null} = {}) {
  const query = new URLSearchParams({limit});
  if (q) query.set('q', q);
  if (before) query.set('before', before);
  return get(`v1/jobs?${query}`);
}

export const imageOf = (id) => `${job(id)}/image`;
export const previewOf = (id, phase) => `${job(id)}/previews/${phase}`;
export const tileOf = (id, level, x, y) => `${job(id)}/zoom/${level}/${x}_${y}`;

/** How large a PNG is, of its first bytes: before a browser holds all of its pixels. */
export async function sizeOf(path) {
  const response = await fetch(path);
  const reader = response.body.getReader();
  const {value} = await reader.read();
  reader.cancel();
  const header = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return {width: header.getUint32(16), height: header.getUint32(20)};
}

/**
 * A job's events until it ends, across lost connections and restarts of the coordinator.
 *
 * @returns a function that stops watching
 */
export function watch(id, hear) {
  let source = null;
  let timer = 0;
  let ended = false;
  let pause = 500;

  const open = () => {
    if (ended || document.hidden) return;
    source = new EventSource(`${job(id)}/events`);
    for (const kind of ['state', 'progress', 'preview', 'warning']) {
      source.addEventListener(kind, (event) => {
        pause = 500;
        note(true);
        const news = read(event.data);
        hear(news);
        if (isOver(news.job.state)) close();
      });
    }
    source.onerror = () => {
      drop();
      if (ended) return;
      // Not the browser's own retry: that gives up on any answer that is not an event stream.
      timer = setTimeout(again, pause);
      pause = Math.min(pause * 2, 4000);
    };
  };
  const drop = () => {
    source?.close();
    source = null;
    clearTimeout(timer);
  };
  const again = async () => {
    try {
      const now = await find(id);
      hear({kind: 'state', job: now});
      if (isOver(now.state)) return close();
      open();
    } catch (refusal) {
      if (refusal.status === 404) return close();
      timer = setTimeout(again, pause);
      pause = Math.min(pause * 2, 4000);
    }
  };
  // A browser has six connections for all tabs of a site, so hidden tabs give theirs up.
  const onVisibility = () => {
    drop();
    if (!document.hidden && !ended) again();
  };
  const close = () => {
    ended = true;
    drop();
    document.removeEventListener('visibilitychange', onVisibility);
  };
  document.addEventListener('visibilitychange', onVisibility);
  open();
  return close;
}

export const isOver = (state) => state === 'done' || state === 'failed' || state === 'cancelled';

/** Polls while the tab is visible; returns a function that stops it. */
export function poll(work, millis) {
  let timer = 0;
  let ended = false;
  const turn = async () => {
    clearTimeout(timer);
    if (ended) return;
    if (!document.hidden) {
      try {
        await work();
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
      }
    }
    if (!ended) timer = setTimeout(turn, millis);
  };
  const onVisibility = () => document.hidden || turn();
  document.addEventListener('visibilitychange', onVisibility);
  turn();
  return () => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
