// Element by element; ranges count elements. The tail of fewer than four goes through the same vector code, so every element
// sees the same arithmetic wherever a range was cut.
import { exp4, expm1_4, give, loadPart, log4, sigmoid4, storePart, take, tanh4 } from "./vector";

// @ts-ignore: decorator
@inline function binary4(op: i32, a: v128, b: v128): v128 {
  switch (op) {
    case 0: return f32x4.add(a, b);
    case 1: return f32x4.sub(a, b);
    case 2: return f32x4.mul(a, b);
    case 3: return f32x4.div(a, b);
    case 4: return f32x4.max(a, b);
    case 5: return f32x4.min(a, b);
    case 6: { const d = f32x4.sub(a, b); return f32x4.mul(d, d); }
    case 7: return v128.and(a, f32x4.gt(b, f32x4.splat(0)));
    case 8: return f32x4.mul(a, f32x4.mul(b, f32x4.sub(f32x4.splat(1), b)));
    case 9: return f32x4.mul(a, f32x4.sub(f32x4.splat(1), f32x4.mul(b, b)));
    case 10: return f32x4.mul(a, v128.bitselect(f32x4.splat(1), f32x4.add(b, f32x4.splat(1)), f32x4.gt(b, f32x4.splat(0))));
    case 11: return v128.and(a, v128.and(f32x4.gt(b, f32x4.splat(0)), f32x4.lt(b, f32x4.splat(6))));
    case 12: return f32x4.pmax(f32x4.add(a, b), f32x4.splat(0));
    default: return a;
  }
}

// @ts-ignore: decorator
@inline function unary4(op: i32, x: v128, alpha: v128): v128 {
  switch (op) {
    case 0: return f32x4.pmax(x, f32x4.splat(0));
    case 1: return f32x4.pmin(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(6));
    case 2: return v128.bitselect(x, f32x4.mul(x, alpha), f32x4.gt(x, f32x4.splat(0)));
    case 3: return v128.bitselect(x, expm1_4(x), f32x4.gt(x, f32x4.splat(0)));
    case 4: return sigmoid4(x);
    case 5: return tanh4(x);
    case 6: return v128.bitselect(f32x4.splat(Infinity), v128.bitselect(f32x4.splat(0), exp4(x), f32x4.lt(x, f32x4.splat(-87.3))), f32x4.gt(x, f32x4.splat(88.7)));
    case 7: return log4(x);
    case 8: return f32x4.sqrt(x);
    case 9: return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
    case 10: return f32x4.mul(x, x);
    case 11: return f32x4.neg(x);
    case 12: return f32x4.abs(x);
    case 13: return f32x4.div(f32x4.splat(1), x);
    case 14: return v128.and(f32x4.splat(1), f32x4.gt(x, f32x4.splat(0)));
    case 15: return f32x4.pmax(f32x4.pmin(f32x4.add(f32x4.mul(x, f32x4.splat(0.2)), f32x4.splat(0.5)), f32x4.splat(1)), f32x4.splat(0));
    case 16: {
      // softplus = max(x, 0) + ln(1 + e^-|x|)
      const t = log4(f32x4.add(f32x4.splat(1), exp4(f32x4.neg(f32x4.abs(x)))));
      return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), t);
    }
    case 17: return f32x4.mul(x, sigmoid4(x));
    case 18: {
      // GELU by its tanh form: x/2 · (1 + tanh(√(2/π)·(x + 0.044715 x³)))
      const u = f32x4.mul(f32x4.add(x, f32x4.mul(f32x4.mul(f32x4.mul(x, x), x), f32x4.splat(0.044715))), f32x4.splat(0.7978845608028654));
      return f32x4.mul(f32x4.mul(x, f32x4.splat(0.5)), f32x4.add(tanh4(u), f32x4.splat(1)));
    }
    default: return x;
  }
}

/** out = a op b, all of the same shape. */
export function binary(start: i32, end: i32, worker: i32, op: i32, a: usize, b: usize, out: usize): void {
  let o: usize = <usize>start << 2;
  const e: usize = <usize>end << 2;
  for (; o + 16 <= e; o += 16) v128.store(out + o, binary4(op, v128.load(a + o), v128.load(b + o)));
  const rest = <i32>((e - o) >> 2);
  if (rest) storePart(out + o, binary4(op, loadPart(a + o, rest), loadPart(b + o, rest)), rest);
}

