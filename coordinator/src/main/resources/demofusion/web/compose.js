// The form. Which fields there are, and what is said of them, comes from the coordinator's table of fields.

import {$, el, seconds} from './dom.js';
import * as api from './api.js';
import {LateControl, asQuestion} from './late.js';

const KEPT = 'demofusion.draft';
const SHAPES = [
  ['Square', 1, 1], ['3 : 2', 3, 2], ['2 : 1', 2, 1], ['2 : 3', 2, 3], ['1 : 2', 1, 2],
];
const LARGEST_SCALE = 16;
const LARGEST_DRAFT = 2e6; // characters, of some five million that a browser keeps for a site
const BACKDROP = 'demofusion.backdrop';
const TYPING = 500; // milliseconds without a key, after which somebody has finished

const {groups: GROUPS, presets: PRESETS} = await api.form();
const FIELDS = GROUPS.flatMap((group) => group.fields);
const MAIN = new Set(GROUPS[0].fields);
const MODEL = FIELDS.find((field) => field.control === 'model');

let native = 1024;
let usual = [2 * native, 2 * native];
let models = [];
let whenSubmitted = () => {};
let asking = 0;
let asked = '';

export function begin(onSubmitted) {
  whenSubmitted = onSubmitted;
  $('form').append(...fields());
  $('form').addEventListener('submit', submit);
  $('form').addEventListener('input', keep);
  $('form').addEventListener('change', ask);
  $('form').addEventListener('change', (event) => { if (event.target === control(MODEL)) settle(); });
  $('form').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) $('form').requestSubmit();
  });
  const draft = sessionStorage.getItem(KEPT);
  if (draft) fill(JSON.parse(draft), sessionStorage.getItem(BACKDROP));
  else size(...usual);
}

const idOf = (field) => (MAIN.has(field) ? field.name : `d-${field.name}`);
const control = (field) => $(idOf(field));
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

function fields() {
  return [
    ...GROUPS[0].fields.map(labelled),
    presets(),
    el('details', {class: 'fold', id: 'details', ontoggle: () => LATE.forEach((each) => each.open())},
      el('summary', {}, 'More settings'),
      ...GROUPS.slice(1).map((group) => el('fieldset', {}, el('legend', {}, group.heading), ...group.fields.map(labelled)))),
    el('p', {class: 'refusal', id: 'refusal', role: 'alert', hidden: true}),
    el('button', {type: 'submit', class: 'primary', id: 'submit'}, 'Generate'),
  ];
}

/** For whoever does not want to choose settings; what each takes stands beside it. */
function presets() {
  return el('fieldset', {class: 'field presets', id: 'presets'},
    el('legend', {}, 'Way to the full size'),
    PRESETS.map((preset) => el('label', {class: 'switch'},
      el('input', {type: 'radio', name: 'preset', value: preset.name, onchange: () => take(preset)}),
      el('span', {}, el('b', {}, preset.label), ` ${preset.sentence} `,
        el('span', {class: 'hint', id: `takes-${preset.name}`})))));
}

const named = (name) => FIELDS.find((field) => field.name === name);
const settingsOf = (preset) => Object.entries(preset.settings).map(([name, value]) => [named(name), value]);

/** Its settings, which are all that it is. */
function take(preset) {
  for (const [field, value] of settingsOf(preset)) {
    CONTROLS[field.control].write(field, value === field.standard ? undefined : value);
  }
  for (const field of preset.without.map(named)) CONTROLS[field.control].write(field, undefined);
  keep();
}

/** The one whose settings the form has; none where somebody chose another way. */
function showPreset() {
  for (const preset of PRESETS) {
    const isChosen = settingsOf(preset).every(([field, value]) =>
      (CONTROLS[field.control].read(field) ?? field.standard) === value)
      && preset.without.map(named).every((field) =>
        (CONTROLS[field.control].read(field) ?? field.standard) === field.standard);
    $('presets').querySelector(`[value="${preset.name}"]`).checked = isChosen;
  }
}

/** Whether something is half typed; the prompt may be missing yet. */
function isUnfinished() {
  const required = FIELDS.filter((field) => field.required).map(control);
  return [...$('form').elements].some((each) => each.willValidate && !each.validity.valid && !required.includes(each));
}

