// One image: its progress, and what can be done with it once it is finished.

import {$, ago, announce, el, pixels, seconds, title} from './dom.js';
import * as api from './api.js';
import * as tilemap from './tilemap.js';
import * as viewer from './viewer.js';

/** Larger previews are left to the deep zoom; here the browser would hold every pixel. */
const LARGEST_PREVIEW = 4096;
const STATES = {queued: 'Queued', running: 'Generating', paused: 'Paused',
  done: 'Done', failed: 'Failed', cancelled: 'Cancelled'};
const KEPT = 'demofusion.tiles';

let shown = null; // the stage of the job that is on screen

/** Shows a job, or a hint if there is none. */
export function show(id, onReuse) {
  if (shown?.id === id) return;
  close();
  if (!id) {
    $('stage-body').replaceChildren(empty());
    return;
  }
  shown = new Stage(id, onReuse);
}

export function close() {
  shown?.close();
  shown = null;
}

function empty() {
  return el('div', {class: 'empty'},
    el('p', {class: 'large'}, 'Enter a prompt to begin.'),
    el('p', {}, 'The first preview appears within moments. The image then grows phase by phase to its full size '
      + 'and keeps its composition.'));
}

class Stage {
  constructor(id, onReuse) {
    this.id = id;
    this.onReuse = onReuse;
    this.isOpen = true;
    this.job = null;
    this.preview = 0;
    this.viewer = null;
    this.tiles = null;
    this.build();
    this.load();
  }

  build() {
    const keep = localStorage.getItem(KEPT) !== 'no';
    this.words = el('p', {class: 'words', id: 'job-prompt'});
    this.about = el('p', {class: 'about', id: 'job-about'});
    this.state = el('span', {class: 'state', id: 'job-state'});
    this.images = el('div', {class: 'images', id: 'job-preview'});
    this.canvas = el('canvas', {class: 'tiles', 'aria-hidden': true});
    this.legend = el('ul', {class: 'legend', 'aria-label': 'Tiles and workers'});
    this.deep = el('div', {class: 'deep', id: 'deep', hidden: true, role: 'application',
      'aria-label': 'Image viewer: arrow keys pan, plus and minus zoom'});
    this.frame = el('div', {class: 'frame', id: 'frame'}, this.images, this.canvas, this.deep);
    this.phases = el('div', {class: 'phases', id: 'phases', role: 'progressbar', 'aria-valuemin': 0,
      'aria-valuemax': 100, 'aria-label': 'Progress'});
    this.line = el('p', {class: 'line', id: 'job-line'});
    this.warning = el('p', {class: 'note', hidden: true});
    this.refusal = el('p', {class: 'refusal', role: 'alert', hidden: true});
    this.toggle = el('label', {class: 'toggle'},
      el('input', {type: 'checkbox', id: 'show-tiles', checked: keep, onchange: (event) => {
        localStorage.setItem(KEPT, event.target.checked ? 'yes' : 'no');
        this.followTiles();
      }}), 'Show tiles');
    this.actions = el('div', {class: 'actions', id: 'actions'});
    this.panel = el('div', {class: 'panel'});
    this.dialog = el('dialog', {class: 'dialog', id: 'go-on', 'aria-labelledby': 'go-on-title'});
    $('stage-body').replaceChildren(
      el('div', {class: 'heading'}, this.words, el('div', {class: 'facts'}, this.state, this.about)),
      this.frame,
      el('div', {class: 'under'}, this.phases, this.line, this.legend),
      this.warning, this.refusal,
      el('div', {class: 'bar'}, this.actions, this.toggle),
      this.panel,
      this.dialog);
    this.resized = new ResizeObserver(() => this.drawTiles());
    this.resized.observe(this.frame);
  }

  async load() {
    try {
      this.take(await api.find(this.id));
    } catch (refusal) {
      if (!(refusal instanceof api.Refusal)) throw refusal;
      if (!this.isOpen) return;
      if (refusal.status === 0) {
        this.again = setTimeout(() => this.load(), 1500);
        return;
      }
      $('stage-body').replaceChildren(el('div', {class: 'empty'},
        el('p', {class: 'large'}, 'Image not found.'), el('p', {}, refusal.message)));
      return;
    }
    if (this.isOpen && !api.isOver(this.job.state)) this.follow();
  }

