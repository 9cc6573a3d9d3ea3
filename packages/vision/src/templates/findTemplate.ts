import { toGray } from "../images/color.js";
import { checkMask } from "../images/histogram.js";
import {
  checkImage,
  choose,
  type Image,
  type Point,
  requireBytes,
  requireRange,
  requireWhole,
} from "../images/image.js";
import { searchCoarse } from "./coarse.js";
import { climb, type Pose, type PoseMethod, poseScore } from "./pose.js";
import { levelsFor, pyramid } from "./pyramid.js";

/** Options of {@link findTemplate}. */
export interface FindTemplateOptions {
  /** Smallest and largest size of the template in the scene (default [1, 1]). */
  scales?: readonly [number, number];
  /** Smallest and largest turn in degrees, counter-clockwise (default [0, 0]). */
  angles?: readonly [number, number];
  /** Least score of a match, in [−1, 1] (default 0.6). */
  threshold?: number;
  /** Matches at most (default 1). */
  maxMatches?: number;
  /** Default "correlationCoefficientNormed", which neither brightness nor contrast changes. */
  method?: PoseMethod;
  /** Grey image of bytes, as large as the template: pixels where it is 0 do not count. */
  mask?: Image;
}

/** A place where a template was found. */
export interface TemplateMatch {
  /** In the scene's pixels; the middle of the first pixel is (0.5, 0.5). */
  center: Point;
  scale: number;
  /** Degrees, counter-clockwise on the screen. */
  angle: number;
  /** 1 is a perfect fit. */
  score: number;
  /** Of the template, from its upper left clockwise. */
  corners: Point[];
}

const methods: Record<PoseMethod, PoseMethod> = {
  correlationCoefficientNormed: "correlationCoefficientNormed",
  crossCorrelationNormed: "crossCorrelationNormed",
  squaredDifferenceNormed: "squaredDifferenceNormed",
};

/** Candidates that are followed for each match that is asked for. */
const FOLLOWED = 8;

/**
 * Finds a template in a scene, also larger or smaller and turned: every pose on a small copy, the best ones climbed to a
 * fraction of a pixel on larger and larger ones.
 *
 * @param scene, template of bytes; colours are compared as grey
 * @returns matches by falling score, none near a better one
 * @throws RangeError if the template, at its smallest, is larger than the scene, or an option is out of range
 * Measured on 200 made scenes (0.8 to 1.25 ×, ±15°, noise, other light): see the README.
 */
export function findTemplate(scene: Image, template: Image, options: FindTemplateOptions = {}): TemplateMatch[] {
  const fn = "findTemplate";
  const { scales = [1, 1], angles = [0, 0], threshold = 0.6, maxMatches = 1, mask } = options;
  const method = choose(fn, "method", methods, options.method ?? "correlationCoefficientNormed");
  checkImage(fn, scene, "scene");
  checkImage(fn, template, "template");
  requireBytes(fn, scene);
  requireBytes(fn, template);
  requireRange(fn, "scales[0]", scales[0], 0.01);
  requireRange(fn, "scales[1]", scales[1], scales[0], 100);
  requireRange(fn, "angles[0]", angles[0], -360, 360);
  requireRange(fn, "angles[1]", angles[1], angles[0], 360);
  requireRange(fn, "threshold", threshold, -1, 1);
  requireWhole(fn, "maxMatches", maxMatches, 1, 10_000);
  if (mask) checkMask(fn, mask, template);
  const [w, h] = [template.width * scales[0], template.height * scales[0]];
  if (w > scene.width || h > scene.height) {
    throw new RangeError(
      `${fn}: the template of ${template.width} × ${template.height} is larger than the scene of ${scene.width} × ${scene.height}, even at scale ${scales[0]}.`,
    );
  }
  const levels = levelsFor(template, scales[0]);
  const [scenes, templates] = [pyramid(toGray(scene), levels), pyramid(toGray(template), levels)];
  const masks = mask && pyramid(mask, levels);
  const top = levels - 1;
  const coarse = searchCoarse(scenes[top], templates[top], masks?.[top], {
    scales,
    angles,
    method,
    count: FOLLOWED * maxMatches,
  });
  const inside = ({ scale, angle }: Pose): boolean =>
    scale >= scales[0] && scale <= scales[1] && angle >= angles[0] && angle <= angles[1];
  const reach = Math.hypot(template.width, template.height) / 2;
  let poses = coarse.map((pose) => ({ pose, score: 0 }));
  for (let level = top; level >= 0; level--) {
    const score = poseScore(scenes[level], templates[level], masks?.[level], method);
    // A step moves the template's corners by about a pixel of this level.
    const pixel = 1 / scenes[level].fx;
    const steps = { x: pixel, y: pixel, scale: pixel / reach, angle: ((pixel / reach) * 180) / Math.PI };
    poses = poses.map(({ pose }) => climb(pose, score, steps, level === 0 ? 4 : 2, inside));
    poses = apart(poses, 0.4 * Math.min(template.width, template.height) * scales[0]);
    poses = poses.slice(0, Math.max(maxMatches + 2, Math.ceil((FOLLOWED * maxMatches) / 2 ** (top - level + 1))));
  }
  return poses
    .filter(({ score }) => score >= threshold)
    .slice(0, maxMatches)
    .map(({ pose, score }) => toMatch(pose, score, template));
}

/** The best of those that lie beside each other. */
function apart(poses: readonly { pose: Pose; score: number }[], distance: number): { pose: Pose; score: number }[] {
  const kept: { pose: Pose; score: number }[] = [];
  for (const candidate of [...poses].sort((a, b) => b.score - a.score)) {
    const { x, y } = candidate.pose;
    if (kept.every(({ pose }) => Math.hypot(pose.x - x, pose.y - y) >= distance)) kept.push(candidate);
  }
  return kept;
}

function toMatch({ x, y, scale, angle }: Pose, score: number, { width, height }: Image): TemplateMatch {
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [scale * Math.cos(radians), scale * Math.sin(radians)];
  const corner = (dx: number, dy: number): Point => ({ x: x + cos * dx + sin * dy, y: y - sin * dx + cos * dy });
  const [w, h] = [width / 2, height / 2];
  return {
    center: { x, y },
    scale,
    angle,
    score,
    corners: [corner(-w, -h), corner(w, -h), corner(w, h), corner(-w, h)],
  };
}
