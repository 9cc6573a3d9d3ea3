// From spectra of four frames to rows of features.
import { HOP, IN, M, POWER, ROOT, SPLIT, transform } from "./frames";
import { scatter, store4x4 } from "./lanes";
import { SINGLE, singlePowers } from "./single";

let MEL_COUNT: i32 = 0, MEL_ROWS: usize = 0, MEL_WEIGHTS: usize = 0, LM: usize = 0;
let LOG: bool = false, AMIN: f32 = 0, SCALE: f32 = 0, ZERO: f32 = 0;
let DCT_COUNT: i32 = 0, DCT: usize = 0, FOLD: usize = 0, FOLDED: bool = false;
/** Largest decibel value since the last reset, in each lane. */
let MAX: usize = 0;

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

/** Powers of the packed spectrum at `z`, of halved samples, one vector a bin. */
function power(z: usize): void {
  const zr = v128.load(z), zi = v128.load(z, 16);
  const sum = f32x4.add(zr, zi), difference = f32x4.sub(zr, zi);
  const first = f32x4.add(sum, sum), last = f32x4.add(difference, difference);
  v128.store(POWER, f32x4.mul(first, first));
  v128.store(POWER + (<usize>M << 4), f32x4.mul(last, last));
  let a = z + 32, b = z + (<usize>(M - 1) << 5), u = POWER + 16, v = POWER + (<usize>(M - 1) << 4), w = SPLIT + 8;
  for (; a <= b; a += 32, b -= 32, u += 16, v -= 16, w += 8) {
    const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
    const er = f32x4.add(ar, br), ei = f32x4.sub(ai, bi), or = f32x4.add(ai, bi), oi = f32x4.sub(br, ar);
    const wr = v128.load32_splat(w), wi = v128.load32_splat(w, 4);
    const tr = f32x4.sub(f32x4.mul(or, wr), f32x4.mul(oi, wi)), ti = f32x4.add(f32x4.mul(or, wi), f32x4.mul(oi, wr));
    let r = f32x4.add(er, tr), i = f32x4.add(ei, ti);
    v128.store(u, f32x4.add(f32x4.mul(r, r), f32x4.mul(i, i)));
    r = f32x4.sub(er, tr);
    i = f32x4.sub(ei, ti);
    v128.store(v, f32x4.add(f32x4.mul(r, r), f32x4.mul(i, i)));
  }
}

function roots(): void {
  const end = POWER + (<usize>M << 4);
  for (let p = POWER; p <= end; p += 16) v128.store(p, f32x4.sqrt(v128.load(p)));
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

/** Bins of a frame: M is that of a quarter of it where frames go one by one. */
function bins(): i32 {
  return (SINGLE ? M << 2 : M) + 1;
}

/** Features of `groups` × 4 frames. */
export function features(groups: i32, out: usize): void {
  let p = IN;
  const width = MEL_COUNT ? MEL_COUNT : bins();
  const cols = DCT_COUNT ? DCT_COUNT : width;
  for (let g = 0; g < groups; g++) {
    const rows = columns(p);
    if (DCT_COUNT) cosine(rows, width, out);
    else scatter(rows, 16, width, out, <usize>cols << 2);
    p += 4 * HOP;
    out += <usize>cols << 4;
  }
}

/** What comes before the cosine transform, in lanes. */
export function levels(groups: i32, out: usize): void {
  let p = IN;
  const size = <usize>(MEL_COUNT ? MEL_COUNT : bins()) << 4;
  for (let g = 0; g < groups; g++) {
    memory.copy(out, columns(p), size);
    p += 4 * HOP;
    out += size;
  }
}

/** Columns of the four frames at `p` before the cosine transform; returns where they lie. */
function columns(p: usize): usize {
  if (SINGLE) singlePowers(p);
  else {
    power(transform(p));
    if (ROOT) roots();
  }
  if (MEL_COUNT) mel();
  const rows = MEL_COUNT ? LM : POWER;
  if (LOG) decibel(rows, MEL_COUNT ? MEL_COUNT : bins());
  return rows;
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
