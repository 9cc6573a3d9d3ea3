import type { Image, Point } from "../images/image.js";
import type { Level } from "./pyramid.js";

/** Where a template lies: its centre in the scene's pixels (edges at 0 and width), its size and turn. */
export interface Pose extends Point {
  scale: number;
  /** Degrees, counter-clockwise on the screen. */
  angle: number;
}

/** How alike scene and template are under a pose; 1 is equal, and higher is better for every method. */
export type PoseScore = (pose: Pose) => number;

/** Scores that do not depend on the picture's size, so that scales can be compared. */
export type PoseMethod = "correlationCoefficientNormed" | "crossCorrelationNormed" | "squaredDifferenceNormed";

/** Pixels of a template that are compared, at most. */
const MOST_POINTS = 1500;
/** Share of a template that must lie inside the scene. */
const LEAST_INSIDE = 0.9;

/** Scores poses at one level by sampling the scene under the template's pixels, between pixels bilinearly. */
export function poseScore(scene: Level, template: Level, mask: Level | undefined, method: PoseMethod): PoseScore {
  const { xs, ys, values } = samplesOf(template, mask?.image);
  const { data, width, height } = scene.image;
  const total = xs.length;
  return ({ x, y, scale, angle }) => {
    const radians = (angle * Math.PI) / 180;
    const [cos, sin] = [scale * Math.cos(radians), scale * Math.sin(radians)];
    let [n, sumS, sumT, sumSS, sumTT, sumST] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < total; i++) {
      const sx = (x + cos * xs[i] + sin * ys[i]) * scene.fx - 0.5;
      const sy = (y - sin * xs[i] + cos * ys[i]) * scene.fy - 0.5;
      const left = Math.floor(sx);
      const top = Math.floor(sy);
      if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) continue;
      const [rx, ry] = [sx - left, sy - top];
      const at = top * width + left;
      const upper = data[at] + rx * (data[at + 1] - data[at]);
      const lower = data[at + width] + rx * (data[at + width + 1] - data[at + width]);
      const s = upper + ry * (lower - upper);
      const t = values[i];
      n++;
      sumS += s;
      sumT += t;
      sumSS += s * s;
      sumTT += t * t;
      sumST += s * t;
    }
    if (n < LEAST_INSIDE * total) return -1;
    if (method === "crossCorrelationNormed") return sumST / Math.sqrt(Math.max(1e-9, sumSS * sumTT));
    if (method === "squaredDifferenceNormed") {
      return 1 - (sumSS + sumTT - 2 * sumST) / Math.sqrt(Math.max(1e-9, sumSS * sumTT));
    }
    const [varS, varT] = [sumSS - (sumS * sumS) / n, sumTT - (sumT * sumT) / n];
    // A flat window is like nothing.
    if (varS < 1e-3 * n || varT < 1e-3 * n) return -1;
    return (sumST - (sumS * sumT) / n) / Math.sqrt(varS * varT);
  };
}

/** Values of a template's pixels and where they lie about its centre, in pixels of the original; a grid of them if there are many. */
function samplesOf({ image, fx, fy }: Level, mask: Image | undefined): Record<"xs" | "ys" | "values", Float64Array> {
  const { data, width, height } = image;
  const step = Math.max(1, Math.sqrt((width * height) / MOST_POINTS));
  const [xs, ys, values]: number[][] = [[], [], []];
  for (let row = 0; row * step < height; row++) {
    for (let column = 0; column * step < width; column++) {
      const [x, y] = [Math.floor(column * step), Math.floor(row * step)];
      if (mask && mask.data[y * width + x] < 128) continue;
      xs.push((x + 0.5 - width / 2) / fx);
      ys.push((y + 0.5 - height / 2) / fy);
      values.push(data[y * width + x]);
    }
  }
  return { xs: Float64Array.from(xs), ys: Float64Array.from(ys), values: Float64Array.from(values) };
}

/** Steps of a search along each axis of a pose. */
export type PoseSteps = Pose;

/**
 * Climbs to the best pose nearby: along each axis in turn, with steps that halve when none helps.
 *
 * @param bounds what scale and angle may not leave
 */
export function climb(
  from: Pose,
  score: PoseScore,
  steps: PoseSteps,
  halvings: number,
  inside: (pose: Pose) => boolean,
): { pose: Pose; score: number } {
  let pose = from;
  let best = score(pose);
  let factor = 1;
  for (let halved = 0; halved <= halvings; ) {
    let better = false;
    for (const axis of ["x", "y", "angle", "scale"] as const) {
      for (const sign of [1, -1]) {
        const next = { ...pose, [axis]: pose[axis] + sign * factor * steps[axis] };
        if (!inside(next)) continue;
        const value = score(next);
        if (value <= best) continue;
        [pose, best, better] = [next, value, true];
        break;
      }
    }
    if (better) continue;
    factor /= 2;
    halved++;
  }
  return { pose, score: best };
}
