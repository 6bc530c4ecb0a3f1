// Painting over a picture that is shown: with a brush, an eraser, rectangles; by mouse, by touch, by keyboard.

import {announce, el} from './dom.js';
import {Strokes} from './strokes.js';

const KEYS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const COLOUR = 'rgb(255 0 150)';
const [SMALLEST, LARGEST] = [4, 160]; // of the brush's radius, on the screen

export class Brush {
  /**
   * @param view where the picture is: {place() → {x, y, scale} of it in the element, zoom(factor, at)}
   * @param size {width, height} of the picture
   */
  constructor(view, size, onChange) {
    Object.assign(this, {view, size, onChange});
    this.strokes = new Strokes();
    this.tool = 'brush';
    this.radius = 24;
    this.cursor = null;
    this.canvas = el('canvas', {class: 'brush', tabIndex: 0, role: 'application', 'aria-label': 'Painting: arrow keys move the '
      + 'brush, Space paints, with Shift the arrow keys paint as they move, the square brackets change its size, Control and Z undoes',
      onpointerdown: (event) => this.begin(event), onpointermove: (event) => this.hover(event),
      onpointerleave: () => this.place(null), onkeydown: (event) => this.key(event),
      onfocus: () => this.cursor ?? this.centre(), onblur: () => this.place(null),
      onwheel: (event) => this.wheel(event)});
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.canvas);
  }

  /** @param tool "brush", "eraser", "box" or "move": then the picture below hears the pointer */
  use(tool) {
    this.tool = tool;
    this.canvas.classList.toggle('passive', tool === 'move');
    this.place(null);
  }

  setRadius(radius) {
    this.radius = Math.min(LARGEST, Math.max(SMALLEST, Math.round(radius)));
    this.onChange();
    this.draw();
  }

  undo() {
    if (this.strokes.undo()) this.changed('Undone.');
  }

  redo() {
    if (this.strokes.redo()) this.changed('Redone.');
  }

  clear() {
    this.strokes.clear(this.size.width, this.size.height);
    this.changed('Nothing is painted any more.');
  }

  changed(sentence) {
    if (sentence) announce(sentence);
    this.draw();
    this.onChange();
  }

  at(event) {
    const {left, top} = this.canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  /** A point of the screen in the picture's pixels. */
  inPicture([x, y]) {
    const place = this.view.place();
    return [(x - place.x) / place.scale, (y - place.y) / place.scale];
  }

  stroke(at) {
    const point = this.inPicture(at);
    const isBox = this.tool === 'box';
    this.strokes.begin({kind: isBox ? 'box' : 'brush', erases: this.tool === 'eraser',
      radius: this.radius / this.view.place().scale, points: isBox ? [point, point] : [point]});
  }

  begin(event) {
    if (event.button !== 0 || this.pointer !== undefined) return;
    event.preventDefault();
    this.canvas.focus({preventScroll: true});
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.stroke(this.at(event));
    const end = (other) => {
      if (other.pointerId !== this.pointer) return;
      this.pointer = undefined;
      this.canvas.removeEventListener('pointerup', end);
      this.canvas.removeEventListener('pointercancel', end);
      this.changed();
    };
    this.canvas.addEventListener('pointerup', end);
    this.canvas.addEventListener('pointercancel', end);
    this.draw();
  }

  hover(event) {
    if (event.pointerId === this.pointer) {
      for (const each of event.getCoalescedEvents?.() ?? []) this.strokes.extend(this.inPicture(this.at(each)));
      this.strokes.extend(this.inPicture(this.at(event)));
    }
    this.place(this.at(event));
  }

  place(at) {
    this.cursor = at;
    this.draw();
  }

  centre() {
    this.place([this.canvas.clientWidth / 2, this.canvas.clientHeight / 2]);
  }

  wheel(event) {
    event.preventDefault();
    if (event.shiftKey) this.setRadius(this.radius * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
    else this.view.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, this.at(event));
  }

  key(event) {
    const way = KEYS[event.key];
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === 'z') {
      if (event.shiftKey) this.redo();
      else this.undo();
    } else if (isCommand) {
      return;
    } else if (way) {
      this.step(way, event.shiftKey);
    } else if (event.key === ' ' || event.key === 'Enter') {
      if (!this.cursor) this.centre();
      this.dab();
    } else if (event.key === '[' || event.key === ']') {
      this.setRadius(event.key === '[' ? this.radius / 1.2 : this.radius * 1.2);
    } else if (event.key === '+' || event.key === '-') {
      this.view.zoom(event.key === '+' ? 1.6 : 1 / 1.6, this.cursor ?? undefined);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the brush by half of its radius. */
  step([across, down], paints) {
    if (!this.cursor) this.centre();
    const by = Math.max(4, this.radius / 2);
    const from = this.cursor;
    const to = [Math.min(this.canvas.clientWidth, Math.max(0, from[0] + across * by)),
      Math.min(this.canvas.clientHeight, Math.max(0, from[1] + down * by))];
    if (paints) {
      this.dab();
      if (this.tool !== 'box') this.strokes.extend(this.inPicture(to));
    }
    this.place(to);
    if (paints) this.changed();
  }

  /** One spot; of the rectangle's tool one as large as the brush. */
  dab() {
    this.stroke(this.cursor);
    if (this.tool === 'box') {
      const [x, y] = this.cursor;
      this.strokes.all[this.strokes.all.length - 1].points = [[x - this.radius, y - this.radius], [x + this.radius, y + this.radius]]
        .map((corner) => this.inPicture(corner));
    }
    this.changed('Painted.');
  }

  draw() {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.paint());
  }

  paint() {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.canvas.clientWidth * ratio, this.canvas.clientHeight * ratio].map(Math.round);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, {width, height});
    const context = this.canvas.getContext('2d');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const {x, y, scale} = this.view.place();
    this.strokes.draw(context, {x: x * ratio, y: y * ratio, scale: scale * ratio}, COLOUR);
    if (!this.cursor || this.tool === 'move') return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const [colour, line] of [['#000', 3], ['#fff', 1.5]]) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.beginPath();
      context.arc(...this.cursor, this.tool === 'box' ? 4 : this.radius, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  close() {
    this.resized.disconnect();
    cancelAnimationFrame(this.drawing);
    this.canvas.remove();
  }
}
