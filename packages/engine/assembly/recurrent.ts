// LSTM and GRU over whole sequences, time-major (a step is one block of memory), one call a direction: rows of the batch are independent, so threads take rows.
// h₋ [T, B, H] holds the state that each step began with (times the recurrent dropout's mask), which the filters' gradient needs.
import { gemm } from "./gemm";
import { gateSigmoid4, gateTanh4 } from "./vector";

/** Sigmoid, or Keras' piecewise-linear stand-in for it. */
// @ts-ignore: decorator
@inline function gate4(x: v128, hard: bool): v128 {
  if (!hard) return gateSigmoid4(x);
  return f32x4.pmax(f32x4.pmin(f32x4.add(f32x4.mul(x, f32x4.splat(0.2)), f32x4.splat(0.5)), f32x4.splat(1)), f32x4.splat(0));
}

/** Its derivative, from its value. */
// @ts-ignore: decorator
@inline function gateSlope4(y: v128, hard: bool): v128 {
  if (!hard) return f32x4.mul(y, f32x4.sub(f32x4.splat(1), y));
  return v128.and(f32x4.splat(0.2), v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, f32x4.splat(1))));
}

// @ts-ignore: decorator
@inline function one(): v128 { return f32x4.splat(1); }
// @ts-ignore: decorator
@inline function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
// @ts-ignore: decorator
@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }

/** The state goes on to the next step, where there is one, through the recurrent dropout's mask. */
// @ts-ignore: decorator
@inline function hand(h: v128, to: usize, drop: usize): void {
  v128.store(to, drop ? mul(h, v128.load(drop)) : h);
}

/**
 * Rows [start, end). gates [T, B, 4H] holds x·W + b on entry and the activated i, f, g, o on exit; u: panels of U [H, 4H].
 * h out, row b of step t at h + b·hRow + t·hStep (a step of 0 leaves the last state alone); c [T, B, H] out;
 * before [T, B, H] = h₋, its first step set by the caller; c0 [B, H]; mask [B, T] or 0; drop [B, H] or 0.
 */
export function lstmForward(
  start: i32, end: i32, worker: i32, gates: usize, u: usize, h: usize, hRow: usize, hStep: usize, c: usize, before: usize, c0: usize,
  mask: usize, drop: usize, B: i32, T: i32, H: i32, reverse: i32, hard: i32,
): void {
  const hb: usize = <usize>H << 2, zb = hb << 2, ht: usize = <usize>B * hb, zt: usize = <usize>B * zb;
  for (let step = 0; step < T; step++) {
    const t = reverse ? T - 1 - step : step, last = reverse ? t + 1 : t - 1;
    gemm(start, end, worker, before + <usize>t * ht, hb, 4, u, gates + <usize>t * zt, zb, H, 4 * H, 0, 1);
    for (let b = start; b < end; b++) {
      const row = <usize>b * hb, now = row + <usize>t * ht, state = h + <usize>b * hRow;
      const cOld = step == 0 ? c0 + row : c + row + <usize>last * ht, cNew = c + now;
      const next = step + 1 < T ? before + row + <usize>(reverse ? t - 1 : t + 1) * ht : 0;
      const own = drop ? drop + row : 0;
      const to = state + <usize>t * hStep;
      const q = gates + <usize>b * zb + <usize>t * zt;
      if (mask != 0 && load<f32>(mask + (<usize>(b * T + t) << 2)) == 0) {
        const old = step == 0 ? before + now : state + <usize>last * hStep;
        for (let k: usize = 0; k < hb; k += 16) {
          const held = v128.load(old + k);
          v128.store(cNew + k, v128.load(cOld + k));
          v128.store(to + k, held);
          if (next) hand(held, next + k, own ? own + k : 0);
        }
      } else if (hard) lstmRow(q, hb, cOld, cNew, to, next, own, true);
      else lstmRow(q, hb, cOld, cNew, to, next, own, false);
    }
  }
}

/** A row of a step. A loop without other cases in it: V8 then keeps the constants of the gates in registers. */
// @ts-ignore: decorator
@inline function lstmRow(q: usize, hb: usize, cOld: usize, cNew: usize, to: usize, next: usize, own: usize, hard: bool): void {
  for (let k: usize = 0; k < hb; k += 16) {
    const i = gate4(v128.load(q), hard), f = gate4(v128.load(q + hb), hard);
    const g = gateTanh4(v128.load(q + 2 * hb)), o = gate4(v128.load(q + 3 * hb), hard);
    v128.store(q, i);
    v128.store(q + hb, f);
    v128.store(q + 2 * hb, g);
    v128.store(q + 3 * hb, o);
    const cell = add(mul(f, v128.load(cOld + k)), mul(i, g));
    const hNew = mul(o, gateTanh4(cell));
    v128.store(cNew + k, cell);
    v128.store(to + k, hNew);
    if (next) hand(hNew, next + k, own ? own + k : 0);
    q += 16;
  }
}