/** What presets take for the form as it stands, when nobody types any more. */
function ask() {
  clearTimeout(asking);
  asking = setTimeout(async () => {
    if (isUnfinished()) return;
    const blank = Object.fromEntries(FIELDS.filter((field) => field.required).map((field) => [field.name, ' ']));
    const picture = {...blank, ...values(asQuestion)};
    for (const field of FIELDS) if (field.needs) delete picture[field.name];
    const question = JSON.stringify([picture, models.map((each) => [each.modelHash, each.tilesPerSecond > 0])]);
    if (asked === question) return;
    asked = question;
    if (!models.length) return;
    const answers = await api.presets(picture).catch((lost) => {
      if (lost instanceof api.Refusal) return []; // no model is there yet, or the form is not finished
      throw lost;
    });
    if (asked !== question) return;
    for (const preset of PRESETS) {
      const takes = answers.find((each) => each.name === preset.name);
      $(`takes-${preset.name}`).textContent = !takes ? '' : takes.refusal ?? [
        `${takes.forwards.toLocaleString('en')} forward passes`,
        takes.seconds && `about ${seconds(takes.seconds)} here, plus decoding`].filter(Boolean).join(', ');
    }
  }, TYPING);
}

function labelled(field) {
  const id = idOf(field);
  const made = CONTROLS[field.control].make(field);
  if (CONTROLS[field.control].hasLabel) return made;
  const label = el('label', {htmlFor: id}, field.label);
  if (MAIN.has(field)) return el('div', {class: 'field'}, label, made);
  made.setAttribute('aria-describedby', `${id}-about`);
  const hint = el('p', {class: 'hint', id: `${id}-about`}, field.help);
  return field.control === 'switch'
    ? el('div', {class: 'switch'}, made, el('div', {}, label, hint))
    : el('div', {class: 'field'}, label, made, hint);
}

/** The model that is chosen, or the only one that there is. */
const chosenModel = () => {
  const name = control(MODEL)?.value;
  return name ? models.find((each) => each.model === name) : models.length === 1 ? models[0] : undefined;
};

/** What is taken where nothing is given: what the model recommends, else what the farm does. */
const otherwise = (field) => String(
  chosenModel()?.settings[field.name] ?? (field.otherwise || (field.standard ?? '')));

const optionWords = (field, value) => value || (otherwise(field) ? `Default (${otherwise(field)})` : 'Default');

const option = (field, value) => el('option', {
  value, selected: value === (field.preselected ?? '')}, optionWords(field, value));

const input = (field, properties) => el('input', {
  id: idOf(field), name: field.name, placeholder: otherwise(field), ...properties});

/** A list of things with names and numbers, as one would type it. */
const words = (value) => (Array.isArray(value)
  ? value.map((each) => Object.values(each).join(':')).join(', ') : value ?? '');

/** A text that was given empty, which is not the same as none; until somebody types. */
const TEXTS = {
  read: (field) => {
    const text = control(field);
    return text.value !== '' || text.dataset.givenEmpty ? text.value : undefined;
  },
  write: (field, value) => {
    const text = control(field);
    text.value = words(value);
    if (value === '') text.dataset.givenEmpty = 'true';
    else delete text.dataset.givenEmpty;
  },
};

/** Controls of their own scripts, by their fields. */
const LATE = new Map();
const late = (load, hasLabel) => ({
  hasLabel,
  make: (field) => {
    LATE.set(field, new LateControl(() => load(field)));
    return LATE.get(field).element;
  },
  read: (field, pictures) => LATE.get(field).read(pictures),
  write: (field, value) => LATE.get(field).write(value),
});
const editor = (script, name) => late(async (field) => new (await import(script))[name](idOf(field), field), true);

const typed = (event) => { delete event.target.dataset.givenEmpty; };

/** Choices that go on from another, as euler-karras from euler, in a group of its name. */
function grouped(field) {
  const goesOnFrom = (choice, other) => choice.startsWith(`${other}-`);
  const begins = (choice) => field.choices.some((other) => goesOnFrom(other, choice));
  const groupOf = (choice) => (begins(choice) ? choice : field.choices
    .filter((other) => goesOnFrom(choice, other))
    .reduce((longest, other) => (other.length > longest.length ? other : longest), '') || choice);
  return [...new Set(field.choices.map(groupOf))].map((group) => {
    const members = field.choices.filter((choice) => groupOf(choice) === group);
    const options = members.map((choice) => option(field, choice));
    return options.length > 1 ? el('optgroup', {label: group}, options) : options[0];
  });
}

const CHOICES = {
  make: (field) => el('select', {id: idOf(field), name: field.name},
    [option(field, ''), ...grouped(field)]),
  read: (field) => control(field).value || undefined,
  write: (field, value = '') => {
    const choice = control(field);
    if (![...choice.options].some((each) => each.value === value)) choice.append(option(field, value));
    choice.value = value;
  },
};

