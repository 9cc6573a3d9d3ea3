// From four spectra back to four frames, windowed and added to the output.
import { M, N, HOP, WINDOW, POWER, SPLIT, X, Y } from "./frames";
import { runStages } from "./stages";
import { gatherRows } from "./lanes";

let ALL: usize = 0, ALL_COUNT: i32 = 0;

/** Every stage, also the one that analysis fuses with its window. */
export function setInverse(stages: usize, count: i32): void {
  ALL = stages;
  ALL_COUNT = count;
}

/**
 * Adds `groups` × 4 frames, HOP apart, to the samples at `sum`. Spectra are rows of re and im. The window holds the scale of the transform.
 */
export function overlapAdd(groups: i32, re: usize, im: usize, sum: usize): void {
  const bins = M + 1, row = <usize>bins << 2;
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

/** Bins at POWER become twice the packed spectrum at X, its parts swapped: that turns the forward transform into the inverse. */
function pack(): void {
  const first = v128.load(POWER), last = v128.load(POWER + (<usize>M << 5));
  v128.store(X, f32x4.sub(first, last));
  v128.store(X, f32x4.add(first, last), 16);
  let a = POWER + 32, b = POWER + (<usize>(M - 1) << 5), u = X + 32, v = X + (<usize>(M - 1) << 5), w = SPLIT + 8;
  const two = f32x4.splat(2);
  for (; a <= b; a += 32, b -= 32, u += 32, v -= 32, w += 8) {
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    // The table holds cos / 2 and −sin / 2.
    const wr = f32x4.mul(two, v128.load32_splat(w)), wi = f32x4.mul(two, v128.load32_splat(w, 4));
    const er = f32x4.add(ar, br), ei = f32x4.sub(ai, bi), dr = f32x4.sub(ar, br), di = f32x4.add(ai, bi);
    const or = f32x4.add(f32x4.mul(dr, wr), f32x4.mul(di, wi)), oi = f32x4.sub(f32x4.mul(di, wr), f32x4.mul(dr, wi));
    v128.store(u, f32x4.add(ei, or));
    v128.store(u, f32x4.sub(er, oi), 16);
    v128.store(v, f32x4.sub(or, ei));
    v128.store(v, f32x4.add(er, oi), 16);
  }
}

function addFrames(z: usize, sum: usize): void {
  const s1 = sum + HOP, s2 = s1 + HOP, s3 = s2 + HOP;
  const bytes = <usize>N << 2;
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
