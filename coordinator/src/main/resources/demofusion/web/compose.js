// The form: what to draw, how large, and everything else behind one fold.

import {$, el} from './dom.js';
import * as api from './api.js';

const KEPT = 'demofusion.draft';
const SHAPES = [
  ['Square', 1, 1], ['3 : 2', 3, 2], ['2 : 1', 2, 1], ['2 : 3', 2, 3], ['1 : 2', 1, 2],
];
const LARGEST_SCALE = 16;

/** Numbers and choices: name, words, kind, what it does. Empty means the farm's own choice. */
const DETAILS = [
  ['How long and how closely', [
    ['steps', 'Steps', {type: 'number', min: 1, max: 1000, placeholder: '50'},
      'Timesteps of each phase. More are slower and a little finer; 30 to 50 is usual.'],
    ['guidanceScale', 'Guidance', {type: 'number', min: 0, max: 100, step: 'any', placeholder: '7.5'},
      'How strictly the words are followed. Higher is more literal and harsher.'],
    ['guidanceRescale', 'Guidance rescale', {type: 'number', min: 0, max: 1, step: 'any', placeholder: '0'},
      'Takes back some of the contrast that high guidance adds.'],
    ['scheduler', 'Scheduler', {options: ['', 'ddim', 'euler', 'euler-ancestral', 'dpmpp-2m',
      'dpmpp-2m-karras', 'dpmpp-2m-sde', 'dpmpp-2m-sde-karras', 'unipc', 'lcm']},
      'How noise becomes a picture, step by step. The model’s own is the safe choice.'],
  ]],
  ['DemoFusion', [
    ['method', 'Method', {options: ['', 'demofusion', 'multidiffusion', 'direct']},
      'DemoFusion itself, or one of the two older ways, to compare it with.'],
    ['stride', 'Stride', {type: 'number', min: 1, max: 1024, placeholder: 'half the window'},
      'Distance between windows, in latent samples. Smaller overlaps more: smoother and slower.'],
    ['cosineScale1', 'Skip residual', {type: 'number', step: 'any', placeholder: '3'},
      'How soon each phase lets go of the one before it. Higher is sooner.'],
    ['cosineScale2', 'Dilated sampling', {type: 'number', step: 'any', placeholder: '1'},
      'How soon looking at the whole gives way to looking at details.'],
    ['cosineScale3', 'Blur', {type: 'number', step: 'any', placeholder: '1'},
      'How soon the blur before dilated sampling fades.'],
    ['sigma', 'Blur width', {type: 'number', min: 0, step: 'any', placeholder: '0.8'},
      'Of the Gaussian before dilated sampling, which keeps grain out of it.'],
    ['viewBatch', 'Views at once', {options: ['', '1', '2', '4', '8', '16', 'half']},
      'How many windows a worker sees in one forward. It changes the last bits of the picture.'],
    ['skipResidual', 'Skip residual', {type: 'checkbox'},
      'Keeps the composition of the phase before.'],
    ['dilated', 'Dilated sampling', {type: 'checkbox'},
      'Looks at the whole picture too, so that nothing is drawn twice.'],
    ['progressive', 'Progressive upscaling', {type: 'checkbox'},
      'Goes through all sizes in between, not straight to the last.'],
    ['gaussian', 'Gaussian blur', {type: 'checkbox'},
      'Calms the grain that dilated sampling can leave.'],
    ['jitter', 'Random jitter', {type: 'checkbox'},
      'Moves the windows a little at every step, so that no seam stays.'],
  ]],
  ['The farm', [
    ['model', 'Model', {options: ['']},
      'Which of the workers’ models draws it.'],
    ['priority', 'Priority', {type: 'number', min: -1000, max: 1000, placeholder: '0'},
      'Pictures of a higher one go first.'],
    ['threads', 'CPU threads', {type: 'number', min: 1, max: 256, placeholder: '1'},
      'Of one forward on a worker without a GPU. They change the last bits of the picture.'],
  ]],
];

const NUMBERS = ['steps', 'guidanceScale', 'guidanceRescale', 'stride', 'cosineScale1',
  'cosineScale2', 'cosineScale3', 'sigma', 'priority', 'threads', 'strength'];