/** How a field is shown, read as JSON has it (undefined: it is left out) and filled. */
const CONTROLS = {
  prompt: {
    ...TEXTS,
    make: (field) => el('textarea', {
      id: idOf(field), name: field.name, rows: field.required ? 4 : 1, required: field.required,
      maxLength: field.mostCharacters, placeholder: field.example, title: field.help, oninput: typed}),
  },
  text: {
    ...TEXTS,
    make: (field) => input(field, {type: 'text', maxLength: field.mostCharacters, oninput: typed}),
  },
  number: {
    make: (field) => input(field, {
      type: 'number', min: field.minimum, max: field.maximum, step: field.isWhole ? 1 : 'any'}),
    read: (field) => (control(field).value === '' ? undefined : Number(control(field).value)),
    write: (field, value) => { control(field).value = value ?? ''; },
  },
  switch: {
    make: (field) => el('input', {
      id: idOf(field), name: field.name, type: 'checkbox', checked: field.standard}),
    read: (field) => (control(field).checked === field.standard ? undefined : control(field).checked),
    write: (field, value) => { control(field).checked = value ?? field.standard; },
  },
  choice: CHOICES,
  model: CHOICES,
  size: {
    hasLabel: true,
    make: sizes,
    read: () => `${number('width')}x${number('height')}`,
    write: (field, value) => {
      const sides = /^(\d+)x(\d+)$/.exec(value ?? '');
      if (sides) size(Number(sides[1]), Number(sides[2]));
      else size(...usual);
    },
  },
  seed: {
    make: (field) => el('div', {class: 'joined'},
      input(field, {inputMode: 'numeric', pattern: '[0-9]*', placeholder: capital(otherwise(field)), title: field.help}),
      el('button', {type: 'button', class: 'quiet', title: 'Clear the seed: each image gets a random one',
        onclick: () => { control(field).value = ''; keep(); }}, capital(otherwise(field)))),
    read: (field) => seedOf(control(field).value.trim()),
    write: (field, value) => { control(field).value = value ?? ''; },
  },
  file: late(async (field) => new (await import('./pictures.js')).PictureField(field.label, keep, idOf(field)), false),
  regions: editor('./regions.js', 'RegionEditor'),
  controls: editor('./conditions.js', 'ControlEditor'),
  adapters: editor('./conditions.js', 'AdapterEditor'),
};

/** Seeds go up to 2⁶³ − 1, which a number of JavaScript cannot hold. */
const seedOf = (text) => (text === '' ? undefined : Number.isSafeInteger(Number(text)) ? Number(text) : text);

function sizes(field) {
  const side = (id, name) => el('input', {
    id, name: id, type: 'number', min: 8, max: 32768, step: 8, required: true, 'aria-label': name,
    oninput: describeSize});
  return el('fieldset', {class: 'field size'},
    el('legend', {}, field.label),
    el('div', {class: 'sides'}, side('width', 'Width in pixels'), el('span', {'aria-hidden': true}, '×'),
      side('height', 'Height in pixels'),
      el('button', {type: 'button', class: 'quiet', title: 'Swap width and height', 'aria-label': 'Swap width and height',
        onclick: () => { size(number('height'), number('width')); keep(); }}, '⇄')),
    el('div', {class: 'chips', role: 'group', 'aria-label': 'Shape'},
      SHAPES.map(([name, across, down]) => el('button', {
        type: 'button', class: 'chip', data: {across, down}, 'aria-pressed': 'false',
        onclick: () => { shape(across, down, Number($('scale').value)); keep(); }}, name))),
    el('label', {htmlFor: 'scale', class: 'small'}, 'Scale'),
    el('input', {id: 'scale', type: 'range', min: 1, max: LARGEST_SCALE, step: 1, value: 2,
      oninput: rescale, 'aria-describedby': 'size-words'}),
    el('p', {class: 'hint', id: 'size-words'}));
}

const number = (id) => Number($(id).value);
const rounded = (side) => Math.max(8, Math.round(side / 8) * 8);

function size(width, height) {
  $('width').value = width;
  $('height').value = height;
  describeSize();
}

function shape(across, down, scale) {
  const longer = native * scale;
  const ratio = Math.min(across, down) / Math.max(across, down);
  size(across >= down ? longer : rounded(longer * ratio), across >= down ? rounded(longer * ratio) : longer);
}

function rescale() {
  const [width, height] = [number('width') || 1, number('height') || 1];
  const longer = native * Number($('scale').value);
  const ratio = Math.min(width, height) / Math.max(width, height);
  size(width >= height ? longer : rounded(longer * ratio), width >= height ? rounded(longer * ratio) : longer);
}

