import { toRgb } from "./color.js";
import { type Image, type Point, type Rectangle, requireWhole } from "./image.js";

/** Options of {@link drawBoxes}, {@link drawPoints} and {@link drawOutline}. */
export interface DrawOptions {
  /** Red, green, blue (default green). */
  color?: readonly [number, number, number];
  /** Of lines in pixels (default 2). */
  thickness?: number;
}

/** A coloured copy with frames around rectangles; parts outside the image are left away. */
export function drawBoxes(
  image: Image,
  boxes: readonly Rectangle[],
  { color = [46, 204, 64], thickness = 2 }: DrawOptions = {},
): Image {
  requireWhole("drawBoxes", "thickness", thickness, 1, 1000);
  const out = copyRgb(image);
  for (const box of boxes) {
    const [x0, y0] = [Math.round(box.x), Math.round(box.y)];
    const [x1, y1] = [Math.round(box.x + box.width), Math.round(box.y + box.height)];
    fill(out, x0, y0, x1, y0 + thickness, color);
    fill(out, x0, y1 - thickness, x1, y1, color);
    fill(out, x0, y0, x0 + thickness, y1, color);
    fill(out, x1 - thickness, y0, x1, y1, color);
  }
  return out;
}

/** A coloured copy with squares of side 2 × thickness + 1 at points. */
export function drawPoints(
  image: Image,
  points: readonly Point[],
  { color = [255, 65, 54], thickness = 1 }: DrawOptions = {},
): Image {
  requireWhole("drawPoints", "thickness", thickness, 1, 1000);
  const out = copyRgb(image);
  for (const { x, y } of points) {
    const [cx, cy] = [Math.round(x), Math.round(y)];
    fill(out, cx - thickness, cy - thickness, cx + thickness + 1, cy + thickness + 1, color);
  }
  return out;
}

/** A coloured copy with the outline of corners. */
export function drawOutline(image: Image, corners: readonly Point[], options: DrawOptions = {}): Image {
  const points = corners.flatMap((from, i) => {
    const to = corners[(i + 1) % corners.length];
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y)));
    return Array.from({ length: steps }, (_, k) => ({
      x: from.x + ((to.x - from.x) * k) / steps,
      y: from.y + ((to.y - from.y) * k) / steps,
    }));
  });
  return drawPoints(image, points, { color: [46, 204, 64], ...options });
}

function copyRgb(image: Image): Image {
  const rgb = toRgb(image);
  return rgb === image ? { ...rgb, data: rgb.data.slice() } : rgb;
}

function fill(
  { data, width, height }: Image,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  color: readonly number[],
): void {
  for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
    for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) data.set(color, 3 * (y * width + x));
  }
}
