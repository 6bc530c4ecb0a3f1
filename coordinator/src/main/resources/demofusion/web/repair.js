// "Repair…": a part of a finished image is painted over and drawn anew; the rest stays as it is.

import {el} from './dom.js';
import * as api from './api.js';
import {base64} from './pictures.js';
import {Brush} from './brush.js';

const TOOLS = [['brush', 'Brush'], ['eraser', 'Eraser'], ['box', 'Rectangle'], ['move', 'Move and zoom']];

/** Above this the networks see only what is around the mask, if nobody says otherwise. */
const LARGE = 1536;

/** What an image was asked for that its repair is not: other sizes, other parts, other pictures. */
const NOT_TAKEN = ['seed', 'size', 'image', 'referenceOddities', 'strength', 'phases', 'phaseStrength', 'regionNoise', 'originalSize',
  'targetSize', 'crop', 'mask', 'maskFeather', 'outpaint', 'outpaintOverlap', 'inpaintArea', 'padding', 'regions', 'regionBase', 'controlnets', 'ipAdapters'];
const STEERING = [['regions', 'regions'], ['controlnets', 'ControlNets'], ['ipAdapters', 'reference pictures']];

/** With these nothing is kept of what is there; the repair of their images is DemoFusion's. */
const KEEPS_NOTHING = ['fast', 'sr'];
const KEEPING = 'demofusion';

/** The panel under an image, and the brush over it. */
export class Repair {
  /**
   * @param job the finished image
   * @param settings it was asked for
   * @param frame the element that the image is shown in
   * @param view where it is there, see Brush
   * @param on closed() and submitted(job)
   */
  constructor(job, settings, frame, view, on) {
    Object.assign(this, {job, settings, on});
    this.brush = new Brush(view, job, () => this.follow());
    frame.append(this.brush.canvas);
    frame.classList.add('repairing');
    this.frame = frame;
    this.element = this.build();
    this.follow();
  }

  build() {
    const {brush, job, settings} = this;
    const button = (id, words, act) => el('button', {type: 'button', id, class: 'quiet', onclick: act}, words);
    this.size = el('input', {id: 'brush-size', type: 'range', min: 4, max: 160, value: brush.radius,
      oninput: () => brush.setRadius(Number(this.size.value))});
    this.undo = button('brush-undo', 'Undo', () => brush.undo());
    this.redo = button('brush-redo', 'Redo', () => brush.redo());
    this.clear = button('brush-clear', 'Clear', () => brush.clear());
    this.prompt = el('textarea', {id: 'repair-prompt', rows: 3, value: settings.prompt ?? '', required: true});
    this.strength = el('input', {id: 'repair-strength', type: 'range', min: 0.05, max: 1, step: 0.05, value: 0.75,
      'aria-describedby': 'repair-strength-about', oninput: () => this.follow()});
    this.strengthIs = el('output', {htmlFor: 'repair-strength'});
    this.feather = el('input', {id: 'repair-feather', type: 'number', min: 0, max: 256, step: 'any', placeholder: '4',
      'aria-describedby': 'repair-feather-about'});
    this.near = el('input', {id: 'repair-masked', type: 'checkbox', checked: Math.max(job.width, job.height) > LARGE,
      'aria-describedby': 'repair-masked-about', onchange: () => this.follow()});
    this.padding = el('input', {id: 'repair-padding', type: 'number', min: 0, max: 4096, step: 1, placeholder: '64'});
    this.paddingField = el('div', {class: 'field'}, el('label', {htmlFor: 'repair-padding'}, 'Pixels around it'), this.padding);
    this.refusal = el('p', {class: 'refusal', role: 'alert', hidden: true});
    this.yes = el('button', {type: 'submit', class: 'primary', id: 'repair-yes'}, 'Repair');
    this.isByAnother = KEEPS_NOTHING.includes(settings.method);
    const left = STEERING.filter(([name]) => settings[name]?.length).map(([, words]) => words);
    const field = (id, words, control, about, ...more) => el('div', {class: 'field'}, el('label', {htmlFor: id}, words, ' ', ...more),
      control, about && el('p', {class: 'hint', id: `${id}-about`}, about));
    return el('form', {class: 'repair', id: 'repair', 'aria-labelledby': 'repair-title', novalidate: true,
      onsubmit: (event) => this.submit(event)},
    el('h3', {id: 'repair-title'}, 'Repair'),
    el('p', {class: 'hint'}, 'Paint over what is to be drawn anew. All other pixels stay exactly as they are. To repair a detail, '
      + 'zoom to it first with “Move and zoom”.'),
    el('fieldset', {class: 'tools'}, el('legend', {class: 'unseen'}, 'Tool'),
      TOOLS.map(([name, words]) => el('label', {class: 'tool'}, el('input', {type: 'radio', name: 'tool', value: name,
        checked: name === brush.tool, onchange: () => brush.use(name)}), el('span', {}, words))),
      this.undo, this.redo, this.clear),
    el('div', {class: 'field'}, el('label', {htmlFor: 'brush-size'}, 'Brush size'), this.size),
    field('repair-prompt', 'What is to be seen there', this.prompt),
    field('repair-strength', 'Strength', this.strength, '1 forgets what is there; less keeps some of it.', this.strengthIs),
    field('repair-feather', 'Feather', this.feather, 'How softly the new part blends into the old, in pixels.'),
    el('div', {class: 'switch'}, this.near, el('div', {}, el('label', {htmlFor: 'repair-masked'}, 'Compute only around the painted part'),
      el('p', {class: 'hint', id: 'repair-masked-about'}, 'Much faster in a large image; the networks then do not see the rest of it.'))),
    this.paddingField,
    left.length ? el('p', {class: 'note'}, `The ${left.join(' and ')} of this image are not used for its repair.`) : null,
    this.isByAnother
      ? el('p', {class: 'note'}, `Method ${settings.method} cannot repair: method ${KEEPING} draws the new part, in ${settings.steps} steps.`) : null,
    this.refusal,
    el('div', {class: 'actions'}, this.yes, el('button', {type: 'button', id: 'repair-no', onclick: () => this.on.closed()}, 'Close')));
  }

