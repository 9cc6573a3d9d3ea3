import { readFileSync } from "node:fs";
import type { AnyImage, Image } from "../src/index.js";

/** An image of a golden file. */
export interface Packed {
  kind: "uint8" | "float32";
  width: number;
  height: number;
  channels: number;
  data: string;
}

export const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), "utf8"));

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, "base64"));

export const floats = (base64: string): Float32Array => new Float32Array(bytesOf(base64).buffer);

export const bytes = bytesOf;

export const unpack = <I extends AnyImage = Image>({ kind, data, ...size }: Packed): I =>
  ({ ...size, data: kind === "float32" ? floats(data) : bytesOf(data) }) as AnyImage as I;

/** The largest difference of two images of the same size. */
export function worst(a: AnyImage, b: Packed): number {
  const want = unpack<AnyImage>(b);
  if (a.width !== want.width || a.height !== want.height || a.channels !== want.channels) return Infinity;
  return worstOf(a.data, want.data);
}

export const worstOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length ? Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0) : Infinity;
