import { requirePositive } from "../check.js";
import type { Spec } from "../style.js";
import { inNode, renderSvg } from "./renderSvg.js";

/** Options of {@link renderPng}. */
export interface RenderPngOptions {
  /** Pixels of the picture for each of the figure, > 0; default 2, sharp on dense screens and in print. */
  scale?: number;
}

/**
 * Draws a figure as PNG: in Node by resvg with the font that comes with the package, in a browser by its own canvas.
 *
 * @param figure a specification, or SVG from {@link renderSvg}
 * @throws RangeError if scale is not above 0; Error if the specification or SVG cannot be drawn
 */
export async function renderPng(figure: Spec | string, { scale = 2 }: RenderPngOptions = {}): Promise<Uint8Array> {
  requirePositive("renderPng", "scale", scale);
  const svg = typeof figure === "string" ? figure : await renderSvg(figure);
  return inNode() ? drawWithResvg(svg, scale) : drawOnCanvas(svg, scale);
}

async function drawWithResvg(svg: string, scale: number): Promise<Uint8Array> {
  const [{ renderAsync }, { fontFiles }] = await Promise.all([import("@resvg/resvg-js"), import("./fonts.js")]);
  // On a thread of Node's pool: figures are painted while others are drawn.
  const picture = await renderAsync(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontFiles: [...fontFiles],
      defaultFontFamily: "Inter",
      // The machine's fonts cost time, and are needed for scripts alone that Inter does not have.
      loadSystemFonts: beyondInter.test(svg),
    },
  });
  return picture.asPng();
}

/** Inter has Latin, Greek, Cyrillic, punctuation and common symbols; not what lies in the scripts beyond. */
const beyondInter = /[\u0590-\u1dff\u2e80-\ufdff\u{10000}-\u{3ffff}]/u;

async function drawOnCanvas(svg: string, scale: number): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("renderPng: this browser gives no 2d canvas.");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error(`renderPng: a canvas of ${canvas.width} × ${canvas.height} pixels is too large here.`);
  return new Uint8Array(await blob.arrayBuffer());
}
