import { checkImage, type Image, requireRange, requireWhole } from "../images/image.js";

/** Options of {@link findPeaks}. */
export interface PeakOptions {
  /** Peaks at most (default 1). */
  count?: number;
  /** Pixels between peaks along an axis, at least (default 1): half a template's side is usual. */
  distance?: number;
  /** Least value of a peak (with `best: "low"` the largest). */
  threshold?: number;
  /** Whether large values fit well (default "high"), or small ones, as of differences. */
  best?: "high" | "low";
}

/** A place of a map and its value. */
export interface Peak {
  x: number;
  y: number;
  value: number;
}

/** The best places of a map, none near a better one. Values that are not finite never count. @returns best first */
export function findPeaks(
  map: Image<Float32Array>,
  { count = 1, distance = 1, threshold, best = "high" }: PeakOptions = {},
): Peak[] {
  const fn = "findPeaks";
  checkImage(fn, map, "map");
  requireWhole(fn, "count", count, 1);
  requireRange(fn, "distance", distance, 0);
  const sign = best === "low" ? -1 : 1;
  const { data, width, height } = map;
  const least = threshold === undefined ? -Infinity : sign * threshold;
  const peaks: Peak[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x];
      if (!Number.isFinite(value) || sign * value < least) continue;
      if (isLocal(data, width, height, x, y, sign)) peaks.push({ x, y, value });
    }
  }
  peaks.sort((a, b) => sign * (b.value - a.value) || a.y - b.y || a.x - b.x);
  const kept: Peak[] = [];
  for (const peak of peaks) {
    if (kept.length === count) break;
    const near = kept.some((k) => Math.abs(k.x - peak.x) < distance && Math.abs(k.y - peak.y) < distance);
    if (!near) kept.push(peak);
  }
  return kept;
}

function isLocal(data: Float32Array, width: number, height: number, x: number, y: number, sign: number): boolean {
  const value = sign * data[y * width + x];
  for (let r = Math.max(0, y - 1); r <= Math.min(height - 1, y + 1); r++) {
    for (let c = Math.max(0, x - 1); c <= Math.min(width - 1, x + 1); c++) {
      if (sign * data[r * width + c] > value) return false;
    }
  }
  return true;
}