/** out = a op s, or s op a where swapped; the scalar is read from memory. */
export function binaryScalar(start: i32, end: i32, worker: i32, op: i32, a: usize, s: usize, out: usize, swapped: i32): void {
  let o: usize = <usize>start << 2;
  const e: usize = <usize>end << 2;
  const v = v128.load32_splat(s);
  const rest = (end - start) & 3;
  const stop = e - (<usize>rest << 2);
  if (swapped) {
    for (; o < stop; o += 16) v128.store(out + o, binary4(op, v, v128.load(a + o)));
    if (rest) storePart(out + o, binary4(op, v, loadPart(a + o, rest)), rest);
  } else {
    for (; o < stop; o += 16) v128.store(out + o, binary4(op, v128.load(a + o), v));
    if (rest) storePart(out + o, binary4(op, loadPart(a + o, rest), v), rest);
  }
}

/** Rows [start, end): out[r, c] = a[r, c] op b[c], or b op a where swapped. */
export function binaryRow(start: i32, end: i32, worker: i32, op: i32, a: usize, b: usize, out: usize, C: i32, swapped: i32): void {
  const bytes: usize = <usize>C << 2;
  const rest = C & 3;
  const stop = bytes - (<usize>rest << 2);
  for (let r = start; r < end; r++) {
    const x = a + <usize>r * bytes, y = out + <usize>r * bytes;
    let o: usize = 0;
    if (swapped) {
      for (; o < stop; o += 16) v128.store(y + o, binary4(op, v128.load(b + o), v128.load(x + o)));
      if (rest) storePart(y + o, binary4(op, loadPart(b + o, rest), loadPart(x + o, rest)), rest);
    } else {
      for (; o < stop; o += 16) v128.store(y + o, binary4(op, v128.load(x + o), v128.load(b + o)));
      if (rest) storePart(y + o, binary4(op, loadPart(x + o, rest), loadPart(b + o, rest)), rest);
    }
  }
}

export function unary(start: i32, end: i32, worker: i32, op: i32, x: usize, out: usize, alpha: f32): void {
  let o: usize = <usize>start << 2;
  const e: usize = <usize>end << 2;
  const k = f32x4.splat(alpha);
  for (; o + 16 <= e; o += 16) v128.store(out + o, unary4(op, v128.load(x + o), k));
  const rest = <i32>((e - o) >> 2);
  if (rest) storePart(out + o, unary4(op, loadPart(x + o, rest), k), rest);
}

/** Gradient of a leaky ReLU from its input: dy where x is above 0, else dy·alpha. */
export function leakyGradient(start: i32, end: i32, worker: i32, dy: usize, x: usize, out: usize, alpha: f32): void {
  const k = f32x4.splat(alpha), zero = f32x4.splat(0);
  for (let i = start; i < end; i += 4) {
    const o = <usize>i << 2, n = end - i, d = take(dy + o, n);
    give(out + o, v128.bitselect(d, f32x4.mul(d, k), f32x4.gt(take(x + o, n), zero)), n);
  }
}

/** out = x where the random 32-bit number of its index is below the threshold, scaled; else 0. The mask needs no memory. */
export function dropout(start: i32, end: i32, worker: i32, x: usize, out: usize, seed: u32, keepBelow: u32, scale: f32): void {
  for (let i = start; i < end; i++) {
    const o = <usize>i << 2;
    store<f32>(out + o, mix(seed, <u32>i) <= keepBelow ? load<f32>(x + o) * scale : 0);
  }
}

/** A hash of seed and index (two rounds of lowbias32): the same number for an element whoever computes it. */
// @ts-ignore: decorator
@inline function mix(seed: u32, index: u32): u32 {
  let h = index * 0x9e3779b1 + seed;
  h ^= h >> 16; h *= 0x7feb352d; h ^= h >> 15; h *= 0x846ca68b; h ^= h >> 16;
  h += seed;
  h ^= h >> 16; h *= 0x7feb352d; h ^= h >> 15; h *= 0x846ca68b; h ^= h >> 16;
  return h;
}

/** Rows [start, end): out[r, c] = x[r, c]·scale[r]. */
export function scaleRows(start: i32, end: i32, worker: i32, x: usize, scale: usize, out: usize, C: i32): void {
  for (let r = start; r < end; r++) {
    const at = (<usize>r * <usize>C) << 2;
    binaryScalar(0, C, worker, 2, x + at, scale + (<usize>r << 2), out + at, 0);
  }
}