  /** The panel says what the brush has. */
  follow() {
    const {strokes, radius} = this.brush;
    if (!this.size) return;
    this.size.value = radius;
    this.undo.disabled = !strokes.all.length;
    this.redo.disabled = !strokes.undone.length;
    this.clear.disabled = strokes.isEmpty();
    this.strengthIs.textContent = this.strength.value;
    this.paddingField.hidden = !this.near.checked;
  }

  /** What is sent: without the image, which never comes through this browser. */
  request(mask) {
    const asked = Object.fromEntries(Object.entries(this.settings).filter(([name]) => !NOT_TAKEN.includes(name)));
    const number = (control) => (control.value === '' ? undefined : Number(control.value));
    return {
      ...asked, ...(this.isByAnother && {method: KEEPING}), prompt: this.prompt.value, size: `${this.job.width}x${this.job.height}`, mask,
      strength: Number(this.strength.value), maskFeather: number(this.feather),
      inpaintArea: this.near.checked ? 'masked' : 'picture', padding: this.near.checked ? number(this.padding) : undefined,
      previews: true,
    };
  }

  async submit(event) {
    event.preventDefault();
    this.refusal.hidden = true;
    this.yes.disabled = true;
    try {
      const wrong = [this.prompt, this.feather, this.padding].find((each) => !each.checkValidity());
      if (wrong) throw new api.Refusal(0, `${wrong.labels[0].textContent.trim()}: ${wrong.validationMessage}`);
      const file = await this.brush.strokes.mask(this.job.width, this.job.height);
      if (!file) throw new api.Refusal(0, 'Nothing is painted: paint over what is to be drawn anew.');
      this.on.submitted(await api.repair(this.job.id, this.request(await base64(file))));
    } catch (refusal) {
      if (!(refusal instanceof api.Refusal)) throw refusal;
      this.refusal.textContent = refusal.message;
      this.refusal.hidden = false;
    } finally {
      this.yes.disabled = false;
    }
  }

  close() {
    this.brush.close();
    this.frame.classList.remove('repairing');
    this.element.remove();
  }
}
