import type { Rectangle } from "../images/image.js";

/**
 * Non-maximum suppression: of boxes that overlap, the one that scores best.
 *
 * @param overlap intersection over union from which a box goes (default 0.3)
 * @returns the kept ones, by falling score
 */
export function suppress<B extends Rectangle & { score: number }>(boxes: readonly B[], overlap = 0.3): B[] {
  if (!(overlap >= 0 && overlap <= 1)) throw new RangeError(`suppress: overlap must be in [0, 1], got ${overlap}.`);
  const kept: B[] = [];
  for (const box of [...boxes].sort((a, b) => b.score - a.score)) {
    if (kept.every((other) => intersectionOverUnion(other, box) < overlap)) kept.push(box);
  }
  return kept;
}

/** Intersection over union of two rectangles, in [0, 1]. */
export function intersectionOverUnion(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}
