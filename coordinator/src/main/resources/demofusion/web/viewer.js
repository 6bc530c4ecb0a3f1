// Deep zoom: the zoom tiles of a finished image, shown by OpenSeadragon.

import {el} from './dom.js';
import * as api from './api.js';

/** The divider's handle as the style sheet has it, in pixels; its middle is where the divider is. */
const HANDLE = 44;

let library = null;

/** OpenSeadragon is most of this page's weight, so it comes when it is needed. */
function load() {
  library ??= new Promise((resolve, reject) => {
    document.head.append(el('script', {src: 'web/openseadragon.min.js',
      onload: () => resolve(window.OpenSeadragon), onerror: reject}));
  });
  return library;
}

/**
 * Waits until the coordinator has built the zoom tiles; null if it cannot.
 *
 * @param onRefusal is told why not, or why not yet (503: an object store that is down, say)
 */
export async function pyramid(id, onProgress, isWanted, onRefusal) {
  while (isWanted()) {
    try {
      const {status, answer} = await api.zoom(id);
      if (status === 200) return answer;
      onProgress?.(answer.fraction);
      await new Promise((resolve) => setTimeout(resolve, 400));
    } catch (refusal) {
      if (refusal.status !== 0) onRefusal?.(refusal);
      if (refusal.status !== 0 && refusal.status !== 503) return null;
      await new Promise((resolve) => setTimeout(resolve, refusal.status === 503 ? 5000 : 2000));
    }
  }
  return null;
}

const source = (id, zoom) => ({
  width: zoom.width, height: zoom.height, tileSize: zoom.tileSize, tileOverlap: 0,
  minLevel: 0, maxLevel: zoom.levels - 1,
  getTileUrl: (level, x, y) => api.tileOf(id, level, x, y),
});

/** Shows an image, or two stacked, in an element. */
export async function open(element, pictures) {
  const OpenSeadragon = await load();
  const viewer = new OpenSeadragon.Viewer({
    element,
    tileSources: pictures.map(({id, zoom}) => ({tileSource: source(id, zoom), x: 0, y: 0, width: 1})),
    showNavigationControl: false,
    showNavigator: false,
    visibilityRatio: 0.6,
    maxZoomPixelRatio: 8,
    minZoomImageRatio: 0.8,
    animationTime: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 0.6,
    gestureSettingsMouse: {clickToZoom: false, dblClickToZoom: true},
    imageLoaderLimit: 5,
    maxImageCacheCount: 240,
    // A small image shows its pixels unsmoothed.
    imageSmoothingEnabled: Math.max(pictures[0].zoom.width, pictures[0].zoom.height) > 1024,
  });
  return viewer;
}

/** Buttons for those without a mouse wheel. */
export function controls(viewer, frame) {
  const zoomBy = (factor) => {
    viewer.viewport.zoomBy(factor);
    viewer.viewport.applyConstraints();
  };
  const actual = () => viewer.viewport.zoomTo(viewer.world.getItemAt(0).imageToViewportZoom(1));
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen());
  const button = (name, words, act) =>
    el('button', {type: 'button', class: 'quiet', title: name, 'aria-label': name, onclick: act}, words);
  return el('div', {class: 'zoom', role: 'group', 'aria-label': 'Zoom'},
    button('Zoom in', '+', () => zoomBy(1.6)),
    button('Zoom out', '−', () => zoomBy(1 / 1.6)),
    button('Actual pixels', '1:1', actual),
    button('Fit to window', 'Fit', () => viewer.viewport.goHome()),
    button('Full screen', 'Full', full));
}

/**
 * Where an image's pixels are in its frame, for what lies over it.
 *
 * @param current the viewer that there is now; null: the whole image fills the frame
 */
export function view(current, frame, {width}) {
  const point = ([x, y]) => new window.OpenSeadragon.Point(x, y);
  return {
    place: () => {
      const item = current()?.world.getItemAt(0);
      if (!item) return {x: 0, y: 0, scale: frame.clientWidth / width};
      const [start, end] = [0, width].map((x) => item.imageToViewerElementCoordinates(point([x, 0])));
      return {x: start.x, y: start.y, scale: (end.x - start.x) / width};
    },
    zoom: (factor, at) => {
      const viewport = current()?.viewport;
      viewport?.zoomBy(factor, at && viewport.pointFromPixel(point(at), true));
      viewport?.applyConstraints();
    },
  };
}

/** Two images with a divider: the first left of it, the second right of it. */
export async function compare(element, divider, pictures) {
  const OpenSeadragon = await load();
  const viewer = await open(element, pictures);
  const clip = () => {
    const upper = viewer.world.getItemAt(1);
    if (!upper) return;
    const size = viewer.viewport.getContainerSize();
    const place = HANDLE / 2 + (Number(divider.value) / 100) * (size.x - HANDLE);
    const at = viewer.viewport.pointFromPixel(new OpenSeadragon.Point(place, 0), true);
    const extent = upper.getContentSize();
    const from = Math.min(Math.max(upper.viewportToImageCoordinates(at, true).x, 0), extent.x);
    upper.setClip(new OpenSeadragon.Rect(from, 0, Math.max(extent.x - from, 0.001), extent.y));
    element.parentElement.style.setProperty('--divider', `${place}px`);
  };
  viewer.addHandler('open', clip);
  viewer.addHandler('update-viewport', clip);
  viewer.addHandler('animation', clip);
  divider.addEventListener('input', clip);
  return viewer;
}