  follow() {
    this.unwatch?.();
    this.unwatch = api.watch(this.id, (news) => {
      if (!this.isOpen) return;
      if (news.kind === 'preview') announce(`The preview of phase ${news.phase} is ready.`);
      this.take(news.job);
      if (news.kind === 'warning' && !news.job.warnings?.includes(news.sentence)) this.warn(news.sentence);
    });
  }

  take(job) {
    if (!this.isOpen) return;
    const before = this.job;
    this.job = job;
    if (job.warnings) this.warn(job.warnings.join(' '));
    this.frame.style.setProperty('--ratio', `${job.width} / ${job.height}`);
    this.frame.style.setProperty('--across', job.width / job.height);
    this.words.textContent = title(job);
    this.about.textContent = [pixels(job), `${job.steps} steps`, `seed ${job.seed}`, job.model, ago(job.submittedAt)].join(' · ');
    if (before?.state !== job.state) {
      this.state.textContent = STATES[job.state] ?? job.state;
      this.state.dataset.state = job.state;
      this.offer();
      if (before) announce(`${STATES[job.state]}: ${title(job)}`);
      document.title = `${title(job).slice(0, 60)} · demofusion`;
    } else if (before?.previews.length !== job.previews.length) {
      this.offer();
    }
    this.say();
    this.sharpen();
    this.followTiles();
    if (job.state === 'done' && job.hasImage && !this.isDeep) this.openDeep();
  }

  /** Progress, as a bar and in words. */
  say() {
    const {job} = this;
    const progress = job.progress;
    const count = progress?.phases || 1;
    if (this.phases.children.length !== count) {
      this.phases.replaceChildren(...Array.from({length: count}, () => el('span', {}, el('i'))));
    }
    [...this.phases.children].forEach((bar, index) => {
      let share = job.state === 'done' ? 1 : 0;
      if (progress && share === 0) {
        if (index + 1 < progress.phase) share = 1;
        else if (index + 1 === progress.phase) {
          share = (progress.timestep - 1 + progress.tilesDone / Math.max(1, progress.tiles)) / progress.timesteps;
        }
      }
      bar.firstChild.style.setProperty('width', `${100 * Math.min(1, Math.max(0, share))}%`);
    });
    this.phases.setAttribute('aria-valuenow', String(Math.round(100 * (job.state === 'done' ? 1 : progress?.fraction ?? 0))));
    this.phases.setAttribute('aria-valuetext', this.sentence());
    this.line.textContent = this.sentence();
  }

  sentence() {
    const {job} = this;
    const progress = job.progress;
    if (job.state === 'done') {
      return [`Finished${job.seconds ? ` in ${seconds(job.seconds)}` : ''}`,
        job.deviceSeconds ? `${seconds(job.deviceSeconds)} of worker time` : ''].filter(Boolean).join(', ') + '.';
    }
    if (job.state === 'failed' || job.state === 'paused') return job.reason ?? '';
    if (job.state === 'cancelled') return 'Finished work is kept; you can resume it.';
    if (job.state === 'queued') return job.reason ?? 'It starts as soon as a worker is free.';
    if (!progress) return 'Starting…';
    const left = seconds(progress.secondsLeft);
    const latest = Math.max(0, ...job.previews);
    const step = progress.timestep
      ? `step ${progress.timestep} of ${progress.timesteps}`
      : 'preparing it from the previous phase’s image';
    return `Phase ${progress.phase} of ${progress.phases}, ${step}`
      + (left ? ` · about ${left} left` : '')
      + (this.preview && this.preview < latest ? ` · preview of phase ${this.preview}; larger previews are not shown here` : '');
  }

  longer() {
    return Math.max(this.job.width, this.job.height);
  }

