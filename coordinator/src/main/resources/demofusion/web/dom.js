// Small helpers. User input always becomes text, never markup.

/** An element: properties that begin with "on" are listeners, "data" and "aria" are objects. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'class') element.className = value;
    else if (name in element && name !== 'list') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const $ = (id) => document.getElementById(id);

/** Announces something to screen readers without moving the focus. */
export function announce(sentence) {
  $('news').textContent = sentence;
}

export function seconds(value) {
  if (!(value > 0)) return '';
  if (value < 1) return 'less than a second';
  if (value < 90) return `${Math.round(value)} s`;
  if (value < 5400) return `${Math.round(value / 60)} min`;
  const hours = Math.floor(value / 3600);
  return `${hours} h ${Math.round((value - hours * 3600) / 60)} min`;
}

export function ago(instant) {
  const past = (Date.now() - Date.parse(instant)) / 1000;
  return past < 5 ? 'just now' : `${seconds(past)} ago`;
}

export const pixels = (job) => `${job.width} × ${job.height}`;

/** What an image is called on the page: its prompt. */
export const title = (job) => job.prompt || '(no prompt)';

/** A colour for a name, the same on every page. */
export function hue(name) {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return (sum * 137 + 200) % 360;
}
