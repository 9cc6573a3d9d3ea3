import type { Image } from "../images/image.js";
import { type AffineMatrix, warpAffine } from "../images/warp.js";
import { matchTemplate } from "./matchTemplate.js";
import { findPeaks } from "./peaks.js";
import type { Pose, PoseMethod } from "./pose.js";
import type { Level } from "./pyramid.js";

export interface CoarseOptions {
  scales: readonly [number, number];
  angles: readonly [number, number];
  method: PoseMethod;
  /** Candidates at most. */
  count: number;
}

/** Tries sizes and turns over the whole of a small scene. @returns poses in the original's pixels, the best first */
export function searchCoarse(scene: Level, template: Level, mask: Level | undefined, options: CoarseOptions): Pose[] {
  const { scales, angles, method, count } = options;
  const { width, height } = template.image;
  const reach = Math.hypot(width, height) / 2;
  const found: { pose: Pose; value: number }[] = [];
  // Neighbouring poses differ by a pixel or so at the template's corners.
  for (const scale of spread(scales, 1.6 / reach)) {
    for (const angle of spread(angles, ((1.6 / reach) * 180) / Math.PI)) {
      const drawn = draw(template.image, mask?.image, scale, angle);
      if (drawn.image.width > scene.image.width || drawn.image.height > scene.image.height) continue;
      const map = matchTemplate(scene.image, drawn.image, { method, mask: drawn.mask });
      const low = method === "squaredDifferenceNormed";
      // What masks make of flat windows is no score.
      for (let i = 0; i < map.data.length; i++) if (!(Math.abs(map.data[i]) <= 1.01)) map.data[i] = Number.NaN;
      const distance = Math.max(2, Math.min(width, height) * 0.3);
      for (const { x, y, value } of findPeaks(map, { count, distance, best: low ? "low" : "high" })) {
        const pose = {
          x: (x + drawn.image.width / 2) / scene.fx,
          y: (y + drawn.image.height / 2) / scene.fy,
          scale,
          angle,
        };
        found.push({ pose, value: low ? 1 - value : value });
      }
    }
  }
  found.sort((a, b) => b.value - a.value);
  // The same place in several poses: the best two of each stay, for the second may climb higher.
  const near = (0.4 * Math.min(width, height)) / scene.fx;
  const kept: Pose[] = [];
  for (const { pose } of found) {
    if (kept.length >= count) break;
    const beside = kept.filter((other) => Math.hypot(other.x - pose.x, other.y - pose.y) < near);
    if (beside.length < 2) kept.push(pose);
  }
  return kept;
}

/** Values from low to high, no further apart than `step`. */
function spread([low, high]: readonly [number, number], step: number): number[] {
  const count = Math.ceil((high - low) / step - 1e-9);
  if (count <= 0) return [low];
  return Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
}

/** A template turned and scaled, and which pixels of its frame it fills. */
function draw(template: Image, mask: Image | undefined, scale: number, angle: number): { image: Image; mask: Image } {
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [scale * Math.cos(radians), scale * Math.sin(radians)];
  const [w, h] = [template.width, template.height];
  const width = Math.max(1, Math.round(Math.abs(cos) * w + Math.abs(sin) * h));
  const height = Math.max(1, Math.round(Math.abs(sin) * w + Math.abs(cos) * h));
  // Middles of pixels lie at halves.
  const [cx, cy] = [(w - 1) / 2, (h - 1) / 2];
  const matrix: AffineMatrix = [
    cos,
    sin,
    (width - 1) / 2 - cos * cx - sin * cy,
    -sin,
    cos,
    (height - 1) / 2 + sin * cx - cos * cy,
  ];
  const whole = mask ?? { data: new Uint8Array(w * h).fill(255), width: w, height: h, channels: 1 };
  return {
    image: warpAffine(template, matrix, { width, height, border: "replicate" }),
    mask: solid(warpAffine(whole, matrix, { width, height })),
  };
}

/** Pixels that are covered for the most part. */
function solid(mask: Image): Image {
  const data = mask.data.map((v) => (v >= 128 ? 255 : 0));
  if (data.every((v) => v === 0)) data.fill(255);
  return { ...mask, data };
}
