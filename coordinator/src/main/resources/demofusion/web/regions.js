// The editor of regions: the image's parts as rectangles to draw, as rows, and as the JSON that is sent.

import {el} from './dom.js';
import * as areas from './areas.js';
import {Board, hueOf} from './board.js';

const SIDES = ['Left', 'Top', 'Right', 'Bottom'];
const MOST = 16;
const percent = (share) => Math.round(share * 1e4) / 100;

export class RegionEditor {
  /** @param field {label, help} as the form has it */
  constructor(id, field) {
    this.regions = [];
    this.isReadable = true;
    this.board = new Board({
      drawn: (area) => this.add(area),
      changed: (index, area) => this.moved(index, area),
      removed: (index) => this.remove(index),
      chosen: (index) => this.mark(index),
      entered: (index) => this.focus(index),
    });
    this.json = el('input', {type: 'text', id: `${id}-json`, placeholder: field.example, oninput: () => this.readJson()});
    this.rows = el('ol', {class: 'rows'});
    this.more = el('button', {type: 'button', id: `${id}-add`, onclick: () => this.add(areas.another(this.regions.length))},
      'Add a region');
    this.wrong = el('p', {class: 'note', role: 'status', hidden: true});
    this.element = el('fieldset', {id, class: 'field editor'},
      el('legend', {}, field.label),
      el('p', {class: 'hint', id: `${id}-about`}, 'Drag a rectangle on the area below to give that part of the image a '
        + 'prompt of its own. What no region covers follows the image’s prompt.'),
      this.board.element, this.rows, this.wrong,
      el('div', {class: 'actions'}, this.more),
      el('details', {class: 'json'}, el('summary', {}, 'As JSON'),
        el('label', {htmlFor: `${id}-json`, class: 'unseen'}, `${field.label} as JSON`), this.json,
        el('p', {class: 'hint'}, field.help)));
  }

  /** As a request has them: a list, or what somebody typed and this page cannot read; undefined: none. */
  read() {
    const text = this.json.value.trim();
    if (!text) return undefined;
    return this.isReadable ? this.regions.map(sent) : text;
  }

  write(value) {
    this.json.value = Array.isArray(value) ? (value.length ? JSON.stringify(value) : '') : value ?? '';
    this.take();
  }

  setBackdrop(address) {
    this.board.setBackdrop(address);
  }

  readJson() {
    this.take();
  }

  /** The rows and rectangles, of the JSON. */
  take() {
    const read = parsed(this.json.value);
    this.isReadable = read !== null;
    this.wrong.hidden = this.isReadable;
    this.wrong.textContent = this.isReadable ? ''
      : 'The JSON of the regions is no list of regions yet, so that they cannot be shown here.';
    this.more.disabled = !this.isReadable || (read ?? []).length >= MOST;
    this.regions = read ?? [];
    this.show();
  }

  show() {
    this.rows.replaceChildren(...this.regions.map((region, index) => this.row(region, index)));
    this.board.show(this.regions.map((region) => ({area: areas.read(region.area), label: region.prompt})));
  }

