import { decodeBytes } from "./decode.js";
import { kernelsText } from "./module.generated.js";

/** What the WebAssembly module exports: see assembly/. Pointers and sizes are bytes. */
export interface Kernels {
  memory: WebAssembly.Memory;
  setTransform(n: number, stages: number, count: number, first: number, split: number, x: number, y: number): void;
  setFrames(input: number, hop: number, window: number, power: number, root: number): void;
  setMel(count: number, rows: number, weights: number, lm: number): void;
  setLog(amin: number, scale: number, zero: number, max: number): void;
  setDct(count: number, table: number, fold: number, folded: number): void;
  squareSums(p: number, parts: number, size: number, out: number): void;
  signChanges(p: number, parts: number, size: number, limit: number, out: number): void;
  probe(p: number, count: number): number;
  features(groups: number, out: number): void;
  levels(groups: number, out: number): void;
  clampedCosine(levels: number, groups: number, floor: number, out: number): void;
  spectra(groups: number, re: number, im: number): void;
  setInverse(n: number, stages: number, count: number, split: number, gain: number): void;
  polyphase(
    p: number,
    count: number,
    phase: number,
    up: number,
    down: number,
    taps: number,
    table: number,
    out: number,
  ): void;
  interpolate(p: number, start: number, step: number, count: number, table: number, out: number): void;
  refit(groups: number, skip: number, count: number, out: number): void;
  overlapAdd(groups: number, re: number, im: number, sum: number): void;
  scale(p: number, gain: number, count: number): void;
  setSingle(cross: number, rows: number): void;
  singleSpectra(count: number, re: number, im: number): void;
  correlate(count: number, aRe: number, aIm: number, cRe: number, cIm: number): void;
  difference(x: number, b: number, t: number, hops: number, row: number, low: number, high: number, out: number): void;
  impose(
    count: number,
    magnitude: number,
    newRe: number,
    newIm: number,
    oldRe: number,
    oldIm: number,
    share: number,
  ): void;
  vocode(
    count: number,
    aRe: number,
    aIm: number,
    bRe: number,
    bIm: number,
    cos: number,
    sin: number,
    share: number,
    outRe: number,
    outIm: number,
  ): void;
}

let compiled: WebAssembly.Module | null | undefined;

/**
 * A fresh instance with its own memory, or undefined on hosts without WebAssembly SIMD or whose policy forbids it: then plain TypeScript does the work.
 * Compiled once, synchronously, from bytes inside the package: no file, no network, also in workers and AudioWorklets.
 */
export function createKernels(bytes: number): Kernels | undefined {
  if (compiled === undefined) compiled = compile();
  if (!compiled) return undefined;
  const { exports } = new WebAssembly.Instance(compiled, {});
  const kernels = exports as unknown as Kernels;
  const { memory } = kernels;
  const missing = Math.ceil(bytes / 65536) - memory.buffer.byteLength / 65536;
  if (missing > 0) memory.grow(missing);
  return kernels;
}

function compile(): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(decodeBytes(kernelsText));
  } catch {
    return null;
  }
}
