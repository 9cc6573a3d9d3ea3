// From four frames of samples to four spectra and their features.
import { butterfly, runStages } from "./stages";
import { scatter, store4x4 } from "./lanes";

// One instance serves one plan: its sizes and pointers, in bytes, are set once.
export let N: i32 = 0, M: i32 = 0;
export let IN: usize = 0, HOP: usize = 0, WINDOW: usize = 0, X: usize = 0, Y: usize = 0;
export let STAGES: usize = 0, STAGE_COUNT: i32 = 0, FIRST: usize = 0, SPLIT: usize = 0;
export let POWER: usize = 0;
export let ROOT: bool = false;

export function setTransform(n: i32, stages: usize, stageCount: i32, first: usize, split: usize, x: usize, y: usize): void {
  N = n;
  M = n >> 1;
  STAGES = stages;
  STAGE_COUNT = stageCount;
  FIRST = first;
  SPLIT = split;
  X = x;
  Y = y;
}

export function setFrames(input: usize, hop: usize, window: usize, power: usize, root: bool): void {
  IN = input;
  HOP = hop;
  WINDOW = window;
  POWER = power;
  ROOT = root;
}

/** 0 when all of `count` numbers (a multiple of 4) are finite, else 1: x·0 is 0 for those alone. */
export function probe(p: usize, count: i32): i32 {
  const zero = f32x4.splat(0);
  let a = zero, b = zero;
  const end = p + (<usize>count << 2);
  for (; p + 32 <= end; p += 32) {
    a = f32x4.add(a, f32x4.mul(v128.load(p), zero));
    b = f32x4.add(b, f32x4.mul(v128.load(p, 16), zero));
  }
  for (; p < end; p += 16) a = f32x4.add(a, f32x4.mul(v128.load(p), zero));
  return i32x4.all_true(f32x4.eq(f32x4.add(a, b), zero)) ? 0 : 1;
}

/** Spectra of the four frames at `p`, packed as M complex values; returns where they lie. */
export function transform(p: usize): usize {
  if (FIRST) {
    gatherRadix4(p);
    return runStages(STAGES, STAGE_COUNT, Y, X);
  }
  gather(p);
  return runStages(STAGES, STAGE_COUNT, X, Y);
}

/** Window and transpose: even samples become real parts, odd ones imaginary parts. */
function gather(p: usize): void {
  const b = p + HOP, c = b + HOP, d = c + HOP;
  let w = WINDOW, o = X;
  const bytes = <usize>N << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const wv = v128.load(w + i);
    store4x4(f32x4.mul(v128.load(p + i), wv), f32x4.mul(v128.load(b + i), wv), f32x4.mul(v128.load(c + i), wv), f32x4.mul(v128.load(d + i), wv), o, 16);
    o += 64;
  }
}

/** `gather` and a first stage of radix 4 in one: for M divisible by 8. */
function gatherRadix4(p: usize): void {
  const q = <usize>M << 1; // a quarter of the frame, in bytes
  let o = Y, tw = FIRST, w = WINDOW, x = X;
  const end = p + q;
  for (; p < end; p += 16, w += 16, o += 256, tw += 48) {
    // Two neighbouring complex values of each quarter, into scratch: 4 quarters × (re, im, re, im)
    for (let k: usize = 0; k < 4; k++) {
      const s = p + k * q, wv = v128.load(w + k * q);
      store4x4(f32x4.mul(v128.load(s), wv), f32x4.mul(v128.load(s + HOP), wv), f32x4.mul(v128.load(s + 2 * HOP), wv), f32x4.mul(v128.load(s + 3 * HOP), wv), x + (k << 6), 16);
    }
    turn4(x, o, tw);
    turn4(x + 32, o + 128, tw + 24);
  }
}

/** A butterfly of radix 4 on complex values 64 bytes apart, into four neighbours at `o`. */
@inline
function turn4(a: usize, o: usize, tw: usize): void {
  butterfly(
    v128.load(a), v128.load(a, 16), v128.load(a, 64), v128.load(a, 80), v128.load(a, 128), v128.load(a, 144), v128.load(a, 192), v128.load(a, 208),
    o, 32, tw,
  );
}

/** Complex spectra of `groups` × 4 frames, as rows of re and im. */
export function spectra(groups: i32, re: usize, im: usize): void {
  const row = <usize>(M + 1) << 2;
  let p = IN;
  for (let g = 0; g < groups; g++) {
    unpack(transform(p));
    scatter(POWER, 32, M + 1, re, row);
    scatter(POWER + 16, 32, M + 1, im, row);
    p += 4 * HOP;
    re += 4 * row;
    im += 4 * row;
  }
}

/** The packed spectrum at `z`, of halved samples, as M + 1 complex bins at POWER. */
export function unpack(z: usize): void {
  const zr = v128.load(z), zi = v128.load(z, 16), none = f32x4.splat(0);
  const o = POWER, first = f32x4.add(zr, zi), last = f32x4.sub(zr, zi);
  v128.store(o, f32x4.add(first, first));
  v128.store(o, none, 16);
  v128.store(o + (<usize>M << 5), f32x4.add(last, last));
  v128.store(o + (<usize>M << 5), none, 16);
  let a = z + 32, b = z + (<usize>(M - 1) << 5), u = o + 32, v = o + (<usize>(M - 1) << 5), w = SPLIT + 8;
  for (; a <= b; a += 32, b -= 32, u += 32, v -= 32, w += 8) {
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    const er = f32x4.add(ar, br), ei = f32x4.sub(ai, bi), or = f32x4.add(ai, bi), oi = f32x4.sub(br, ar);
    const wr = v128.load32_splat(w), wi = v128.load32_splat(w, 4);
    const tr = f32x4.sub(f32x4.mul(or, wr), f32x4.mul(oi, wi)), ti = f32x4.add(f32x4.mul(or, wi), f32x4.mul(oi, wr));
    v128.store(u, f32x4.add(er, tr));
    v128.store(u, f32x4.add(ei, ti), 16);
    v128.store(v, f32x4.sub(er, tr));
    v128.store(v, f32x4.sub(ti, ei), 16);
  }
}

/** `unpack` of bins 0 to `limit` alone, at most M / 2. */
export function unpackLow(z: usize, limit: i32): void {
  const first = f32x4.add(v128.load(z), v128.load(z, 16));
  v128.store(POWER, f32x4.add(first, first));
  v128.store(POWER, f32x4.splat(0), 16);
  let a = z + 32, b = z + (<usize>(M - 1) << 5), u = POWER + 32, w = SPLIT + 8;
  const end = z + (<usize>limit << 5);
  for (; a <= end; a += 32, b -= 32, u += 32, w += 8) {
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    const or = f32x4.add(ai, bi), oi = f32x4.sub(br, ar), wr = v128.load32_splat(w), wi = v128.load32_splat(w, 4);
    v128.store(u, f32x4.add(f32x4.add(ar, br), f32x4.sub(f32x4.mul(or, wr), f32x4.mul(oi, wi))));
    v128.store(u, f32x4.add(f32x4.sub(ai, bi), f32x4.add(f32x4.mul(or, wi), f32x4.mul(oi, wr))), 16);
  }
}
