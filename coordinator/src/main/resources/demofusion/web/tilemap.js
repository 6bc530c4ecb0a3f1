// Which tiles are queued, running (and on which worker) or done, drawn over the preview.

import {el, hue} from './dom.js';

/** @param map of GET /v1/jobs/{id}/tiles */
export function draw(canvas, legend, map) {
  const box = canvas.getBoundingClientRect();
  const density = window.devicePixelRatio || 1;
  const width = Math.round(box.width * density);
  const height = Math.round(box.height * density);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, width, height);
  if (!map || !map.tiles.length || !width) {
    legend.replaceChildren();
    return;
  }
  const across = width / map.width;
  const down = height / map.height;
  const local = map.tiles.filter((tile) => tile.kind !== 'dilated');
  const stride = Math.max(1, smallestStep(local) / 2);
  context.font = `${11 * density}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const tile of local) {
    // Tiles overlap; only the middle of each is drawn, so that every tile can be seen.
    const half = [Math.min(tile.width / 2, stride), Math.min(tile.height / 2, stride)];
    const x = (tile.x + tile.width / 2 - half[0]) * across;
    const y = (tile.y + tile.height / 2 - half[1]) * down;
    cell(context, tile, x, y, 2 * half[0] * across, 2 * half[1] * down, density);
  }
  legend.replaceChildren(...words(map));
}

function smallestStep(tiles) {
  let step = tiles.length ? Math.max(tiles[0].width, tiles[0].height) : 1;
  for (const side of ['x', 'y']) {
    const places = [...new Set(tiles.map((tile) => tile[side]))].sort((a, b) => a - b);
    // Jitter moves tiles by a few samples; neighbours are further apart than that.
    for (let n = 1; n < places.length; n++) {
      const gap = places[n] - places[n - 1];
      if (gap > tiles[0].width / 4) step = Math.min(step, gap);
    }
  }
  return step;
}

function cell(context, tile, x, y, width, height, density) {
  const gap = Math.min(density, width / 8);
  const place = [x + gap, y + gap, width - 2 * gap, height - 2 * gap];
  if (tile.state === 'running') {
    context.fillStyle = `hsl(${hue(tile.worker)} 60% 55% / 0.26)`;
    context.fillRect(...place);
    context.strokeStyle = `hsl(${hue(tile.worker)} 75% 78% / 0.9)`;
    context.lineWidth = 1.25 * density;
    context.strokeRect(...place);
    if (width > 70 * density && height > 24 * density) {
      context.fillStyle = '#fff';
      context.fillText(tile.worker, x + width / 2, y + height / 2, width - 8 * density);
    }
  } else if (tile.state === 'queued') {
    context.fillStyle = 'rgb(10 14 18 / 0.34)';
    context.fillRect(...place);
  }
}

function words(map) {
  const running = map.tiles.filter((tile) => tile.state === 'running');
  const done = map.tiles.filter((tile) => tile.state === 'done').length;
  const dilated = map.tiles.filter((tile) => tile.kind === 'dilated');
  const chips = [...new Set(running.map((tile) => tile.worker))].sort().map((worker) => {
    const swatch = el('span', {class: 'swatch', 'aria-hidden': true});
    swatch.style.setProperty('background', `hsl(${hue(worker)} 60% 55%)`);
    const count = running.filter((tile) => tile.worker === worker).length;
    return el('li', {}, swatch, `${worker}: ${count}`);
  });
  const sentence = [`${done} of ${map.tiles.length} tiles done`];
  if (dilated.length) {
    sentence.push(`${dilated.filter((tile) => tile.state === 'done').length} of ${dilated.length} dilated`);
  }
  return [el('li', {}, sentence.join(', ')), ...chips];
}
