// The editors of ControlNets and of reference pictures: rows that are added and removed.

import {el} from './dom.js';
import * as api from './api.js';
import {PictureField, isNamed} from './pictures.js';

/** In the place of a control's picture. */
const PHASE = 'phase';
const SOURCES = [['picture', 'a picture'], [PHASE, 'the picture of the phase before'], ['inpaint', 'the image that is repaired']];

/** What stands in a row besides its file and its pictures: [name in JSON, kind, label, and what that kind takes]. */
const OF_CONTROLS = [
  ['type', 'text', 'Type', {placeholder: 'none', list: 'control-types',
    title: 'Only of a union ControlNet: what the picture is to it'}],
  ['weights', 'numbers', 'Weight', {placeholder: '1', pattern: '\\s*\\d*\\.?\\d+\\s*(,\\s*\\d*\\.?\\d+\\s*)*',
    title: 'One number, or one for each phase with commas; the last goes on'}],
  ['start', 'number', 'Start', {placeholder: '0', max: 1, title: 'From which share of each phase’s steps on it counts'}],
  ['end', 'number', 'End', {placeholder: '1', max: 1, title: 'Up to which share of each phase’s steps it counts'}],
  ['mode', 'choice', 'Mode', {choices: ['plain', 'soft', 'soft-upscale'], title: 'Soft follows the prompt more than the details of '
    + 'the picture; soft-upscale does so from the second phase on'}],
  ['resize', 'choice', 'Resize', {choices: ['fresh', 'chain'], title: 'From the picture itself in each phase, or from the phase before'}],
  ['fit', 'choice', 'Fit', {choices: ['', 'stretch', 'crop'], title: 'What is done with a picture of another shape'}],
  ['make', 'text', 'Make', {placeholder: 'nothing', list: 'control-makes', title: 'canny (or canny:100,200) finds its edges, '
    + 'invert makes its negative; leave it empty where the picture is ready'}],
];
const OF_ADAPTERS = [
  ['encoder', 'text', 'Image encoder', {placeholder: 'its own', title: 'The name of another image encoder than the one that belongs to it'}],
  ['weight', 'number', 'Weight', {placeholder: '1', max: 2, title: 'In phase 1 and in views of the whole image'}],
  ['local', 'number', 'Local weight', {placeholder: 'as weight', max: 2,
    title: 'In the windows of later phases, which otherwise all draw the subject of the picture: 0 to 0.3 is usual'}],
  ['start', 'number', 'Start', {placeholder: '0', max: 1, title: 'From which share of each phase’s steps on it counts'}],
  ['end', 'number', 'End', {placeholder: '1', max: 1, title: 'Up to which share of each phase’s steps it counts'}],
  ['blocks', 'choice', 'What is taken', {choices: ['all', 'style', 'layout', 'style+layout'], title: 'All of the picture, or its style '
    + 'or layout alone (SDXL)'}],
  ['fit', 'choice', 'Fit', {choices: ['crop', 'squash'], title: 'How a picture becomes a square'}],
];
const LISTS = {
  'control-types': ['openpose', 'depth', 'hed', 'scribble', 'softedge', 'canny', 'lineart', 'mlsd', 'normal', 'segment', 'tile', 'repaint'],
  'control-makes': ['canny', 'canny:100,200', 'invert'],
};

/** A list of things of one kind, each in a row. */
class RowEditor {
  /**
   * @param kind {thing, file, fields, most, fresh}: what one is called, which files of the store it may
   *     be, its fields, how many there may be, what a new one is
   */
  constructor(id, field, kind) {
    Object.assign(this, {id, field, kind, entries: []});
    this.rows = el('ol', {class: 'rows'});
    this.names = el('datalist', {id: `${id}-files`});
    this.more = el('button', {type: 'button', id: `${id}-add`, onclick: () => this.add()}, `Add ${kind.thing}`);
    this.element = el('fieldset', {id, class: 'field editor'},
      el('legend', {}, field.label),
      el('p', {class: 'hint', id: `${id}-about`}, kind.about),
      this.rows, this.names,
      Object.entries(kind.lists ?? {}).map(([list, values]) =>
        el('datalist', {id: list}, values.map((value) => el('option', {value})))),
      el('div', {class: 'actions'}, this.more));
  }

  /** @param pictures what stands for a picture; none: the picture itself */
  read(pictures) {
    if (!this.entries.length) return undefined;
    const swapped = (text) => (pictures && text && text !== PHASE && !isNamed(text) ? pictures(text) : text);
    return this.entries.map((entry) => ({
      ...entry,
      ...('image' in entry && {image: swapped(entry.image)}),
      ...(entry.images && {images: entry.images.map(swapped)}),
    }));
  }

  write(value) {
    this.entries = Array.isArray(value) ? structuredClone(value) : [];
    this.show();
  }

  show() {
    this.rows.replaceChildren(...this.entries.map((entry, index) => this.row(entry, index)));
    this.more.disabled = this.entries.length >= this.kind.most;
    if (this.entries.length) this.offerFiles();
  }

  /** The store's files of this kind; whoever may not see them types a name. */
  async offerFiles() {
    try {
      const files = (await api.modelFiles()).filter((each) => each.kind === this.kind.file);
      this.names.replaceChildren(...files.map((each) => el('option', {value: each.name}, each.ownName ?? '')));
    } catch (refusal) {
      if (!(refusal instanceof api.Refusal)) throw refusal;
    }
  }

