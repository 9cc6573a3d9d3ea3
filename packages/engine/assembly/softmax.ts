// Softmax, cross-entropies and their gradients, a row at a time.
import { exp4, give, loadPart, log4, madd, maxLanes, storePart, sumLanes, take } from "./vector";

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

/**
 * Rows [start, end) of dx = y·(dy − Σ dy·y), the gradient of softmax from its values y [rows, C].
 */
export function softmaxGradient(start: i32, end: i32, worker: i32, dy: usize, y: usize, out: usize, C: i32): void {
  for (let r = start; r < end; r++) {
    const at = (<usize>r * <usize>C) << 2;
    let dot = f32x4.splat(0);
    for (let c = 0; c < C; c += 4) {
      const o = at + (<usize>c << 2);
      dot = madd(take(dy + o, C - c), take(y + o, C - c), dot);
    }
    const all = f32x4.splat(sumLanes(dot));
    for (let c = 0; c < C; c += 4) {
      const o = at + (<usize>c << 2);
      give(out + o, f32x4.mul(take(y + o, C - c), f32x4.sub(take(dy + o, C - c), all)), C - c);
    }
  }
}

/**
 * Rows [start, end) of Keras' cross-entropy of probabilities p [rows, C]: q = p / Σ p, loss[r] = −Σ target·ln q with q held between
 * low and high, and its gradient by p: (g − Σ g·q) / Σ p where g = −target / q, or 0 where q was held.
 */
export function probabilityCrossEntropy(
  start: i32, end: i32, worker: i32, p: usize, targets: usize, loss: usize, gradient: usize, C: i32, low: f32, high: f32,
): void {
  const l = f32x4.splat(low), h = f32x4.splat(high);
  for (let r = start; r < end; r++) {
    const at = (<usize>r * <usize>C) << 2;
    let mass = f32x4.splat(0), dot = mass, sum = mass;
    for (let c = 0; c < C; c += 4) mass = f32x4.add(mass, take(p + at + (<usize>c << 2), C - c));
    const total = f32x4.splat(sumLanes(mass));
    for (let c = 0; c < C; c += 4) {
      const o = at + (<usize>c << 2), t = take(targets + o, C - c);
      const q = f32x4.div(take(p + o, C - c), total);
      const held = f32x4.pmin(f32x4.pmax(q, l), h);
      sum = madd(t, log4(held), sum);
      const g = v128.and(f32x4.div(f32x4.neg(t), held), v128.and(f32x4.ge(q, l), f32x4.le(q, h)));
      dot = madd(g, q, dot);
      give(gradient + o, g, C - c);
    }
    store<f32>(loss + (<usize>r << 2), -sumLanes(sum));
    const all = f32x4.splat(sumLanes(dot));
    for (let c = 0; c < C; c += 4) {
      const o = gradient + at + (<usize>c << 2);
      give(o, f32x4.div(f32x4.sub(take(o, C - c), all), total), C - c);
    }
  }
}