  /** The latest preview that a browser can reasonably hold, faded in over the one before. */
  async sharpen() {
    if (this.isDeep && this.viewer) return;
    const {job} = this;
    const longer = this.longer();
    const latest = await this.latestFitting();
    if (latest <= this.preview) return;
    this.preview = latest;
    const image = el('img', {src: api.previewOf(this.id, latest), alt: `Preview of phase ${latest}: ${title(job)}`,
      data: {phase: latest}});
    try {
      await image.decode();
    } catch (broken) {
      this.preview = Math.min(this.preview, latest - 1);
      return;
    }
    if (!this.isOpen || latest < this.preview) return;
    if (longer <= 1024) image.classList.add('coarse');
    this.images.append(image);
    requestAnimationFrame(() => requestAnimationFrame(() => image.classList.add('there')));
    setTimeout(() => [...this.images.children].filter((child) => child !== image && image.isConnected)
      .forEach((child) => child.remove()), 900);
  }

  /** Phases grow by whatever ladder was asked for, so the file says how large a preview is. */
  async latestFitting() {
    const later = this.job.previews.filter((phase) => phase > this.preview).sort((a, b) => b - a);
    for (const phase of later) {
      if (phase === 1 || this.longer() <= LARGEST_PREVIEW) return phase;
      try {
        const {width, height} = await api.sizeOf(api.previewOf(this.id, phase));
        if (Math.max(width, height) <= LARGEST_PREVIEW) return phase;
      } catch (lost) {
        return this.preview; // the next event asks again
      }
    }
    return this.preview;
  }

  followTiles() {
    const wanted = this.job?.state === 'running' && $('show-tiles')?.checked;
    this.toggle.hidden = this.job?.state !== 'running' && this.job?.state !== 'queued';
    if (wanted && !this.unpoll) {
      this.unpoll = api.poll(async () => {
        this.tiles = await api.tiles(this.id);
        this.drawTiles();
      }, 700);
    } else if (!wanted && this.unpoll) {
      this.unpoll();
      this.unpoll = null;
      this.tiles = null;
      this.drawTiles();
    }
  }

  drawTiles() {
    if (this.isOpen) tilemap.draw(this.canvas, this.legend, this.tiles);
  }

  async openDeep() {
    this.isDeep = true;
    let lost = false;
    const {textContent: before, hidden} = this.warning;
    const zoom = await viewer.pyramid(this.id, (fraction) => {
      this.line.textContent = `Preparing zoom: ${Math.round(100 * fraction)}%`;
    }, () => this.isOpen, (refusal) => {
      lost = refusal.status === 502; // by the object store that has the only copy
      if (lost || refusal.status === 503) this.warn(refusal.message);
    });
    if (!this.isOpen) return;
    if (!lost) Object.assign(this.warning, {textContent: before, hidden});
    this.say();
    if (lost) return;
    if (!zoom) {
      // Not a larger one: a phone's browser would run out of memory.
      if (this.longer() <= LARGEST_PREVIEW) {
        this.images.append(el('img', {src: api.imageOf(this.id), alt: title(this.job), class: 'there'}));
      } else {
        this.warn('Zoom is not available for this image; download it to view it.');
      }
      return;
    }
    this.deep.hidden = false;
    this.viewer = await viewer.open(this.deep, [{id: this.id, zoom}]);
    if (!this.isOpen) return this.viewer.destroy();
    this.viewer.addHandler('update-viewport', () => this.repair?.brush.draw());
    this.viewer.addOnceHandler('tile-drawn', () => {
      this.deep.classList.add('there');
      this.images.replaceChildren();
    });
    this.frame.append(viewer.controls(this.viewer, this.frame));
  }

  offer() {
    const {job} = this;
    const over = api.isOver(job.state);
    const button = (id, words, act, kind = '') =>
      el('button', {type: 'button', id, class: kind, onclick: () => this.doing(act)}, words);
    const offers = [];
    if (!over) offers.push(button('cancel', 'Cancel', async () => this.take(await api.cancel(this.id))));
    if (job.state === 'failed' || job.state === 'cancelled') {
      offers.push(button('retry', 'Resume', async () => {
        this.take(await api.retry(this.id));
        this.follow();
      }, 'primary'));
    }
    if (job.hasImage) {
      offers.push(el('a', {class: 'button primary', id: 'download', href: api.imageOf(this.id),
        download: `${this.id}.png`}, 'Download'));
      offers.push(el('a', {class: 'button', id: 'compare', href: `#/gallery?with=${encodeURIComponent(this.id)}`}, 'Compare…'));
    }
    if (job.previews.length || job.hasImage) {
      offers.push(button('larger', 'Upscale…', async () => this.askForSize()));
    }
    if (job.hasImage) offers.push(button('fix', 'Repair…', async () => this.openRepair()));
    offers.push(button('reuse', 'Use these settings', async () => this.onReuse(await api.settings(this.id), this.backdrop())));
    this.actions.replaceChildren(...offers);
  }

