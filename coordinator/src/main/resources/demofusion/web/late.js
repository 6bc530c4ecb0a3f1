// Controls whose scripts come when somebody opens the settings, or when there is something to show in them.

import {el} from './dom.js';

/** What a question about costs has in the place of a picture, which does not change them: a grey pixel. */
const GREY = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';
export const asQuestion = () => GREY;

export class LateControl {
  /** @param load the control that it will be: {element, read, write}, as a promise */
  constructor(load) {
    this.load = load;
    this.element = el('div', {class: 'late'});
  }

  open() {
    this.opening ??= this.load().then((made) => {
      this.made = made;
      made.write(this.value);
      made.setBackdrop?.(this.backdrop);
      this.element.append(made.element);
    }, (lost) => {
      this.opening = undefined; // the next one may be luckier
      throw lost;
    });
  }

  /** @param pictures what stands for a picture in base64; none: the picture itself */
  read(pictures) {
    return this.made ? this.made.read(pictures) : this.value;
  }

  write(value) {
    this.value = value;
    if (this.made) this.made.write(value);
    else if (value !== undefined) this.open();
  }

  setBackdrop(address) {
    this.backdrop = address;
    this.made?.setBackdrop?.(address);
  }
}
