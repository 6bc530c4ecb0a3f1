// What was painted on a picture, as strokes in its own pixels: so it is sharp at every zoom, and can be undone.

/** The longest side of the mask that is sent: each of its pixels is then at most a few of the largest picture. */
export const LONGEST_MASK = 4096;

/** A picture's size divided by the smallest number that makes it small enough, so that its shape stays. */
export function maskSize(width, height) {
  let divisor = 1;
  while (Math.max(width, height) / divisor > LONGEST_MASK) divisor += 1;
  const whole = [...Array(8).keys()].map((n) => divisor + n).find((each) => width % each === 0 && height % each === 0);
  const by = whole ?? divisor;
  return {width: Math.max(1, Math.round(width / by)), height: Math.max(1, Math.round(height / by))};
}

export class Strokes {
  constructor() {
    this.all = [];
    this.undone = [];
  }

  /** @param stroke {kind: "brush" | "box", erases, radius, points: [[x, y], …]} in the picture's pixels */
  begin(stroke) {
    this.all.push(stroke);
    this.undone = [];
  }

  /** Goes on with the last one. */
  extend(point) {
    const stroke = this.all[this.all.length - 1];
    if (stroke.kind === 'box') stroke.points[1] = point;
    else stroke.points.push(point);
  }

  undo() {
    const last = this.all.pop();
    if (last) this.undone.push(last);
    return Boolean(last);
  }

  redo() {
    const next = this.undone.pop();
    if (next) this.all.push(next);
    return Boolean(next);
  }

  /** Which can be undone, too: it is a stroke that erases all. */
  clear(width, height) {
    if (!this.isEmpty()) this.begin({kind: 'box', erases: true, radius: 0, points: [[0, 0], [width, height]]});
  }

  isEmpty() {
    return !this.all.some((stroke) => !stroke.erases);
  }

  /**
   * Draws them.
   *
   * @param context of a canvas, in whose transparent pixels nothing is painted
   * @param place of the picture on it: {x, y, scale}
   */
  draw(context, {x, y, scale}, colour) {
    context.save();
    context.setTransform(scale, 0, 0, scale, x, y);
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.fillStyle = colour;
    context.strokeStyle = colour;
    for (const stroke of this.all) {
      context.globalCompositeOperation = stroke.erases ? 'destination-out' : 'source-over';
      drawOne(context, stroke);
    }
    context.restore();
  }

  /** The mask as a PNG: white where something is painted, black elsewhere; null: that is nowhere. */
  async mask(width, height) {
    const size = maskSize(width, height);
    const canvas = Object.assign(document.createElement('canvas'), size);
    const context = canvas.getContext('2d', {willReadFrequently: true});
    this.draw(context, {x: 0, y: 0, scale: size.width / width}, '#fff');
    const isPainted = blackAndWhite(context, size);
    const file = isPainted ? await new Promise((resolve) => canvas.toBlob(resolve, 'image/png')) : null;
    canvas.width = 0; // its memory comes back at once
    return file;
  }
}

function drawOne(context, {kind, radius, points}) {
  if (kind === 'box') {
    const [[left, top], [right, bottom]] = points;
    context.fillRect(left, top, right - left, bottom - top);
    return;
  }
  context.lineWidth = 2 * radius;
  context.beginPath();
  context.moveTo(...points[0]);
  if (points.length === 1) context.lineTo(points[0][0] + 0.01, points[0][1]);
  for (const point of points.slice(1)) context.lineTo(...point);
  context.stroke();
}

/** Without the soft edges of a canvas, in strips: a whole one would be held twice. */
function blackAndWhite(context, {width, height}) {
  let isPainted = false;
  const strip = 256;
  for (let top = 0; top < height; top += strip) {
    const image = context.getImageData(0, top, width, Math.min(strip, height - top));
    const {data} = image;
    for (let at = 0; at < data.length; at += 4) {
      const value = data[at + 3] >= 128 ? 255 : 0;
      isPainted ||= value === 255;
      data[at] = data[at + 1] = data[at + 2] = value;
      data[at + 3] = 255;
    }
    context.putImageData(image, 0, top);
  }
  return isPainted;
}