  async doing(act) {
    this.refusal.hidden = true;
    try {
      await act();
    } catch (refusal) {
      if (!(refusal instanceof api.Refusal)) throw refusal;
      this.refusal.textContent = refusal.message;
      this.refusal.hidden = false;
    }
  }

  /** "Upscale…": runs the larger phases only, starting from this image. */
  askForSize() {
    const {job} = this;
    const refusal = el('p', {class: 'refusal', role: 'alert', hidden: true});
    const width = el('input', {id: 'larger-width', type: 'number', min: 8, step: 8, max: 32768, value: 2 * job.width,
      'aria-label': 'Width in pixels', oninput: () => { height.value = Math.round((width.value * job.height) / job.width / 8) * 8; }});
    const height = el('input', {id: 'larger-height', type: 'number', min: 8, step: 8, max: 32768, value: 2 * job.height,
      'aria-label': 'Height in pixels'});
    this.dialog.replaceChildren(el('form', {method: 'dialog', onsubmit: async (event) => {
      event.preventDefault();
      try {
        const larger = await api.goOn(this.id, {size: `${width.value}x${height.value}`, previews: true});
        this.dialog.close();
        location.hash = `#/job/${encodeURIComponent(larger.id)}`;
      } catch (refused) {
        if (!(refused instanceof api.Refusal)) throw refused;
        refusal.textContent = refused.message;
        refusal.hidden = false;
      }
    }},
    el('h3', {id: 'go-on-title'}, 'Upscale'),
    el('p', {}, 'Continues with larger phases from this image. The composition stays; detail is added.'),
    el('div', {class: 'sides'}, width, el('span', {'aria-hidden': true}, '×'), height),
    refusal,
    el('div', {class: 'actions'},
      el('button', {type: 'submit', class: 'primary', id: 'go-on-yes'}, 'Upscale'),
      el('button', {type: 'button', onclick: () => this.dialog.close()}, 'Cancel'))));
    this.dialog.showModal();
  }

  /** A picture of this one that is small enough to draw regions on; null: there is none. */
  backdrop() {
    const {job} = this;
    if (job.previews.length) return api.previewOf(this.id, Math.min(...job.previews));
    return job.hasImage && this.longer() <= LARGEST_PREVIEW ? api.imageOf(this.id) : null;
  }

  /** "Repair…": its scripts come when they are needed. */
  async openRepair() {
    if (this.repair) return;
    const [{Repair}, settings] = await Promise.all([import('./repair.js'), api.settings(this.id)]);
    if (!this.isOpen || this.repair) return;
    this.repair = new Repair(this.job, settings, this.frame, viewer.view(() => this.viewer, this.frame, this.job), {
      closed: () => {
        this.closeRepair();
        $('fix')?.focus({preventScroll: true});
      },
      submitted: (job) => {
        location.hash = `#/job/${encodeURIComponent(job.id)}`;
        window.scrollTo({top: 0});
      },
    });
    this.panel.append(this.repair.element);
    this.repair.brush.canvas.focus({preventScroll: true});
  }

  closeRepair() {
    this.repair?.close();
    this.repair = null;
  }

  warn(sentence) {
    this.warning.textContent = sentence;
    this.warning.hidden = false;
  }

  close() {
    this.isOpen = false;
    clearTimeout(this.again);
    this.unwatch?.();
    this.unpoll?.();
    this.resized.disconnect();
    this.closeRepair();
    this.viewer?.destroy();
    this.dialog.close();
    document.title = 'demofusion';
  }
}