const SWITCHES = ['skipResidual', 'dilated', 'progressive', 'gaussian', 'jitter'];
const WORDS = ['scheduler', 'method', 'viewBatch', 'model'];

let native = 1024;
let whenSubmitted = () => {};

export function begin(onSubmitted) {
  whenSubmitted = onSubmitted;
  $('form').append(...fields());
  $('form').addEventListener('submit', submit);
  $('form').addEventListener('input', keep);
  $('form').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) $('form').requestSubmit();
  });
  const draft = sessionStorage.getItem(KEPT);
  if (draft) fill(JSON.parse(draft));
  else size(2 * native, 2 * native);
}

const field = (name) => $('form').elements.namedItem(name);

function fields() {
  return [
    labelled('prompt', 'What to draw', el('textarea', {
      id: 'prompt', name: 'prompt', rows: 4, required: true, maxLength: 16384,
      placeholder: 'a lighthouse and the open sea, at sunset'})),
    labelled('negativePrompt', 'What to avoid', el('textarea', {
      id: 'negativePrompt', name: 'negativePrompt', rows: 1, maxLength: 16384,
      placeholder: 'blurry, ugly, duplicate'})),
    sizes(),
    labelled('seed', 'Seed', el('div', {class: 'joined'},
      el('input', {id: 'seed', name: 'seed', inputMode: 'numeric', pattern: '[0-9]*', placeholder: 'by chance'}),
      el('button', {type: 'button', class: 'quiet', title: 'Forget the seed: another picture each time',
        onclick: () => { field('seed').value = ''; keep(); }}, 'By chance'))),
    el('details', {class: 'fold', id: 'details'},
      el('summary', {}, 'DemoFusion, scheduler and more'),
      ...DETAILS.map(([heading, rows]) => el('fieldset', {}, el('legend', {}, heading), ...rows.map(detail))),
      start()),
    el('p', {class: 'refusal', id: 'refusal', role: 'alert', hidden: true}),
    el('button', {type: 'submit', class: 'primary', id: 'submit'}, 'Draw it'),
  ];
}

function labelled(id, words, control) {
  return el('div', {class: 'field'}, el('label', {htmlFor: id}, words), control);
}

function sizes() {
  const side = (id, name) => el('input', {
    id, name: id, type: 'number', min: 8, max: 32768, step: 8, required: true, 'aria-label': name,
    oninput: describeSize});
  return el('fieldset', {class: 'field size'},
    el('legend', {}, 'Size'),
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

function detail([name, words, kind, sentence]) {
  const id = `d-${name}`;
  const about = `${id}-about`;
  const hint = el('p', {class: 'hint', id: about}, sentence);
  if (kind.type === 'checkbox') {
    return el('div', {class: 'switch'},
      el('input', {id, name, type: 'checkbox', checked: true, 'aria-describedby': about}),
      el('div', {}, el('label', {htmlFor: id}, words), hint));
  }
  const control = kind.options
    ? el('select', {id, name, 'aria-describedby': about},
      kind.options.map((option) => el('option', {value: option}, option || 'as the farm chooses')))
    : el('input', {id, name, ...kind, 'aria-describedby': about});
  return el('div', {class: 'field'}, el('label', {htmlFor: id}, words), control, hint);
}

function start() {
  return el('fieldset', {},
    el('legend', {}, 'A picture to start from'),
    el('div', {class: 'field'},
      el('label', {htmlFor: 'image'}, 'Picture'),
      el('input', {id: 'image', name: 'image', type: 'file', accept: 'image/png,image/jpeg', 'aria-describedby': 'image-about'}),
      el('p', {class: 'hint', id: 'image-about'}, 'A PNG or JPEG takes the place of phase 1: it is enlarged and drawn anew.')),
    el('div', {class: 'field'},
      el('label', {htmlFor: 'strength'}, 'Strength'),
      el('input', {id: 'strength', name: 'strength', type: 'number', min: 0.01, max: 1, step: 'any', placeholder: '1',
        'aria-describedby': 'strength-about'}),
      el('p', {class: 'hint', id: 'strength-about'}, 'How much of it may change: 1 redraws all of it, 0.3 keeps most.')));
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
  const phases = Math.max(1, Math.ceil(Math.max(width, height) / native));
  $('scale').value = phases;
  $('size-words').textContent = width && height
    ? `${((width * height) / 1e6).toFixed(width * height < 1e6 ? 2 : 1)} megapixels in ${phases === 1 ? 'one phase' : `${phases} phases`}`
    : '';
  for (const chip of document.querySelectorAll('.chip[data-across]')) {
    const ratio = Number(chip.dataset.across) / Number(chip.dataset.down);
    chip.setAttribute('aria-pressed', String(Math.abs(width / height / ratio - 1) < 0.02));
  }
}

/** What the workers can do: the models that they have, and the size that those are used to. */
export function learn(workers) {
  const models = [...new Map(workers.map((worker) => [worker.modelHash, worker])).values()];
  const choice = field('model');
  const chosen = choice.value;
  const names = ['', ...models.map((worker) => worker.model)];
  if (names.join('\n') !== [...choice.options].map((option) => option.value).join('\n')) {
    choice.replaceChildren(...names.map((name) => el('option', {value: name}, name || 'the only one there is')));
    choice.value = chosen;
  }
  const side = models[0]?.nativeSide;
  if (side && side !== native) {
    const untouched = number('width') === 2 * native && number('height') === 2 * native;
    native = side;
    if (untouched) size(2 * native, 2 * native);
    else describeSize();
  }
}

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(values()));
  $('refusal').hidden = true;
}

