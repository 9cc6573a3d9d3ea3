import { withMat } from "../opencv/convert.js";
import type { Mat, RotatedRect } from "../opencv/cv.js";
import { scope } from "../opencv/scope.js";
import { requireGray } from "./histogram.js";
import { choose, type Image, type Point, type Rectangle, requireRange } from "./image.js";

/** Options of {@link findContours}. */
export interface ContourOptions {
  /** The outermost alone ("external", default), all in a list, or all with their parents ("tree"). */
  mode?: "external" | "list" | "tree";
  /** Only the ends of straight pieces ("simple", default), or every pixel. */
  points?: "simple" | "all";
}

/** Outline of a shape. */
export interface Contour {
  /** x, y, x, y …, in pixels, around the shape. */
  points: Int32Array;
  /** Enclosed, in pixels² (Green's formula through the pixels' centres, so a shape of one pixel has 0). */
  area: number;
  /** Length around, in pixels. */
  perimeter: number;
  bounds: Rectangle;
  /** Index of the contour around it; −1 if there is none, or the mode does not tell. */
  parent: number;
}

const modes = { external: "RETR_EXTERNAL", list: "RETR_LIST", tree: "RETR_TREE" } as const;

/**
 * Outlines of the white shapes (all values but 0) of an image.
 *
 * Equals OpenCV 4.13 `findContours`, `contourArea`, `arcLength` and `boundingRect` (measured: exactly, in the same order).
 */
export function findContours(image: Image, { mode = "external", points = "simple" }: ContourOptions = {}): Contour[] {
  const fn = "findContours";
  const retrieve = choose(fn, "mode", modes, mode);
  const method = choose(fn, "points", { simple: "CHAIN_APPROX_SIMPLE", all: "CHAIN_APPROX_NONE" } as const, points);
  requireGray(fn, image);
  return withMat(fn, image, (s, mat) => {
    const { cv, own } = s;
    const found = own(new cv.MatVector());
    const hierarchy = s.mat();
    cv.findContours(mat, found, hierarchy, cv[retrieve], cv[method]);
    return Array.from({ length: found.size() }, (_, i) => {
      const contour = own(found.get(i));
      const around = contour.data32S.slice();
      return {
        points: around,
        area: cv.contourArea(contour, false),
        perimeter: cv.arcLength(contour, true),
        bounds: boundsOf(around),
        parent: mode === "tree" ? hierarchy.data32S[4 * i + 3] : -1,
      };
    });
  });
}

/** Fewer points that stay within `tolerance` pixels of a closed outline (Douglas–Peucker). */
export function simplifyContour(points: Int32Array, tolerance: number): Int32Array {
  requireRange("simplifyContour", "tolerance", tolerance, 0);
  return withPoints("simplifyContour", points, (contour, { cv, mat }) => {
    const out = mat();
    cv.approxPolyDP(contour, out, tolerance, true);
    return out.data32S.slice();
  });
}

/** The convex outline around points. */
export function convexHull(points: Int32Array): Int32Array {
  return withPoints("convexHull", points, (contour, { cv, mat }) => {
    const out = mat();
    cv.convexHull(contour, out);
    return out.data32S.slice();
  });
}

/** The smallest turned rectangle around points; angle in degrees. */
export function minAreaRectangle(points: Int32Array): RotatedRect {
  return withPoints("minAreaRectangle", points, (contour, { cv }) => {
    const { center, size, angle } = cv.minAreaRect(contour);
    return { center: { ...center }, size: { ...size }, angle };
  });
}

/** A connected patch of pixels. */
export interface Component {
  bounds: Rectangle;
  /** Pixels. */
  area: number;
  center: Point;
}

/** White shapes (8-connected) and which pixel belongs to which: 0 is the background, i the shape `components[i − 1]`. */
export function connectedComponents(image: Image): { labels: Int32Array; components: Component[] } {
  requireGray("connectedComponents", image);
  return withMat("connectedComponents", image, (s, mat) => {
    const [labels, stats, centers] = [s.mat(), s.mat(), s.mat()];
    const count = s.cv.connectedComponentsWithStats(mat, labels, stats, centers, 8, s.cv.CV_32S);
    const components = Array.from({ length: count - 1 }, (_, i) => {
      const [x, y, width, height, area] = stats.data32S.subarray(5 * (i + 1), 5 * (i + 2));
      const [cx, cy] = centers.data64F.subarray(2 * (i + 1), 2 * (i + 2));
      return { bounds: { x, y, width, height }, area, center: { x: cx, y: cy } };
    });
    return { labels: labels.data32S.slice(), components };
  });
}

function boundsOf(points: Int32Array): Rectangle {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    x0 = Math.min(x0, points[i]);
    x1 = Math.max(x1, points[i]);
    y0 = Math.min(y0, points[i + 1]);
    y1 = Math.max(y1, points[i + 1]);
  }
  return { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
}

function withPoints<T>(
  fn: string,
  points: Int32Array,
  work: (contour: Mat, s: Parameters<Parameters<typeof scope>[1]>[0]) => T,
): T {
  if (!(points instanceof Int32Array)) throw new TypeError(`${fn}: points must be an Int32Array of x, y, x, y ….`);
  if (points.length < 2 || points.length % 2 === 1) {
    throw new RangeError(`${fn}: points must be pairs of x and y, got ${points.length} values.`);
  }
  return scope(fn, (s) => {
    const contour = s.own(new s.cv.Mat(points.length / 2, 1, s.cv.CV_32S + 8));
    contour.data32S.set(points);
    return work(contour, s);
  });
}
