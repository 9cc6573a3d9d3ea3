// From four frames of samples to four spectra and their features.
import { runStages } from "./stages";
import { scatter, store4x4 } from "./lanes";

// One instance serves one plan: its sizes and pointers, in bytes, are set once.
export let N: i32 = 0, M: i32 = 0;
export let IN: usize = 0, HOP: usize = 0, WINDOW: usize = 0, X: usize = 0, Y: usize = 0;
export let STAGES: usize = 0, STAGE_COUNT: i32 = 0, FIRST: usize = 0, SPLIT: usize = 0;
export let POWER: usize = 0;
let ROOT: bool = false;
let MEL_COUNT: i32 = 0, MEL_ROWS: usize = 0, MEL_WEIGHTS: usize = 0, LM: usize = 0;
let LOG: bool = false, AMIN: f32 = 0, SCALE: f32 = 0, ZERO: f32 = 0;
let DCT_COUNT: i32 = 0, DCT: usize = 0, FOLD: usize = 0, FOLDED: bool = false;
/** Largest decibel value since the last reset, in each lane. */
let MAX: usize = 0;

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

export function setMel(count: i32, rows: usize, weights: usize, lm: usize): void {
  MEL_COUNT = count;
  MEL_ROWS = rows;
  MEL_WEIGHTS = weights;
  LM = lm;
}

export function setLog(amin: f32, scale: f32, zero: f32, max: usize): void {
  LOG = true;
  AMIN = amin;
  SCALE = scale;
  ZERO = zero;
  MAX = max;
}

export function setDct(count: i32, table: usize, fold: usize, folded: bool): void {
  DCT_COUNT = count;
  DCT = table;
  FOLD = fold;
  FOLDED = folded;
}

/** Not a number in, not a number out: 0 when all of `count` numbers (a multiple of 4) are finite. */
export function probe(p: usize, count: i32): f32 {
  const zero = f32x4.splat(0);
  let a = zero, b = zero;
  const end = p + (<usize>count << 2);
  for (; p + 32 <= end; p += 32) {
    a = f32x4.add(a, f32x4.mul(v128.load(p), zero));
    b = f32x4.add(b, f32x4.mul(v128.load(p, 16), zero));
  }
  for (; p < end; p += 16) a = f32x4.add(a, f32x4.mul(v128.load(p), zero));
  a = f32x4.add(a, b);
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3);
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
    butterfly(x, o, tw);
    butterfly(x + 32, o + 128, tw + 24);
  }
}

@inline
function butterfly(a: usize, o: usize, tw: usize): void {
  const ar = v128.load(a), ai = v128.load(a, 16), cr = v128.load(a, 128), ci = v128.load(a, 144);
  const sr = f32x4.add(ar, cr), si = f32x4.add(ai, ci), dr = f32x4.sub(ar, cr), di = f32x4.sub(ai, ci);
  const br = v128.load(a, 64), bi = v128.load(a, 80), er = v128.load(a, 192), ei = v128.load(a, 208);
  const tr = f32x4.add(br, er), ti = f32x4.add(bi, ei), jr = f32x4.sub(ei, bi), ji = f32x4.sub(br, er);
  v128.store(o, f32x4.add(sr, tr));
  v128.store(o, f32x4.add(si, ti), 16);
  let r = f32x4.sub(dr, jr), i = f32x4.sub(di, ji), wr = v128.load32_splat(tw), wi = v128.load32_splat(tw, 4);
  v128.store(o, f32x4.sub(f32x4.mul(r, wr), f32x4.mul(i, wi)), 32);
  v128.store(o, f32x4.add(f32x4.mul(r, wi), f32x4.mul(i, wr)), 48);
  r = f32x4.sub(sr, tr);
  i = f32x4.sub(si, ti);
  wr = v128.load32_splat(tw, 8);
  wi = v128.load32_splat(tw, 12);
  v128.store(o, f32x4.sub(f32x4.mul(r, wr), f32x4.mul(i, wi)), 64);
  v128.store(o, f32x4.add(f32x4.mul(r, wi), f32x4.mul(i, wr)), 80);
  r = f32x4.add(dr, jr);
  i = f32x4.add(di, ji);
  wr = v128.load32_splat(tw, 16);
  wi = v128.load32_splat(tw, 20);
  v128.store(o, f32x4.sub(f32x4.mul(r, wr), f32x4.mul(i, wi)), 96);
  v128.store(o, f32x4.add(f32x4.mul(r, wi), f32x4.mul(i, wr)), 112);
}

