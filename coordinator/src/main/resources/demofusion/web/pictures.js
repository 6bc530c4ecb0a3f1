// A place for a picture: it is chosen, dropped or pasted there, and sent as base64.

import {el} from './dom.js';
import * as api from './api.js';

const TYPES = 'image/png,image/jpeg,image/webp,image/tiff,image/gif,image/bmp';

/** A file's bytes as JSON has them. */
export function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(new api.Refusal(0, `${file.name ?? 'The picture'} cannot be read.`));
    reader.readAsDataURL(file);
  });
}

/** Where there is no picture but only its name: a draft that was too large, or the text of an image. */
const HASH = /^sha256:([0-9a-f]{64})$/;
export const isNamed = (text) => HASH.test(text ?? '');

const hashes = new Map();
const MOST_HASHES = 40;

/** SHA-256 of a picture, hexadecimal; null: this page may not hash, since it came without TLS. */
async function hashOf(text) {
  if (!crypto.subtle) return null;
  if (!hashes.has(text)) {
    if (hashes.size >= MOST_HASHES) hashes.clear();
    hashes.set(text, hashed(text));
  }
  return hashes.get(text);
}

async function hashed(text) {
  const digest = await crypto.subtle.digest('SHA-256', bytesOf(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** How many bytes base64 stands for, as people say it. */
function size(text) {
  const bytes = text.length * 0.75;
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Base64 of what files may be; anything else is not put into an image element. */
const isBase64 = (text) => text.length > 8 && /^[A-Za-z0-9+/]+=*$/.test(text.slice(0, 64));

export class PictureField {
  /**
   * @param label what the picture is, for people
   * @param onChange called with base64, or undefined where it was removed
   * @param id of the field that a label may name
   */
  constructor(label, onChange, id) {
    this.onChange = onChange;
    this.label = label;
    this.thumb = el('img', {class: 'thumbnail', alt: '', hidden: true});
    this.words = el('span', {class: 'hint'});
    this.input = el('input', {type: 'file', id, accept: TYPES, 'aria-label': label,
      onchange: () => this.take(this.input.files[0])});
    this.clear = el('button', {type: 'button', class: 'quiet', hidden: true, 'aria-label': `Remove: ${label}`, title: 'Remove',
      onclick: () => {
        this.show(undefined);
        this.onChange(undefined);
        this.input.focus();
      }}, '×');
    this.element = el('div', {class: 'drop', tabIndex: 0, role: 'group', 'aria-label': `${label}: choose, drop or paste a picture`,
      ondragover: (event) => {
        event.preventDefault();
        this.element.classList.add('over');
      },
      ondragleave: () => this.element.classList.remove('over'),
      ondrop: (event) => {
        event.preventDefault();
        this.element.classList.remove('over');
        this.take(event.dataTransfer.files[0]);
      },
      onpaste: (event) => {
        const [file] = event.clipboardData.files;
        if (!file) return;
        event.preventDefault();
        this.take(file);
      }}, this.thumb, el('div', {}, this.input, this.words), this.clear);
    this.show(undefined);
  }

  read(pictures = (text) => text) {
    return this.text && !isNamed(this.text) ? pictures(this.text) : this.text;
  }

  write(text) {
    this.show(text);
  }

  async take(file) {
    if (!file) return;
    try {
      const text = await base64(file);
      this.show(text, file.name);
      this.onChange(text);
    } catch (refusal) {
      if (!(refusal instanceof api.Refusal)) throw refusal;
      this.words.textContent = refusal.message;
    }
  }

  /** @param text base64, a hash where the picture itself is not there, or undefined */
  async show(text, name = '') {
    this.text = text;
    URL.revokeObjectURL(this.thumb.src);
    this.thumb.removeAttribute('src');
    this.thumb.hidden = true;
    this.clear.hidden = !text;
    this.input.required = isNamed(text);
    if (!text) {
      this.input.value = '';
      this.words.textContent = 'or drop or paste one here';
      return;
    }
    if (isNamed(text)) {
      this.words.textContent = `Choose the picture again whose SHA-256 begins with ${HASH.exec(text)[1].slice(0, 10)}.`;
      return;
    }
    this.words.textContent = [name, size(text)].filter(Boolean).join(', ');
    if (!isBase64(text)) return;
    this.thumb.src = URL.createObjectURL(new Blob([bytesOf(text)]));
    this.thumb.hidden = false;
    this.thumb.onerror = () => { this.thumb.hidden = true; }; // TIFF, which few browsers show
    const hash = await hashOf(text);
    if (hash && this.text === text) this.words.textContent += `, SHA-256 ${hash.slice(0, 10)}…`;
  }
}

/** A picture in as few bytes as a hash has; where this page may not hash, nothing. */
export async function named(text) {
  const hash = await hashOf(text);
  return hash ? `sha256:${hash}` : undefined;
}
