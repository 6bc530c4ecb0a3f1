// A small picture on which rectangles are drawn, moved and resized: by mouse, by touch, by keyboard.

import {el} from './dom.js';
import * as areas from './areas.js';

const KEYS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const STEP = 0.01;
const SMALL_STEP = 0.001;
const CORNERS = ['lt', 'rt', 'lb', 'rb'];

/** Colours that are told apart on any picture, also by those who see fewer of them; a number goes with each. */
const HUES = [205, 28, 145, 325, 265, 55, 180, 0];
export const hueOf = (index) => HUES[index % HUES.length];

export class Board {
  /**
   * @param on what it tells of: drawn(area), changed(index, area), removed(index), chosen(index),
   *     entered(index)
   */
  constructor(on) {
    this.on = on;
    this.boxes = [];
    this.backdrop = el('img', {class: 'backdrop', alt: '', hidden: true, draggable: 'false',
      onerror: () => { this.backdrop.hidden = true; }});
    this.sketch = el('div', {class: 'box sketch', hidden: true});
    this.element = el('div', {class: 'board', onpointerdown: (event) => this.begin(event)}, this.backdrop, this.sketch);
  }

  /** @param address of a picture to draw on; null: none */
  setBackdrop(address) {
    this.backdrop.hidden = !address;
    if (address) this.backdrop.src = address;
    else this.backdrop.removeAttribute('src');
  }

  /** @param regions {area, label} each; one without an area is not shown here */
  show(regions) {
    const focused = this.boxes.indexOf(document.activeElement);
    this.boxes.forEach((box) => box?.remove());
    this.boxes = regions.map((region, index) => region.area && this.box(region, index));
    this.element.append(...this.boxes.filter(Boolean));
    this.boxes[focused]?.focus();
  }

  box(region, index) {
    const box = el('div', {class: 'box', tabIndex: 0, role: 'application', 'aria-roledescription': 'region',
      data: {index}, onkeydown: (event) => this.key(event, index), onfocus: () => this.on.chosen(index)},
    el('b', {}, String(index + 1)), CORNERS.map((corner) => el('i', {class: `grip ${corner}`, data: {corner}})));
    box.style.setProperty('--hue', hueOf(index));
    place(box, region.area);
    box.area = region.area;
    this.name(box, index, region.label);
    return box;
  }

  name(box, index, label) {
    box.setAttribute('aria-label', `Region ${index + 1}${label ? `: ${label}` : ''}. Arrow keys move it, with Shift they `
      + 'change its size, Enter goes to its prompt, Delete removes it.');
  }

  rename(index, label) {
    if (this.boxes[index]) this.name(this.boxes[index], index, label);
  }

  /** One that was changed elsewhere. */
  move(index, area) {
    const box = this.boxes[index];
    if (!box) return;
    box.area = area;
    place(box, area);
  }

  mark(index) {
    this.boxes.forEach((box, n) => box?.classList.toggle('chosen', n === index));
  }

  at(event) {
    const {left, top, width, height} = this.element.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  begin(event) {
    if (event.button !== 0 || this.isDragging) return;
    const box = event.target.closest('.box');
    const from = this.at(event);
    const corner = event.target.dataset.corner;
    event.preventDefault();
    this.isDragging = true;
    if (box) this.drag(event, from, Number(box.dataset.index), corner);
    else this.sketchFrom(event, from);
  }

  drag(event, from, index, corner) {
    const box = this.boxes[index];
    const before = box.area;
    box.focus();
    this.follow(event, (at) => {
      const [across, down] = [at[0] - from[0], at[1] - from[1]];
      this.change(index, corner ? areas.resized(before, corner, across, down) : areas.moved(before, across, down));
    }, () => {});
  }

  sketchFrom(event, from) {
    let area = null;
    this.follow(event, (at) => {
      area = areas.spanned(from, at);
      place(this.sketch, area);
      this.sketch.hidden = false;
    }, (isWanted) => {
      this.sketch.hidden = true;
      if (isWanted && area && !areas.isTooSmall(area)) this.on.drawn(area);
    });
  }

  /** Follows one pointer until it is let go; the browser may take it away meanwhile. */
  follow(event, moved, ended) {
    const {element} = this;
    const mine = (act) => (other) => { if (other.pointerId === event.pointerId) act(other); };
    const onMove = mine((other) => moved(this.at(other)));
    const end = (isWanted) => mine(() => {
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onCancel);
      this.isDragging = false;
      ended(isWanted);
    });
    const onUp = end(true);
    const onCancel = end(false);
    element.setPointerCapture(event.pointerId);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onCancel);
  }

  key(event, index) {
    const {area} = this.boxes[index];
    const way = KEYS[event.key];
    if (way) {
      const step = event.altKey || event.ctrlKey ? SMALL_STEP : STEP;
      const [across, down] = way.map((each) => each * step);
      this.change(index, event.shiftKey ? areas.resized(area, 'rb', across, down) : areas.moved(area, across, down));
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.on.removed(index);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      this.on.entered(index);
    } else {
      return;
    }
    event.preventDefault();
  }

  change(index, area) {
    this.move(index, area);
    this.on.changed(index, area);
  }
}

function place(box, [left, top, right, bottom]) {
  box.style.left = `${100 * left}%`;
  box.style.top = `${100 * top}%`;
  box.style.width = `${100 * (right - left)}%`;
  box.style.height = `${100 * (bottom - top)}%`;
}