/** Powers (or amplitudes) of the packed spectrum at `z`, one vector a bin. */
function power(z: usize): void {
  const zr = v128.load(z), zi = v128.load(z, 16);
  const first = f32x4.add(zr, zi), last = f32x4.sub(zr, zi);
  v128.store(POWER, f32x4.mul(first, first));
  v128.store(POWER + (<usize>M << 4), f32x4.mul(last, last));
  const half = f32x4.splat(0.5);
  let a = z + 32, b = z + (<usize>(M - 1) << 5), u = POWER + 16, v = POWER + (<usize>(M - 1) << 4), w = SPLIT + 8;
  for (; a <= b; a += 32, b -= 32, u += 16, v -= 16, w += 8) {
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    const er = f32x4.add(ar, br), ei = f32x4.sub(ai, bi), or = f32x4.add(ai, bi), oi = f32x4.sub(br, ar);
    const wr = v128.load32_splat(w), wi = v128.load32_splat(w, 4);
    // `er` … `oi` are twice the even and odd parts; the table holds half the roots, and a half goes to the even parts.
    const tr = f32x4.sub(f32x4.mul(or, wr), f32x4.mul(oi, wi)), ti = f32x4.add(f32x4.mul(or, wi), f32x4.mul(oi, wr));
    const hr = f32x4.mul(half, er), hi = f32x4.mul(half, ei);
    let r = f32x4.add(hr, tr), i = f32x4.add(hi, ti);
    v128.store(u, f32x4.add(f32x4.mul(r, r), f32x4.mul(i, i)));
    r = f32x4.sub(hr, tr);
    i = f32x4.sub(hi, ti);
    v128.store(v, f32x4.add(f32x4.mul(r, r), f32x4.mul(i, i)));
  }
  if (ROOT) {
    const end = POWER + (<usize>M << 4);
    for (let p = POWER; p <= end; p += 16) v128.store(p, f32x4.sqrt(v128.load(p)));
  }
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

/** The packed spectrum at `z` as M + 1 complex bins at POWER. */
export function unpack(z: usize): void {
  const zr = v128.load(z), zi = v128.load(z, 16), none = f32x4.splat(0), half = f32x4.splat(0.5);
  const o = POWER;
  v128.store(o, f32x4.add(zr, zi));
  v128.store(o, none, 16);
  v128.store(o + (<usize>M << 5), f32x4.sub(zr, zi));
  v128.store(o + (<usize>M << 5), none, 16);
  let a = z + 32, b = z + (<usize>(M - 1) << 5), u = o + 32, v = o + (<usize>(M - 1) << 5), w = SPLIT + 8;
  for (; a <= b; a += 32, b -= 32, u += 32, v -= 32, w += 8) {
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    const er = f32x4.mul(half, f32x4.add(ar, br)), ei = f32x4.mul(half, f32x4.sub(ai, bi)), or = f32x4.add(ai, bi), oi = f32x4.sub(br, ar);
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
  const half = f32x4.splat(0.5);
  v128.store(POWER, f32x4.add(v128.load(z), v128.load(z, 16)));
  v128.store(POWER, f32x4.splat(0), 16);
  let a = z + 32, b = z + (<usize>(M - 1) << 5), u = POWER + 32, w = SPLIT + 8;
  const end = z + (<usize>limit << 5);
  for (; a <= end; a += 32, b -= 32, u += 32, w += 8) {
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    const or = f32x4.add(ai, bi), oi = f32x4.sub(br, ar), wr = v128.load32_splat(w), wi = v128.load32_splat(w, 4);
    v128.store(u, f32x4.add(f32x4.mul(half, f32x4.add(ar, br)), f32x4.sub(f32x4.mul(or, wr), f32x4.mul(oi, wi))));
    v128.store(u, f32x4.add(f32x4.mul(half, f32x4.sub(ai, bi)), f32x4.add(f32x4.mul(or, wi), f32x4.mul(oi, wr))), 16);
  }
}

function mel(): void {
  let row = MEL_ROWS, w = MEL_WEIGHTS, o = LM;
  const end = o + (<usize>MEL_COUNT << 4);
  for (; o < end; o += 16, row += 8) {
    let q = POWER + (<usize>load<u32>(row) << 4);
    const stop = q + (<usize>load<u32>(row, 4) << 4);
    let a = f32x4.splat(0), b = a;
    for (; q < stop; q += 32, w += 8) {
      a = f32x4.add(a, f32x4.mul(v128.load(q), v128.load32_splat(w)));
      b = f32x4.add(b, f32x4.mul(v128.load(q, 16), v128.load32_splat(w, 4)));
    }
    v128.store(o, f32x4.add(a, b));
  }
}

/** Natural logarithm: mantissa in [√½, √2), ln m = 2·artanh((m − 1) / (m + 1)) by five terms. */
@inline
function log4(x: v128): v128 {
  const one = f32x4.splat(1);
  let e = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const low = f32x4.lt(m, f32x4.splat(0.70710678));
  e = i32x4.add(e, low);
  m = f32x4.add(m, v128.and(m, low));
  const s = f32x4.div(f32x4.sub(m, one), f32x4.add(m, one)), z = f32x4.mul(s, s);
  let y = f32x4.splat(0.22222222);
  y = f32x4.add(f32x4.mul(y, z), f32x4.splat(0.2857143));
  y = f32x4.add(f32x4.mul(y, z), f32x4.splat(0.4));
  y = f32x4.add(f32x4.mul(y, z), f32x4.splat(0.6666667));
  y = f32x4.mul(f32x4.mul(y, z), s);
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(e), f32x4.splat(0.6931472)), f32x4.add(f32x4.add(s, s), y));
}

