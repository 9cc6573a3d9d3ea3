// Optimiser steps over elements [start, end), in place, in the order of PyTorch's.
import { give, take } from "./vector";

/**
 * Adam. rate and epsilon already hold the bias corrections: p −= rate·m / (√v·root + epsilon), root = 1/√(1 − β₂ᵗ).
 * decay multiplies p first (AdamW); coupled is added to the gradient as L2 (Adam).
 */
export function adam(
  start: i32, end: i32, worker: i32, p: usize, g: usize, m: usize, v: usize,
  rate: f32, beta1: f32, beta2: f32, root: f32, epsilon: f32, decay: f32, coupled: f32, scale: f32,
): void {
  const b1 = f32x4.splat(beta1), c1 = f32x4.splat(1 - beta1), b2 = f32x4.splat(beta2), c2 = f32x4.splat(1 - beta2);
  for (let i = start; i < end; i += 4) {
    const o = <usize>i << 2;
    const n = min(4, end - i);
    const w = take(p + o, n);
    let d = f32x4.mul(take(g + o, n), f32x4.splat(scale));
    d = f32x4.add(d, f32x4.mul(w, f32x4.splat(coupled)));
    const mm = f32x4.add(f32x4.mul(take(m + o, n), b1), f32x4.mul(d, c1));
    const vv = f32x4.add(f32x4.mul(take(v + o, n), b2), f32x4.mul(f32x4.mul(d, d), c2));
    const step = f32x4.div(f32x4.mul(mm, f32x4.splat(rate)), f32x4.add(f32x4.mul(f32x4.sqrt(vv), f32x4.splat(root)), f32x4.splat(epsilon)));
    give(m + o, mm, n);
    give(v + o, vv, n);
    give(p + o, f32x4.sub(f32x4.mul(w, f32x4.splat(decay)), step), n);
  }
}

/** SGD: d = scale·g + coupled·p; m = momentum·m + damp·d; p −= rate·(nesterov ? d + momentum·m : m). m may be 0: no momentum. */
export function sgd(
  start: i32, end: i32, worker: i32, p: usize, g: usize, m: usize,
  rate: f32, momentum: f32, damp: f32, nesterov: i32, coupled: f32, scale: f32,
): void {
  for (let i = start; i < end; i += 4) {
    const o = <usize>i << 2;
    const n = min(4, end - i);
    const w = take(p + o, n);
    let d = f32x4.add(f32x4.mul(take(g + o, n), f32x4.splat(scale)), f32x4.mul(w, f32x4.splat(coupled)));
    if (m) {
      const mm = f32x4.add(f32x4.mul(take(m + o, n), f32x4.splat(momentum)), f32x4.mul(d, f32x4.splat(damp)));
      give(m + o, mm, n);
      d = nesterov ? f32x4.add(d, f32x4.mul(mm, f32x4.splat(momentum))) : mm;
    }
    give(p + o, f32x4.sub(w, f32x4.mul(d, f32x4.splat(rate))), n);
  }
}

/** RMSProp: s = rho·s + (1 − rho)·d²; p −= rate·d / (√s + epsilon). */
export function rmsprop(
  start: i32, end: i32, worker: i32, p: usize, g: usize, s: usize,
  rate: f32, rho: f32, epsilon: f32, coupled: f32, scale: f32,
): void {
  for (let i = start; i < end; i += 4) {
    const o = <usize>i << 2;
    const n = min(4, end - i);
    const w = take(p + o, n);
    const d = f32x4.add(f32x4.mul(take(g + o, n), f32x4.splat(scale)), f32x4.mul(w, f32x4.splat(coupled)));
    const ss = f32x4.add(f32x4.mul(take(s + o, n), f32x4.splat(rho)), f32x4.mul(f32x4.mul(d, d), f32x4.splat(1 - rho)));
    give(s + o, ss, n);
    give(p + o, f32x4.sub(w, f32x4.div(f32x4.mul(d, f32x4.splat(rate)), f32x4.add(f32x4.sqrt(ss), f32x4.splat(epsilon)))), n);
  }
}

/** Lion: p = decay·p − rate·sign(β₁·m + (1 − β₁)·g); m = β₂·m + (1 − β₂)·g. */
export function lion(
  start: i32, end: i32, worker: i32, p: usize, g: usize, m: usize, rate: f32, beta1: f32, beta2: f32, decay: f32, scale: f32,
): void {
  const zero = f32x4.splat(0);
  for (let i = start; i < end; i += 4) {
    const o = <usize>i << 2;
    const n = min(4, end - i);
    const d = f32x4.mul(take(g + o, n), f32x4.splat(scale)), mm = take(m + o, n);
    const u = f32x4.add(f32x4.mul(mm, f32x4.splat(beta1)), f32x4.mul(d, f32x4.splat(1 - beta1)));
    const sign = f32x4.sub(v128.and(f32x4.gt(u, zero), f32x4.splat(1)), v128.and(f32x4.lt(u, zero), f32x4.splat(1)));
    give(m + o, f32x4.add(f32x4.mul(mm, f32x4.splat(beta2)), f32x4.mul(d, f32x4.splat(1 - beta2))), n);
    give(p + o, f32x4.sub(f32x4.mul(take(p + o, n), f32x4.splat(decay)), f32x4.mul(sign, f32x4.splat(rate))), n);
  }
}

/** Elements [start, end): p = keep·p + add·x. */
export function blend(start: i32, end: i32, worker: i32, p: usize, x: usize, keep: f32, add: f32): void {
  const k = f32x4.splat(keep), a = f32x4.splat(add);
  for (let i = start; i < end; i += 4) {
    const o = <usize>i << 2, n = min(4, end - i);
    give(p + o, f32x4.add(f32x4.mul(take(p + o, n), k), f32x4.mul(take(x + o, n), a)), n);
  }
}

/** Parts [start, end) of 4096 elements: the sum of squares of each, in double. */
export function squares(start: i32, end: i32, worker: i32, x: usize, n: i32, out: usize): void {
  for (let part = start; part < end; part++) {
    const last = min(n, (part + 1) << 12);
    let s0 = f64x2.splat(0), s1 = s0;
    for (let i = part << 12; i < last; i += 4) {
      const v = take(x + (<usize>i << 2), min(4, last - i));
      const lo = f64x2.promote_low_f32x4(v), hi = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
      s0 = f64x2.add(s0, f64x2.mul(lo, lo));
      s1 = f64x2.add(s1, f64x2.mul(hi, hi));
    }
    const s = f64x2.add(s0, s1);
    store<f64>(out + (<usize>part << 3), f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
  }
}