/**
 * Rows [start, end). dz [T, B, 4H] out: gradients before the activations; dh, dc [B, H]: those of the last states on entry, on exit
 * what reaches the initial ones. dhs: gradients of all states, row b of step t at dhs + b·dRow + t·dStep, or 0.
 * ut: panels of Uᵀ [4H, H]; scratch [B, H].
 */
export function lstmBackward(
  start: i32, end: i32, worker: i32, gates: usize, ut: usize, c: usize, c0: usize, dhs: usize, dRow: usize, dStep: usize,
  dz: usize, dh: usize, dc: usize, scratch: usize, mask: usize, drop: usize, B: i32, T: i32, H: i32, reverse: i32, hard: i32,
): void {
  const hb: usize = <usize>H << 2, zb = hb << 2, ht: usize = <usize>B * hb, zt: usize = <usize>B * zb;
  for (let step = T - 1; step >= 0; step--) {
    const t = reverse ? T - 1 - step : step, last = reverse ? t + 1 : t - 1;
    for (let b = start; b < end; b++) {
      const row = <usize>b * hb, now = row + <usize>t * ht, state = <usize>b * hb;
      const cOld = step == 0 ? c0 + state : c + row + <usize>last * ht;
      const given = dhs ? dhs + <usize>b * dRow + <usize>t * dStep : 0;
      const q = gates + <usize>b * zb + <usize>t * zt, r = dz + <usize>b * zb + <usize>t * zt;
      if (mask != 0 && load<f32>(mask + (<usize>(b * T + t) << 2)) == 0) {
        memory.fill(r, 0, zb);
        // What passes a masked step untouched waits in dh; what comes through the step is added after the product.
        if (given) for (let k: usize = 0; k < hb; k += 16) v128.store(dh + state + k, add(v128.load(dh + state + k), v128.load(given + k)));
      } else if (hard) lstmRowBack(q, r, hb, given, dh + state, dc + state, c + now, cOld, true);
      else lstmRowBack(q, r, hb, given, dh + state, dc + state, c + now, cOld, false);
    }
    if (drop) {
      gemm(start, end, worker, dz + <usize>t * zt, zb, 4, ut, scratch, hb, 4 * H, H, 0, 0);
      join(start, end, dh, scratch, drop, hb);
    } else gemm(start, end, worker, dz + <usize>t * zt, zb, 4, ut, dh, hb, 4 * H, H, 0, 1);
  }
}

/** A row of a step backwards; leaves dh at zero for what comes through the product. */
// @ts-ignore: decorator
@inline function lstmRowBack(q: usize, r: usize, hb: usize, given: usize, dh: usize, dc: usize, c: usize, cOld: usize, hard: bool): void {
  for (let k: usize = 0; k < hb; k += 16) {
    let d = v128.load(dh + k);
    if (given) d = add(d, v128.load(given + k));
    v128.store(dh + k, f32x4.splat(0));
    const i = v128.load(q), f = v128.load(q + hb), g = v128.load(q + 2 * hb), o = v128.load(q + 3 * hb);
    const tc = gateTanh4(v128.load(c + k));
    const e = add(v128.load(dc + k), mul(mul(d, o), f32x4.sub(one(), mul(tc, tc))));
    v128.store(r, mul(mul(e, g), gateSlope4(i, hard)));
    v128.store(r + hb, mul(mul(e, v128.load(cOld + k)), gateSlope4(f, hard)));
    v128.store(r + 2 * hb, mul(mul(e, i), f32x4.sub(one(), mul(g, g))));
    v128.store(r + 3 * hb, mul(mul(d, tc), gateSlope4(o, hard)));
    v128.store(dc + k, mul(e, f));
    q += 16;
    r += 16;
  }
}

/** dh += scratch · mask of the recurrent dropout. */
function join(start: i32, end: i32, dh: usize, scratch: usize, drop: usize, hb: usize): void {
  const e = <usize>end * hb;
  for (let o = <usize>start * hb; o < e; o += 16)
    v128.store(dh + o, add(v128.load(dh + o), mul(v128.load(scratch + o), v128.load(drop + o))));
}

