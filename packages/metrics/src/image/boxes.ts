import { requireFinite } from "../check.js";

/** A rectangle by its corners, in pixels or any unit: x from left, y from top. */
export interface Box {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/**
 * Intersection over union of two boxes.
 *
 * @param a, b boxes with x1 ≥ x0 and y1 ≥ y0; edges are coordinates, so a box from 0 to 10 is 10 wide
 * @returns in [0, 1]; 0 if both are empty
 * @throws RangeError if a coordinate is not finite, or a box is turned inside out
 */
export function iou(a: Box, b: Box): number {
  checkBox("iou", a);
  checkBox("iou", b);
  return overlap(a, b);
}

export function checkBox(fn: string, { x0, y0, x1, y1 }: Box): void {
  requireFinite(fn, "box", [x0, y0, x1, y1]);
  if (x1 < x0 || y1 < y0) {
    throw new RangeError(`${fn}: box needs x1 ≥ x0 and y1 ≥ y0, got x ${x0} to ${x1}, y ${y0} to ${y1}.`);
  }
}

export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

const area = ({ x0, y0, x1, y1 }: Box): number => (x1 - x0) * (y1 - y0);
