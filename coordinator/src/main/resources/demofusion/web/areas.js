// Rectangles in shares of a picture, [left, top, right, bottom], each from 0 to 1. No elements here.

/** Smaller ones cannot be taken hold of. */
export const SMALLEST = 0.02;

const DIGITS = 1e4;
const between = (value, least, most) => Math.min(most, Math.max(least, value));
const rounded = (value) => Math.round(value * DIGITS) / DIGITS;

/** Reads "0,0,0.5,1"; null if that is no rectangle. */
export function read(text) {
  const sides = String(text ?? '').split(',').map((side) => (side.trim() === '' ? NaN : Number(side)));
  return sides.length === 4 && sides.every(Number.isFinite) && isArea(sides) ? sides : null;
}

export const isArea = ([left, top, right, bottom]) =>
  left >= 0 && left < right && right <= 1 && top >= 0 && top < bottom && bottom <= 1;

export const write = (area) => area.map(rounded).join(',');

/** The one between two corners, in any order; what lies outside the picture is cut off. */
export function spanned([x, y], [otherX, otherY]) {
  const [left, right] = [x, otherX].map((each) => between(each, 0, 1)).sort((a, b) => a - b);
  const [top, bottom] = [y, otherY].map((each) => between(each, 0, 1)).sort((a, b) => a - b);
  return [left, top, right, bottom];
}

export const isTooSmall = ([left, top, right, bottom]) => right - left < SMALLEST || bottom - top < SMALLEST;

/** Of the same size, inside the picture. */
export function moved([left, top, right, bottom], across, down) {
  const dx = between(across, -left, 1 - right);
  const dy = between(down, -top, 1 - bottom);
  return [left + dx, top + dy, right + dx, bottom + dy];
}

/**
 * With one corner or side somewhere else.
 *
 * @param edges which ones move: "l" or "r", "t" or "b", or one of each
 */
export function resized([left, top, right, bottom], edges, across, down) {
  const has = (edge) => edges.includes(edge);
  return [
    has('l') ? between(left + across, 0, Math.max(0, right - SMALLEST)) : left,
    has('t') ? between(top + down, 0, Math.max(0, bottom - SMALLEST)) : top,
    has('r') ? between(right + across, Math.min(1, left + SMALLEST), 1) : right,
    has('b') ? between(bottom + down, Math.min(1, top + SMALLEST), 1) : bottom,
  ];
}

/** Where a new one is put that nobody drew: one beside the other, so that none hides another. */
export function another(count) {
  const step = 0.08 * (count % 6);
  return [0.05 + step, 0.05 + step, 0.45 + step, 0.45 + step].map(rounded);
}
