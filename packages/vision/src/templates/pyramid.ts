import { resize } from "../images/geometry.js";
import type { Image } from "../images/image.js";

/** An image at one size, with the factors from the original to it. */
export interface Level {
  image: Image;
  fx: number;
  fy: number;
}

/** Sides of a template at the coarsest level, at least: below, patterns are no longer told apart. */
const LEAST_SIDE = 12;

/** The image itself, and at half the size again and again. */
export function pyramid(image: Image, levels: number): Level[] {
  return Array.from({ length: levels }, (_, level) => {
    if (level === 0) return { image, fx: 1, fy: 1 };
    const width = Math.max(1, Math.round(image.width / 2 ** level));
    const height = Math.max(1, Math.round(image.height / 2 ** level));
    const small = resize(image, { width, height, interpolation: "area" });
    return { image: small, fx: width / image.width, fy: height / image.height };
  });
}

/** Levels that a template bears at its smallest scale. */
export function levelsFor(template: Image, minScale: number): number {
  const side = Math.min(template.width, template.height) * minScale;
  return Math.max(1, Math.min(5, 1 + Math.floor(Math.log2(side / LEAST_SIDE))));
}
