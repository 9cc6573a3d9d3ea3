import { inflateSync } from "node:zlib";
import { CorpusError } from "../types.js";
import type { GrayImage } from "./types.js";

/** Samples a pixel of each colour type. */
const samplesOf: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const signature = [137, 80, 78, 71, 13, 10, 26, 10];
const mostPixels = 2 ** 26;

/**
 * Decodes a PNG picture to grey: any depth, with palette or colours (ITU-R 601 luma), transparency over white; not interlaced.
 *
 * @throws CorpusError if it is none, cut, interlaced, or of more than 2^26 pixels
 * Source: W3C Portable Network Graphics (third edition).
 */
export function decodePng(bytes: Uint8Array, name = "png"): GrayImage {
  const fail = (what: string): never => {
    throw new CorpusError(`${name}: ${what}.`);
  };
  if (signature.some((byte, i) => bytes[i] !== byte)) fail("this is no PNG picture");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed: Uint8Array[] = [];
  let header: Header | undefined;
  let palette: Uint8Array = new Uint8Array(0);
  let alphas: Uint8Array = new Uint8Array(0);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) fail(`cut inside its part ${kind}`);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (kind === "IHDR" && length >= 13) header = readHeader(data, fail);
    else if (kind === "PLTE") palette = data;
    else if (kind === "tRNS") alphas = data;
    else if (kind === "IDAT") packed.push(data);
    else if (kind === "IEND") break;
    at += 12 + length;
  }
  if (!header) return fail("has no header");
  const { width, height, depth, type } = header;
  const stride = Math.ceil((width * samplesOf[type] * depth) / 8);
  const rows = unpack(packed, height * (stride + 1), fail);
  unfilter(rows, height, stride, Math.max(1, (samplesOf[type] * depth) >> 3), fail);
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    for (let x = 0; x < width; x++) pixels[y * width + x] = grey(row, x, header, palette, alphas);
  }
  return { pixels, width, height };
}

interface Header {
  width: number;
  height: number;
  depth: number;
  type: number;
}

function readHeader(data: Uint8Array, fail: (what: string) => never): Header {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, , , interlace] = data.subarray(8, 13);
  if (!(width > 0 && height > 0) || width * height > mostPixels) fail(`claims ${width} × ${height} pixels`);
  if (!(type in samplesOf) || ![1, 2, 4, 8, 16].includes(depth)) fail(`has colours of type ${type} and depth ${depth}`);
  if (interlace !== 0) fail("is interlaced; save it without");
  return { width, height, depth, type };
}

function unpack(parts: readonly Uint8Array[], length: number, fail: (what: string) => never): Uint8Array {
  try {
    const rows = inflateSync(Buffer.concat(parts), { maxOutputLength: length });
    if (rows.length === length) return rows;
  } catch {
    // Said below.
  }
  return fail("cannot be unpacked, its pixels are cut or damaged");
}

function unfilter(rows: Uint8Array, height: number, stride: number, step: number, fail: (what: string) => never): void {
  for (let y = 0; y < height; y++) {
    const at = y * (stride + 1) + 1;
    const filter = rows[at - 1];
    if (filter > 4) fail(`has a row of unknown filter ${filter}`);
    for (let i = 0; i < stride; i++) {
      const left = i >= step ? rows[at + i - step] : 0;
      const up = y > 0 ? rows[at + i - stride - 1] : 0;
      const corner = i >= step && y > 0 ? rows[at + i - stride - 1 - step] : 0;
      rows[at + i] += [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, corner) : 0][filter];
    }
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function grey(row: Uint8Array, x: number, { depth, type }: Header, palette: Uint8Array, alphas: Uint8Array): number {
  const samples = samplesOf[type];
  const sample = (i: number): number => {
    const bit = (x * samples + i) * depth;
    return depth >= 8 ? row[bit >> 3] : (row[bit >> 3] >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  };
  const first = sample(0);
  const scaled = depth < 8 && type === 0 ? (first * 255) / (2 ** depth - 1) : first;
  const luma = (r: number, g: number, b: number): number => 0.299 * r + 0.587 * g + 0.114 * b;
  const over = (value: number, alpha: number): number => Math.round(255 + ((value - 255) * alpha) / 255);
  if (type === 0) return scaled;
  if (type === 2) return Math.round(luma(first, sample(1), sample(2)));
  if (type === 3)
    return over(luma(palette[3 * first], palette[3 * first + 1], palette[3 * first + 2]), alphas[first] ?? 255);
  if (type === 4) return over(first, sample(1));
  return over(luma(first, sample(1), sample(2)), sample(3));
}