  row(region, index) {
    const named = (words) => `${words} of region ${index + 1}`;
    const set = (name, value) => {
      if (value === undefined || value === '') delete region[name];
      else region[name] = value;
      this.keep(false);
    };
    const number = (name, label, most, placeholder, title) => el('label', {title}, el('span', {}, label),
      el('input', {type: 'number', min: 0, max: most, step: 'any', value: region[name] ?? '', placeholder,
        'aria-label': named(label), data: {of: name},
        oninput: ({target}) => set(name, target.value === '' ? undefined : Number(target.value))}));
    const row = el('li', {class: 'row', data: {index}, onfocusin: () => this.mark(index)},
      el('div', {class: 'row-head'}, el('b', {class: 'chip-number'}, String(index + 1)),
        el('input', {type: 'text', value: region.prompt ?? '', placeholder: 'What is drawn there', required: true,
          'aria-label': named('Prompt'), data: {of: 'prompt'}, oninput: ({target}) => {
            region.prompt = target.value;
            this.board.rename(index, region.prompt);
            this.keep(false);
          }}),
        el('button', {type: 'button', class: 'quiet remove', title: 'Remove', 'aria-label': `Remove region ${index + 1}`,
          onclick: () => this.remove(index)}, '×')),
      el('input', {type: 'text', value: region.negative ?? '', placeholder: 'What is not (else as the image)',
        'aria-label': named('Negative prompt'), data: {of: 'negative'}, oninput: ({target}) => set('negative', target.value)}),
      el('div', {class: 'numbers'},
        number('weight', 'Weight', 100, '1', 'How much it counts where it meets other regions'),
        region.mask ? null
          : number('feather', 'Feather', 16384, 'auto', 'Width of its soft edge in pixels of the image')),
      region.mask ? el('p', {class: 'hint'}, 'Its place is a mask, which is kept as it is.') : this.sides(region, index));
    row.style.setProperty('--hue', hueOf(index));
    return row;
  }

  /** Its rectangle as four numbers, in percent of the image. */
  sides(region, index) {
    const area = areas.read(region.area) ?? [0, 0, 1, 1];
    const inputs = SIDES.map((side, n) => el('input', {type: 'number', min: 0, max: 100, step: 'any', required: true,
      value: percent(area[n]), 'aria-label': `${side} of region ${index + 1}, in percent`, data: {of: side},
      oninput: () => {
        const typed = inputs.map((each) => (each.value === '' ? NaN : Number(each.value) / 100));
        const isArea = areas.isArea(typed);
        inputs[n].setCustomValidity(isArea ? '' : 'Left must be before right and top above bottom, from 0 to 100.');
        if (!isArea) return;
        inputs.forEach((each) => each.setCustomValidity(''));
        region.area = areas.write(typed);
        this.board.move(index, typed);
        this.keep(false);
      }}));
    return el('div', {class: 'numbers'}, inputs.map((each, n) => el('label', {}, el('span', {}, `${SIDES[n]} %`), each)));
  }

  /** Of one that is being drawn on the board. */
  moved(index, area) {
    this.regions[index].area = areas.write(area);
    const inputs = SIDES.map((side) => this.rows.children[index].querySelector(`[data-of=${side}]`));
    inputs.forEach((each, n) => {
      each.value = percent(area[n]);
      each.setCustomValidity('');
    });
    this.keep(true);
  }

  add(area) {
    if (!this.isReadable || this.regions.length >= MOST) return;
    this.regions.push({area: areas.write(area), prompt: ''});
    this.keep(true);
    this.take();
    this.focus(this.regions.length - 1);
  }

  remove(index) {
    this.regions.splice(index, 1);
    this.keep(true);
    this.take();
    const next = Math.min(index, this.regions.length - 1);
    if (next < 0) this.more.focus();
    else this.focus(next);
  }

  focus(index) {
    this.rows.children[index]?.querySelector('[data-of=prompt]').focus();
  }

  mark(index) {
    this.board.mark(index);
    [...this.rows.children].forEach((row, n) => row.classList.toggle('chosen', n === index));
  }

  /** @param isOurs whether nobody typed: then the form hears nothing of it by itself */
  keep(isOurs) {
    this.json.value = this.regions.length ? JSON.stringify(this.regions.map(sent)) : '';
    if (!isOurs) return;
    this.element.dispatchEvent(new Event('input', {bubbles: true}));
    this.element.dispatchEvent(new Event('change', {bubbles: true}));
  }
}

/** Without what is not said of it. */
const sent = (region) => Object.fromEntries(Object.entries(region).filter(([, value]) => value !== undefined && value !== null));

/** Regions of a text; null: it has none that can be shown. */
function parsed(text) {
  if (!text.trim()) return [];
  try {
    const list = JSON.parse(text);
    const isList = Array.isArray(list) && list.every((each) => each && typeof each === 'object'
      && (typeof each.mask === 'string' || areas.read(each.area)));
    return isList ? list : null;
  } catch (broken) {
    return null;
  }
}
