// Sums, maxima and softmax. Sums of columns go through parts of a fixed number of rows, in double, joined in a fixed order.
import { exp4, loadPart, log4, maxLanes, storePart, sumLanes } from "./vector";

/** Parts [start, end) of rows: part i sums rows [i·per, (i+1)·per) of x [rows, C] into out [parts][C] (f64). */
export function columnSums(start: i32, end: i32, worker: i32, x: usize, rows: i32, C: i32, per: i32, out: usize): void {
  const stride: usize = <usize>C << 2;
  for (let part = start; part < end; part++) {
    const o = out + <usize>part * (<usize>C << 3);
    memory.fill(o, 0, <usize>C << 3);
    const last = min(rows, (part + 1) * per);
    for (let r0 = part * per; r0 < last; r0 += 64) {
      const r1 = min(last, r0 + 64);
      let c = 0;
      for (; c + 4 <= C; c += 4) {
        let p = x + <usize>r0 * stride + (<usize>c << 2);
        let s = f32x4.splat(0);
        for (let r = r0; r < r1; r++) { s = f32x4.add(s, v128.load(p)); p += stride; }
        addDouble(o + (<usize>c << 3), s);
      }
      for (; c < C; c++) {
        let p = x + <usize>r0 * stride + (<usize>c << 2);
        let s: f32 = 0;
        for (let r = r0; r < r1; r++) { s += load<f32>(p); p += stride; }
        const q = o + (<usize>c << 3);
        store<f64>(q, load<f64>(q) + <f64>s);
      }
    }
  }
}

/** Four sums join their doubles. */
// @ts-ignore: decorator
@inline export function addDouble(o: usize, s: v128): void {
  v128.store(o, f64x2.add(v128.load(o), f64x2.promote_low_f32x4(s)));
  v128.store(o, f64x2.add(v128.load(o, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(s, s, 2, 3, 2, 3))), 16);
}

/** Columns [start, end): the parts' sums, times scale, as f32. */
export function joinSums(start: i32, end: i32, worker: i32, parts: usize, count: i32, C: i32, scale: f64, out: usize): void {
  for (let c = start; c < end; c++) {
    let s: f64 = 0;
    for (let i = 0; i < count; i++) s += load<f64>(parts + ((<usize>i * <usize>C + <usize>c) << 3));
    store<f32>(out + (<usize>c << 2), <f32>(s * scale));
  }
}

/** Rows [start, end) of x [rows, C]: sum (kind 0) or maximum (kind 1) of each, sums times scale. */
export function rowReduce(start: i32, end: i32, worker: i32, x: usize, C: i32, kind: i32, scale: f32, out: usize): void {
  const rest = C & 3;
  for (let r = start; r < end; r++) {
    let p = x + ((<usize>r * <usize>C) << 2);
    const stop = p + (<usize>(C - rest) << 2);
    if (kind == 0) {
      let total: f64 = 0;
      while (p < stop) {
        const e = min(stop, p + 4096);
        let s = f32x4.splat(0);
        for (; p < e; p += 16) s = f32x4.add(s, v128.load(p));
        total += <f64>sumLanes(s);
      }
      for (let i = 0; i < rest; i++) { total += <f64>load<f32>(p); p += 4; }
      store<f32>(out + (<usize>r << 2), <f32>(total * <f64>scale));
    } else {
      let m = f32x4.splat(-Infinity);
      for (; p < stop; p += 16) m = f32x4.max(m, v128.load(p));
      let best = maxLanes(m);
      for (let i = 0; i < rest; i++) { best = max(best, load<f32>(p)); p += 4; }
      store<f32>(out + (<usize>r << 2), best);
    }
  }
}

/** Rows [start, end) of softmax, or of its logarithm. */
export function softmax(start: i32, end: i32, worker: i32, x: usize, out: usize, C: i32, logarithm: i32): void {
  const rest = C & 3, whole: usize = <usize>(C - rest) << 2;
  for (let r = start; r < end; r++) {
    const p = x + ((<usize>r * <usize>C) << 2), o = out + ((<usize>r * <usize>C) << 2);
    const m = rowMax(p, whole, rest);
    const shift = f32x4.splat(m);
    let total: f32 = 0;
    let acc = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) {
      const e = exp4(f32x4.sub(v128.load(p + i), shift));
      if (!logarithm) v128.store(o + i, e);
      acc = f32x4.add(acc, e);
    }
    total = sumLanes(acc);
    if (rest) {
      const e = exp4(f32x4.sub(loadPart(p + whole, rest), shift));
      if (!logarithm) storePart(o + whole, e, rest);
      for (let i = 0; i < rest; i++) total += lane(e, i);
    }
    if (logarithm) {
      const off = f32x4.add(shift, log4(f32x4.splat(total)));
      for (let i: usize = 0; i < whole; i += 16) v128.store(o + i, f32x4.sub(v128.load(p + i), off));
      if (rest) storePart(o + whole, f32x4.sub(loadPart(p + whole, rest), off), rest);
    } else {
      const k = f32x4.splat(1 / total);
      for (let i: usize = 0; i < whole; i += 16) v128.store(o + i, f32x4.mul(v128.load(o + i), k));
      if (rest) storePart(o + whole, f32x4.mul(loadPart(o + whole, rest), k), rest);
    }
  }
}

// @ts-ignore: decorator
@inline function lane(v: v128, i: i32): f32 {
  return i == 0 ? f32x4.extract_lane(v, 0) : i == 1 ? f32x4.extract_lane(v, 1) : f32x4.extract_lane(v, 2);
}

// @ts-ignore: decorator
@inline function rowMax(p: usize, whole: usize, rest: i32): f32 {
  let m = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < whole; i += 16) m = f32x4.max(m, v128.load(p + i));
  let best = maxLanes(m);
  for (let i = 0; i < rest; i++) best = max(best, load<f32>(p + whole + (<usize>i << 2)));
  return best;
}

/**
 * Rows [start, end) of softmax cross-entropy: loss[r] = −weight[r]·Σ target·ln softmax, and the gradient
 * weight[r]·(softmax·Σ target − target). weight may be 0 (all ones).
 */
export function crossEntropy(
  start: i32, end: i32, worker: i32, logits: usize, targets: usize, weights: usize, loss: usize, gradient: usize, C: i32,
): void {
  for (let r = start; r < end; r++) {
    const at = (<usize>r * <usize>C) << 2;
    softmax(r, r + 1, worker, logits, gradient, C, 1);
    const w: f32 = weights ? load<f32>(weights + (<usize>r << 2)) : 1;
    let sum: f64 = 0, mass: f32 = 0;
    for (let c: usize = 0; c < <usize>C; c++) {
      const t = load<f32>(targets + at + (c << 2));
      if (t != 0) sum -= <f64>t * <f64>load<f32>(gradient + at + (c << 2));
      mass += t;
    }
    store<f32>(loss + (<usize>r << 2), <f32>(sum * <f64>w));
    const whole = (<usize>(C & ~3)) << 2, rest = C & 3;
    const m = f32x4.splat(mass), k = f32x4.splat(w);
    for (let i: usize = 0; i < whole; i += 16) {
      const g = gradient + at + i;
      v128.store(g, f32x4.mul(k, f32x4.sub(f32x4.mul(m, exp4(v128.load(g))), v128.load(targets + at + i))));
    }
    if (rest) {
      const g = gradient + at + whole;
      storePart(g, f32x4.mul(k, f32x4.sub(f32x4.mul(m, exp4(loadPart(g, rest))), loadPart(targets + at + whole, rest))), rest);
    }
  }
}
