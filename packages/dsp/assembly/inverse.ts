// From four spectra back to four frames, windowed and added to the output.
import { HOP, IN, M, POWER, transform, unpack, unpackLow, WINDOW, X, Y } from "./frames";
import { runStages } from "./stages";
import { gatherRows, store4x4 } from "./lanes";

let SIZE: i32 = 0, HALF: i32 = 0, ALL: usize = 0, ALL_COUNT: i32 = 0, ROOTS: usize = 0, GAIN: usize = 0;

/** The inverse transform of length n; `gain`, if any, multiplies its bins. */
export function setInverse(n: i32, stages: usize, count: i32, split: usize, gain: usize): void {
  SIZE = n;
  HALF = n >> 1;
  ALL = stages;
  ALL_COUNT = count;
  ROOTS = split;
  GAIN = gain;
}

/**
 * Adds `groups` × 4 frames, HOP apart, to the samples at `sum`. Spectra are rows of re and im. The window holds the scale of the transform.
 */
export function overlapAdd(groups: i32, re: usize, im: usize, sum: usize): void {
  const bins = HALF + 1, row = <usize>bins << 2;
  for (let g = 0; g < groups; g++) {
    gatherRows(re, row, bins, POWER, 32);
    gatherRows(im, row, bins, POWER + 16, 32);
    pack();
    addFrames(runStages(ALL, ALL_COUNT, X, Y), sum);
    re += 4 * row;
    im += 4 * row;
    sum += 4 * HOP;
  }
}

/**
 * Filters `groups` × 4 frames by the gain of their bins, at a new length: `count` samples (a multiple of 4) of each frame from sample `skip`
 * (a multiple of 4) on follow each other at `out`. Bins that the shorter spectrum lacks are 0 in the gain.
 */
export function refit(groups: i32, skip: i32, count: i32, out: usize): void {
  const row = <usize>count << 2;
  let p = IN;
  for (let g = 0; g < groups; g++) {
    const z = transform(p);
    if (SIZE <= M) unpackLow(z, HALF);
    else unpack(z);
    filter();
    pack();
    takeFrames(runStages(ALL, ALL_COUNT, X, Y) + (<usize>skip << 4), row, out);
    p += 4 * HOP;
    out += 4 * row;
  }
}

function takeFrames(z: usize, row: usize, out: usize): void {
  for (let i: usize = 0; i < row; i += 16, z += 64) {
    store4x4(v128.load(z, 16), v128.load(z), v128.load(z, 48), v128.load(z, 32), out + i, row);
  }
}

/** Bins at POWER become twice the packed spectrum at X, its parts swapped: that turns the forward transform into the inverse. */
function pack(): void {
  const first = v128.load(POWER), last = v128.load(POWER + (<usize>HALF << 5));
  v128.store(X, f32x4.sub(first, last));
  v128.store(X, f32x4.add(first, last), 16);
  let a = POWER + 32, b = POWER + (<usize>(HALF - 1) << 5), u = X + 32, v = X + (<usize>(HALF - 1) << 5), w = ROOTS + 8;
  for (; a <= b; a += 32, b -= 32, u += 32, v -= 32, w += 8) {
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    const wr = v128.load32_splat(w), wi = v128.load32_splat(w, 4);
    const er = f32x4.add(ar, br), ei = f32x4.sub(ai, bi), dr = f32x4.sub(ar, br), di = f32x4.add(ai, bi);
    const or = f32x4.add(f32x4.mul(dr, wr), f32x4.mul(di, wi)), oi = f32x4.sub(f32x4.mul(di, wr), f32x4.mul(dr, wi));
    v128.store(u, f32x4.add(ei, or));
    v128.store(u, f32x4.sub(er, oi), 16);
    v128.store(v, f32x4.sub(or, ei));
    v128.store(v, f32x4.add(er, oi), 16);
  }
}

/** Multiplies the bins at POWER by their gain. */
function filter(): void {
  let p = POWER;
  const end = GAIN + (<usize>(HALF + 1) << 2);
  for (let g = GAIN; g < end; g += 4, p += 32) {
    const gain = v128.load32_splat(g);
    v128.store(p, f32x4.mul(v128.load(p), gain));
    v128.store(p, f32x4.mul(v128.load(p, 16), gain), 16);
  }
}

function addFrames(z: usize, sum: usize): void {
  const s1 = sum + HOP, s2 = s1 + HOP, s3 = s2 + HOP;
  const bytes = <usize>SIZE << 2;
  for (let i: usize = 0; i < bytes; i += 16, z += 64) {
    const w = v128.load(WINDOW + i);
    const a = v128.load(z, 16), b = v128.load(z), c = v128.load(z, 48), d = v128.load(z, 32);
    const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    add(sum + i, f32x4.mul(w, v128.shuffle<i64>(ab0, cd0, 0, 2)));
    add(s1 + i, f32x4.mul(w, v128.shuffle<i64>(ab0, cd0, 1, 3)));
    add(s2 + i, f32x4.mul(w, v128.shuffle<i64>(ab1, cd1, 0, 2)));
    add(s3 + i, f32x4.mul(w, v128.shuffle<i64>(ab1, cd1, 1, 3)));
  }
}

@inline
function add(p: usize, v: v128): void {
  v128.store(p, f32x4.add(v128.load(p), v));
}

/** Multiplies `count` sums (a multiple of 4) by the numbers at `gain`. */
export function scale(p: usize, gain: usize, count: i32): void {
  const end = p + (<usize>count << 2);
  for (; p < end; p += 16, gain += 16) v128.store(p, f32x4.mul(v128.load(p), v128.load(gain)));
}
