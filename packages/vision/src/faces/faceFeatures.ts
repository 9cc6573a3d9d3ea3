import type { Matrix } from "@earshot/models";
import { extendedLbp } from "../features/extendedLbp.js";
import { hog } from "../features/hog.js";
import { gridHistogram } from "../features/lbp.js";
import { toGray } from "../images/color.js";
import { resize } from "../images/geometry.js";
import { choose, type Image } from "../images/image.js";

/** What is made of a face: grey values, histograms of patterns (all 256, or the 58 even ones), or of gradients. */
export type FaceFeatureKind = keyof typeof makers;

const makers = {
  pixels: (face: Image): Float32Array =>
    Float32Array.from(resize(face, { width: 46, height: 56, interpolation: "area" }).data, (v) => v / 255),
  patterns: (face: Image): Float32Array => {
    const { codes, width, height } = extendedLbp(frame(face), { radius: 1 });
    return gridHistogram(codes, { width, height, codeCount: 256, gridX: 8, gridY: 8 });
  },
  evenPatterns: (face: Image): Float32Array => {
    const { codes, width, height } = extendedLbp(frame(face), { radius: 2 });
    const even = codes.map((code) => evenCodes[code]);
    // Square roots bring shares of histograms to a scale on which straight lines part them.
    return gridHistogram(even, { width, height, codeCount: 59, gridX: 6, gridY: 7 }).map(Math.sqrt);
  },
  gradients: (face: Image): Float32Array => hog(resize(face, { width: 88, height: 112, interpolation: "linear" })),
} as const;

const frame = (face: Image): Image =>
  face.width === 92 && face.height === 112 ? face : resize(face, { width: 92, height: 112, interpolation: "linear" });

/** The 58 codes with at most two changes around the circle by number, all others 58. */
const evenCodes = (() => {
  let next = 0;
  return Uint16Array.from({ length: 256 }, (_, code) => {
    const turned = ((code >> 1) | (code << 7)) & 255;
    const changes = (code ^ turned).toString(2).replaceAll("0", "").length;
    return changes <= 2 ? next++ : 58;
  });
})();

/** Features of cut-out faces, a row each. @param faces of bytes, of any size; brought to 92 × 112 or thereabouts */
export function faceFeatures(faces: readonly Image[], kind: FaceFeatureKind): Matrix {
  const make = choose("faceFeatures", "kind", makers, kind);
  const rows = faces.map((face) => make(toGray(face)));
  const cols = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * cols);
  for (const [i, row] of rows.entries()) data.set(row, i * cols);
  return { data, rows: rows.length, cols };
}