/** The form as the API's flat record; what is empty is left out. */
function values() {
  const picture = {
    prompt: field('prompt').value,
    size: `${number('width')}x${number('height')}`,
    previews: true,
  };
  if (field('negativePrompt').value) picture.negativePrompt = field('negativePrompt').value;
  if (field('seed').value.trim()) picture.seed = seedOf(field('seed').value.trim());
  for (const name of NUMBERS) if (field(name).value !== '') picture[name] = Number(field(name).value);
  for (const name of WORDS) if (field(name).value) picture[name] = field(name).value;
  for (const name of SWITCHES) if (!field(name).checked) picture[name] = false;
  return picture;
}

/** Seeds go up to 2⁶³ − 1, which a number of JavaScript cannot hold. */
const seedOf = (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);

/** Puts a request into the form, for another picture like it. */
export function fill(picture) {
  field('prompt').value = picture.prompt ?? '';
  field('negativePrompt').value = picture.negativePrompt ?? '';
  field('seed').value = picture.seed ?? '';
  for (const name of NUMBERS) field(name).value = picture[name] ?? '';
  for (const name of WORDS) {
    const wanted = picture[name] ?? '';
    if (![...field(name).options].some((option) => option.value === wanted)) {
      field(name).append(el('option', {value: wanted}, wanted));
    }
    field(name).value = wanted;
  }
  for (const name of SWITCHES) field(name).checked = picture[name] !== false;
  const sides = /^(\d+)x(\d+)$/.exec(picture.size ?? '');
  if (sides) size(Number(sides[1]), Number(sides[2]));
  else size(2 * native, 2 * native);
  keep();
}

async function submit(event) {
  event.preventDefault();
  const button = $('submit');
  if (!field('prompt').value.trim()) return refuse('Say what to draw, in words.', field('prompt'));
  const wrong = [...$('form').elements].find((control) => control.willValidate && !control.checkValidity());
  if (wrong) {
    wrong.closest('details')?.setAttribute('open', '');
    return refuse(`${nameOf(wrong)}: ${wrong.validationMessage}`, wrong);
  }
  button.disabled = true;
  try {
    const picture = values();
    const file = field('image').files[0];
    if (file) picture.image = await base64(file);
    else delete picture.strength;
    whenSubmitted(await api.submit(picture));
  } catch (refusal) {
    if (!(refusal instanceof api.Refusal)) throw refusal;
    refuse(refusal.message, button);
  } finally {
    button.disabled = false;
  }
}

const nameOf = (control) => control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent ?? control.name;

function refuse(sentence, focus) {
  $('refusal').textContent = sentence;
  $('refusal').hidden = false;
  focus.focus();
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(new api.Refusal(0, `${file.name} cannot be read.`));
    reader.readAsDataURL(file);
  });
}