/**
 * Rows [start, end). gates [T, B, 3H] holds x·W + b on entry and the activated z, r, h̃ on exit; u: panels of U [H, 3H], or where
 * the reset comes before the product panels of its first 2H columns, then of the last H. h, before as in lstmForward.
 * after: Keras' reset_after (and PyTorch's GRU): h̃ = tanh(x·Wₕ + r ⊙ (h₋·Uₕ + bias)); inner [T, B, H] then keeps h₋·Uₕ + bias,
 * else r ⊙ h₋. bias [3H] of the recurrent product, or 0. scratch [B, 3H]. through: the update gate too blends with the dropped state.
 */
export function gruForward(
  start: i32, end: i32, worker: i32, gates: usize, u: usize, uh: usize, bias: usize, h: usize, hRow: usize, hStep: usize,
  before: usize, inner: usize, scratch: usize,
  mask: usize, drop: usize, B: i32, T: i32, H: i32, reverse: i32, hard: i32, after: i32, through: i32,
): void {
  const hb: usize = <usize>H << 2, zb = 3 * hb, ht: usize = <usize>B * hb, zt: usize = <usize>B * zb;
  for (let step = 0; step < T; step++) {
    const t = reverse ? T - 1 - step : step, last = reverse ? t + 1 : t - 1;
    const wide = after ? 3 * H : 2 * H;
    gemm(start, end, worker, before + <usize>t * ht, hb, 4, u, scratch, zb, H, wide, bias, 0);
    for (let b = start; b < end; b++) {
      const q = gates + <usize>b * zb + <usize>t * zt, s = scratch + <usize>b * zb, now = <usize>b * hb + <usize>t * ht;
      const kept = inner + now, held = before + now;
      if (hard) gruRow(q, s, hb, kept, held, after != 0, true);
      else gruRow(q, s, hb, kept, held, after != 0, false);
    }
    if (!after) {
      gemm(start, end, worker, inner + <usize>t * ht, hb, 4, uh, gates + <usize>t * zt + 2 * hb, zb, H, H, 0, 1);
      for (let b = start; b < end; b++) {
        const q = gates + <usize>b * zb + <usize>t * zt + 2 * hb;
        for (let k: usize = 0; k < hb; k += 16) v128.store(q + k, gateTanh4(v128.load(q + k)));
      }
    }
    for (let b = start; b < end; b++) {
      const row = <usize>b * hb, now = row + <usize>t * ht, q = gates + <usize>b * zb + <usize>t * zt;
      const next = row + <usize>(reverse ? t - 1 : t + 1) * ht;
      const own = drop ? drop + <usize>b * hb : 0;
      const idle = mask != 0 && load<f32>(mask + (<usize>(b * T + t) << 2)) == 0;
      const state = h + <usize>b * hRow, to = state + <usize>t * hStep;
      // The state itself, which the mask of the recurrent dropout does not touch.
      const from = step == 0 || !drop ? before + now : state + <usize>last * hStep;
      for (let k: usize = 0; k < hb; k += 16) {
        const held = v128.load(from + k);
        const old = through ? v128.load(before + now + k) : held;
        const z = v128.load(q + k);
        const hNew = idle ? held : add(mul(z, old), mul(f32x4.sub(one(), z), v128.load(q + 2 * hb + k)));
        v128.store(to + k, hNew);
        if (step + 1 < T) hand(hNew, before + next + k, own ? own + k : 0);
      }
    }
  }
}

/** Gates of a row of a step; the candidate too, where the reset comes after the product. */
// @ts-ignore: decorator
@inline function gruRow(q: usize, s: usize, hb: usize, inner: usize, before: usize, after: bool, hard: bool): void {
  for (let k: usize = 0; k < hb; k += 16) {
    const z = gate4(add(v128.load(q + k), v128.load(s + k)), hard);
    const r = gate4(add(v128.load(q + hb + k), v128.load(s + hb + k)), hard);
    v128.store(q + k, z);
    v128.store(q + hb + k, r);
    if (after) {
      const v = v128.load(s + 2 * hb + k);
      v128.store(inner + k, v);
      v128.store(q + 2 * hb + k, gateTanh4(add(v128.load(q + 2 * hb + k), mul(r, v))));
    } else v128.store(inner + k, mul(r, v128.load(before + k)));
  }
}