/** Decibels of `count` vectors, in place, and the largest of them. */
function decibel(p: usize, count: i32): void {
  const amin = f32x4.splat(AMIN), scale = f32x4.splat(SCALE), zero = f32x4.splat(ZERO);
  let top = v128.load(MAX);
  const end = p + (<usize>count << 4);
  for (; p < end; p += 16) {
    const v = f32x4.sub(f32x4.mul(log4(f32x4.max(v128.load(p), amin)), scale), zero);
    top = f32x4.max(top, v);
    v128.store(p, v);
  }
  v128.store(MAX, top);
}

/** Cosine transform of the vectors at `src` into four rows at `o`. */
function cosine(src: usize, count: i32, o: usize): void {
  const row = <usize>DCT_COUNT << 2, blocks = (DCT_COUNT + 3) >> 2;
  let half = count;
  let s = src, d = src;
  if (FOLDED) {
    half = (count + 1) >> 1;
    s = FOLD;
    d = FOLD + 16;
    let a = src, b = src + (<usize>(count - 1) << 4), f = FOLD;
    for (; a < b; a += 16, b -= 16, f += 32) {
      const x = v128.load(a), y = v128.load(b);
      v128.store(f, f32x4.add(x, y));
      v128.store(f, f32x4.sub(x, y), 16);
    }
    if (a == b) {
      v128.store(f, v128.load(a));
      v128.store(f, f32x4.splat(0), 16);
    }
  }
  const step: usize = FOLDED ? 32 : 16;
  const bytes = <usize>half * step;
  for (let block = blocks - 1; block >= 0; block--) {
    let t = DCT + (<usize>(block * half) << 4);
    let a = f32x4.splat(0), b = a, c = a, e = a;
    for (let m: usize = 0; m < bytes; m += step, t += 16) {
      const even = v128.load(s + m), odd = v128.load(d + m);
      a = f32x4.add(a, f32x4.mul(even, v128.load32_splat(t)));
      b = f32x4.add(b, f32x4.mul(odd, v128.load32_splat(t, 4)));
      c = f32x4.add(c, f32x4.mul(even, v128.load32_splat(t, 8)));
      e = f32x4.add(e, f32x4.mul(odd, v128.load32_splat(t, 12)));
    }
    store4x4(a, b, c, e, o + (<usize>block << 4), row);
  }
}

/** Features of `groups` × 4 frames; `levels`, if any, takes the decibels before the cosine transform, in lanes. */
export function features(groups: i32, out: usize, levels: usize): void {
  let p = IN;
  const bins = M + 1;
  const width = MEL_COUNT ? MEL_COUNT : bins;
  const rows = MEL_COUNT ? LM : POWER;
  const cols = DCT_COUNT ? DCT_COUNT : width;
  for (let g = 0; g < groups; g++) {
    power(transform(p));
    if (MEL_COUNT) mel();
    if (LOG) decibel(rows, width);
    if (DCT_COUNT) {
      cosine(rows, width, out);
      if (levels) {
        memory.copy(levels, rows, <usize>width << 4);
        levels += <usize>width << 4;
      }
    } else scatter(rows, 16, width, out, <usize>cols << 2);
    p += 4 * HOP;
    out += <usize>cols << 4;
  }
}

/** Raises decibels in lanes to `floor`, and transforms them. */
export function clampedCosine(levels: usize, groups: i32, floor: f32, out: usize): void {
  const low = f32x4.splat(floor);
  const size = <usize>MEL_COUNT << 4;
  for (let g = 0; g < groups; g++) {
    for (let p = levels; p < levels + size; p += 16) v128.store(p, f32x4.max(v128.load(p), low));
    cosine(levels, MEL_COUNT, out);
    levels += size;
    out += <usize>DCT_COUNT << 4;
  }
}