function describeSize() {
  const [width, height] = [number('width'), number('height')];
  if (width && height) {
    $('form').style.setProperty('--ratio', `${width} / ${height}`);
    $('form').style.setProperty('--across', width / height);
  }
  const phases = Math.max(1, Math.ceil(Math.max(width, height) / native));
  $('scale').value = phases;
  $('size-words').textContent = width && height
    ? `${((width * height) / 1e6).toFixed(width * height < 1e6 ? 2 : 1)} megapixels`
    : '';
  for (const chip of document.querySelectorAll('.chip[data-across]')) {
    const ratio = Number(chip.dataset.across) / Number(chip.dataset.down);
    chip.setAttribute('aria-pressed', String(Math.abs(width / height / ratio - 1) < 0.02));
  }
}

/**
 * What the workers can do: the models that they have, the size that those are used to, and what is
 * recommended for each.
 */
export function learn(workers, recommended) {
  const settings = new Map(recommended.map((each) => [each.hash, each.settings]));
  models = [...new Map(workers.map((worker) => [worker.modelHash, worker])).values()]
    .map((worker) => ({...worker, settings: settings.get(worker.modelHash) ?? {}}));
  const names = ['', ...models.map((worker) => worker.model)];
  for (const field of FIELDS.filter((each) => each.control === 'model')) {
    const choice = control(field);
    const chosen = choice.value;
    if (names.join('\n') !== [...choice.options].map((option) => option.value).join('\n')) {
      choice.replaceChildren(...names.map((name) => option(field, name)));
      choice.value = chosen;
    }
  }
  settle();
}

/** The form follows the model: its size, where nobody chose one, and what it says of empty fields. */
function settle() {
  const model = chosenModel() ?? models[0];
  native = model?.nativeSide ?? native;
  const untouched = number('width') === usual[0] && number('height') === usual[1];
  const sides = /^(\d+)x(\d+)$/.exec(model?.settings.size ?? '');
  usual = sides ? [Number(sides[1]), Number(sides[2])] : [2 * native, 2 * native];
  if (untouched) size(...usual);
  else describeSize();
  for (const field of FIELDS) {
    if (field.control === 'number') control(field).placeholder = otherwise(field);
    if (field.control === 'choice') control(field).options[0].textContent = option(field, '').textContent;
  }
  showPreset();
  ask();
}

function keep() {
  showPreset();
  ask();
  keepDraft();
  $('refusal').hidden = true;
}

/** With its pictures, if a browser keeps as much; else with their hashes, by which they are known again. */
async function keepDraft() {
  let draft = JSON.stringify(values());
  if (draft.length > LARGEST_DRAFT) {
    const {named} = await import('./pictures.js');
    const names = new Map();
    values((text) => names.set(text, undefined));
    for (const text of names.keys()) names.set(text, await named(text));
    draft = JSON.stringify(values((text) => names.get(text)));
  }
  try {
    sessionStorage.setItem(KEPT, draft);
  } catch (full) {
    sessionStorage.removeItem(KEPT);
  }
}

/**
 * The form as the API's flat record; what is empty is left out.
 *
 * @param pictures what stands for a picture in base64; none: the picture itself
 */
function values(pictures) {
  const picture = {previews: true};
  for (const field of FIELDS) {
    const value = CONTROLS[field.control].read(field, pictures);
    if (value !== undefined) picture[field.name] = value;
  }
  return picture;
}

/**
 * Puts a request into the form, for another picture like it.
 *
 * @param backdrop address of a picture that regions are drawn on; null: none
 */
export function fill(picture, backdrop = null) {
  for (const field of FIELDS) CONTROLS[field.control].write(field, picture[field.name]);
  for (const each of LATE.values()) each.setBackdrop(backdrop);
  if (backdrop) sessionStorage.setItem(BACKDROP, backdrop);
  else sessionStorage.removeItem(BACKDROP);
  keep();
}

async function submit(event) {
  event.preventDefault();
  const button = $('submit');
  const blank = FIELDS.find((field) => field.required && !control(field).value.trim());
  if (blank) return refuse(`Enter a ${blank.label.toLowerCase()}.`, control(blank));
  const wrong = [...$('form').elements].find((each) => each.willValidate && !each.checkValidity());
  if (wrong) {
    wrong.closest('details')?.setAttribute('open', '');
    return refuse(`${nameOf(wrong)}: ${wrong.validationMessage}`, wrong);
  }
  button.disabled = true;
  try {
    const picture = values();
    for (const field of FIELDS) if (field.needs && !(field.needs in picture)) delete picture[field.name];
    whenSubmitted(await api.submit(picture));
  } catch (refusal) {
    if (!(refusal instanceof api.Refusal)) throw refusal;
    refuse(refusal.message, button);
  } finally {
    button.disabled = false;
  }
}

const nameOf = (element) => element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.name;

function refuse(sentence, focus) {
  $('refusal').textContent = sentence;
  $('refusal').hidden = false;
  focus.focus();
}