/**
 * Rows [start, end). dz [T, B, 3H] out: gradients of x·W + b; dr [T, B, 3H] out where `after`: those of h₋·U + bias (they differ
 * in h̃'s part by the factor r). ut: panels of U's first 2H columns transposed, uht: of the last H; dh [B, H] as in lstmBackward.
 * scratch [B, 2H].
 */
export function gruBackward(
  start: i32, end: i32, worker: i32, gates: usize, ut: usize, uht: usize, h: usize, hRow: usize, hStep: usize,
  before: usize, inner: usize, dhs: usize, dRow: usize, dStep: usize, dz: usize, dr: usize, dh: usize, scratch: usize, mask: usize, drop: usize, B: i32, T: i32, H: i32, reverse: i32, hard: i32, after: i32, through: i32,
): void {
  const hb: usize = <usize>H << 2, zb = 3 * hb, ht: usize = <usize>B * hb, zt: usize = <usize>B * zb;
  for (let step = T - 1; step >= 0; step--) {
    const t = reverse ? T - 1 - step : step, last = reverse ? t + 1 : t - 1;
    for (let b = start; b < end; b++) {
      const row = <usize>b * hb, now = row + <usize>t * ht, state = <usize>b * hb;
      const q = gates + <usize>b * zb + <usize>t * zt, g = dz + <usize>b * zb + <usize>t * zt, e = dr + <usize>b * zb + <usize>t * zt;
      const idle = mask != 0 && load<f32>(mask + (<usize>(b * T + t) << 2)) == 0;
      const given = dhs ? dhs + <usize>b * dRow + <usize>t * dStep : 0;
      const from = step == 0 || !drop || through ? before + now : h + <usize>b * hRow + <usize>last * hStep;
      const own = drop && through ? drop + <usize>b * hb : 0;
      for (let k: usize = 0; k < hb; k += 16) {
        let d = v128.load(dh + state + k);
        if (given) d = add(d, v128.load(given + k));
        const z = v128.load(q + k), r = v128.load(q + hb + k), n = v128.load(q + 2 * hb + k);
        const old = v128.load(from + k);
        const keep = idle ? f32x4.splat(0) : one();
        const dn = mul(keep, mul(mul(d, f32x4.sub(one(), z)), f32x4.sub(one(), mul(n, n))));
        v128.store(g + k, mul(keep, mul(mul(d, f32x4.sub(old, n)), gateSlope4(z, hard != 0))));
        v128.store(g + 2 * hb + k, dn);
        if (after) {
          const dreset = mul(mul(dn, v128.load(inner + now + k)), gateSlope4(r, hard != 0));
          v128.store(g + hb + k, dreset);
          v128.store(e + k, v128.load(g + k));
          v128.store(e + hb + k, dreset);
          v128.store(e + 2 * hb + k, mul(dn, r));
        }
        v128.store(dh + state + k, idle ? d : own ? mul(mul(d, z), v128.load(own + k)) : mul(d, z));
      }
    }
    const first = scratch, second = scratch + hb;
    if (!after) {
      gemm(start, end, worker, dz + <usize>t * zt + 2 * hb, zb, 4, uht, second, 2 * hb, H, H, 0, 0);
      for (let b = start; b < end; b++) {
        const q = gates + <usize>b * zb + <usize>t * zt, g = dz + <usize>b * zb + <usize>t * zt;
        const now = <usize>b * hb + <usize>t * ht, s = second + <usize>b * 2 * hb;
        for (let k: usize = 0; k < hb; k += 16) {
          const r = v128.load(q + hb + k), v = v128.load(s + k);
          v128.store(g + hb + k, mul(mul(v, v128.load(before + now + k)), gateSlope4(r, hard != 0)));
          v128.store(s + k, mul(v, r));
        }
      }
    } else {
      gemm(start, end, worker, dr + <usize>t * zt + 2 * hb, zb, 4, uht, second, 2 * hb, H, H, 0, 0);
    }
    gemm(start, end, worker, dz + <usize>t * zt, zb, 4, ut, first, 2 * hb, 2 * H, H, 0, 0);
    for (let b = start; b < end; b++) {
      const s = scratch + <usize>b * 2 * hb, o = dh + <usize>b * hb, m = drop + <usize>b * hb;
      for (let k: usize = 0; k < hb; k += 16) {
        const d = add(v128.load(s + k), v128.load(s + hb + k));
        v128.store(o + k, add(v128.load(o + k), drop ? mul(d, v128.load(m + k)) : d));
      }
    }
  }
}