  row(entry, index) {
    const which = `${this.kind.name} ${index + 1}`;
    return el('li', {class: 'row', data: {index}},
      el('div', {class: 'row-head'}, el('b', {class: 'chip-number'}, String(index + 1)),
        el('input', {type: 'text', required: true, value: entry.name ?? '', list: `${this.id}-files`, data: {of: 'name'},
          placeholder: `File of the ${this.kind.name}`, 'aria-label': `File of ${which}`,
          oninput: ({target}) => { entry.name = target.value.trim(); }}),
        el('button', {type: 'button', class: 'quiet remove', title: 'Remove', 'aria-label': `Remove ${which}`,
          onclick: () => this.remove(index)}, '×')),
      this.kind.pictures(this, entry, which),
      el('div', {class: 'numbers'}, this.kind.fields.map((one) => this.control(entry, which, one))));
  }

  control(entry, which, [name, kind, label, {choices, title, ...rest}]) {
    const set = (value) => {
      if (value === undefined || value === '') delete entry[name];
      else entry[name] = value;
    };
    const properties = {'aria-label': `${label} of ${which}`, data: {of: name}, ...rest};
    const control = {
      text: () => el('input', {type: 'text', value: entry[name] ?? '', ...properties,
        oninput: ({target}) => set(target.value.trim())}),
      number: () => el('input', {type: 'number', min: 0, step: 'any', value: entry[name] ?? '', ...properties,
        oninput: ({target}) => set(target.value === '' ? undefined : Number(target.value))}),
      numbers: () => el('input', {type: 'text', inputMode: 'decimal', value: [entry[name] ?? []].flat().join(', '), ...properties,
        oninput: ({target}) => set(target.value.trim() === '' ? undefined : target.value.split(',').map(Number))}),
      choice: () => el('select', {...properties, onchange: ({target}) => set(target.value === choices[0] ? undefined : target.value)},
        choices.map((choice) => el('option', {value: choice, selected: (entry[name] ?? choices[0]) === choice}, choice || 'as it is'))),
    }[kind]();
    return el('label', {title}, el('span', {}, label), control);
  }

  add() {
    this.entries.push(this.kind.fresh());
    this.show();
    this.changed();
    this.rows.lastElementChild.querySelector('[data-of=name]').focus();
  }

  remove(index) {
    this.entries.splice(index, 1);
    this.show();
    this.changed();
    (this.rows.children[Math.min(index, this.entries.length - 1)]?.querySelector('[data-of=name]') ?? this.more).focus();
  }

  changed() {
    this.element.dispatchEvent(new Event('input', {bubbles: true}));
    this.element.dispatchEvent(new Event('change', {bubbles: true}));
  }
}

/** A control follows a picture, the phase before, or what is repaired. */
function controlPicture(editor, entry, which) {
  const source = () => (entry.image === PHASE ? PHASE : entry.type === 'inpaint' ? 'inpaint' : 'picture');
  const picture = new PictureField(`Picture of ${which}`, (text) => {
    if (text) entry.image = text;
    else delete entry.image;
    editor.changed();
  });
  picture.show(source() === 'picture' ? entry.image : undefined);
  picture.element.hidden = source() !== 'picture';
  const choice = el('select', {'aria-label': `What ${which} follows`, data: {of: 'source'}, onchange: () => {
    delete entry.image;
    if (entry.type === 'inpaint') delete entry.type;
    if (choice.value === PHASE) entry.image = PHASE;
    if (choice.value === 'inpaint') entry.type = 'inpaint';
    editor.show();
    editor.changed();
  }}, SOURCES.map(([value, words]) => el('option', {value, selected: value === source()}, words)));
  return [el('label', {class: 'follows'}, el('span', {}, 'Follows'), choice), picture.element];
}

/** An adapter is shown one picture or several. */
function referencePictures(editor, entry, which) {
  const images = (entry.images ??= []);
  const at = (index) => {
    const isNew = index === images.length;
    const picture = new PictureField(isNew && index ? `Another picture of ${which}` : `Picture ${index + 1} of ${which}`, (text) => {
      if (text) images[index] = text;
      else images.splice(index, 1);
      const row = editor.entries.indexOf(entry);
      editor.show();
      editor.rows.children[row].querySelectorAll('.drop')[index]?.focus();
      editor.changed();
    });
    picture.show(images[index]);
    return picture.element;
  };
  return Array.from({length: Math.min(images.length + 1, 16)}, (none, index) => at(index));
}

export class ControlEditor extends RowEditor {
  constructor(id, field) {
    super(id, field, {name: 'ControlNet', thing: 'a ControlNet', file: 'controlnet', most: 4, fields: OF_CONTROLS, lists: LISTS,
      about: 'A ControlNet holds the image to the lines, depth or shapes of a picture.',
      fresh: () => ({name: ''}), pictures: controlPicture});
  }
}

export class AdapterEditor extends RowEditor {
  constructor(id, field) {
    super(id, field, {name: 'IP-Adapter', thing: 'an IP-Adapter', file: 'ip-adapter', most: 2, fields: OF_ADAPTERS,
      about: 'An IP-Adapter shows the model pictures: it draws their subject or their style.',
      fresh: () => ({name: '', images: []}), pictures: referencePictures});
  }
}
