// Spectral normalisation: a round of the power iteration towards a weight's largest singular value, the value, and the gradient through it.
// One thread each: a pass over the weight takes less than waking another.
import { give, madd, sumLanes, take } from "./vector";

/** Row · right, of C numbers. */
// @ts-ignore: decorator
@inline function along(row: usize, right: usize, C: i32): f32 {
  let s = f32x4.splat(0);
  for (let c = 0; c < C; c += 4) s = madd(take(row + (<usize>c << 2), C - c), take(right + (<usize>c << 2), C - c), s);
  return sumLanes(s);
}

/** Divides n numbers by their norm. */
function shorten(x: usize, n: i32): void {
  let squares: f64 = 0;
  for (let i = 0; i < n; i++) { const v = <f64>load<f32>(x + (<usize>i << 2)); squares += v * v; }
  const by = 1 / (Math.sqrt(squares) + 1e-12);
  for (let i = 0; i < n; i++) store<f32>(x + (<usize>i << 2), <f32>(<f64>load<f32>(x + (<usize>i << 2)) * by));
}

/** left = W·right, right = Wᵀ·left, each of length 1. W [R, C]. */
export function powerIteration(start: i32, end: i32, worker: i32, w: usize, R: i32, C: i32, left: usize, right: usize): void {
  const bytes: usize = <usize>C << 2;
  for (let r = 0; r < R; r++) store<f32>(left + (<usize>r << 2), along(w + <usize>r * bytes, right, C));
  shorten(left, R);
  memory.fill(right, 0, bytes);
  for (let r = 0; r < R; r++) {
    const row = w + <usize>r * bytes, l = v128.load32_splat(left + (<usize>r << 2));
    for (let c = 0; c < C; c += 4) {
      const to = right + (<usize>c << 2), n = C - c;
      give(to, madd(l, take(row + (<usize>c << 2), n), take(to, n)), n);
    }
  }
  shorten(right, C);
}

/** sigma = leftᵀ·W·right. */
export function singularValue(start: i32, end: i32, worker: i32, w: usize, R: i32, C: i32, left: usize, right: usize, sigma: usize): void {
  let s: f64 = 0;
  for (let r = 0; r < R; r++) s += <f64>load<f32>(left + (<usize>r << 2)) * <f64>along(w + (<usize>r * <usize>C << 2), right, C);
  store<f32>(sigma, <f32>s);
}

/** The gradient of W from that of y = W / sigma: (dy − (Σ dy·y)·left·rightᵀ) / sigma. */
export function spectralGradient(
  start: i32, end: i32, worker: i32, dy: usize, y: usize, R: i32, C: i32, left: usize, right: usize, sigma: usize, out: usize,
): void {
  const bytes: usize = <usize>C << 2;
  let sum: f64 = 0;
  for (let r = 0; r < R; r++) sum += <f64>along(dy + <usize>r * bytes, y + <usize>r * bytes, C);
  const by = <f32>1 / load<f32>(sigma), scale = f32x4.splat(by);
  for (let r = 0; r < R; r++) {
    const at = <usize>r * bytes, l = f32x4.splat(-<f32>sum * by * load<f32>(left + (<usize>r << 2)));
    for (let c = 0; c < C; c += 4) {
      const o = <usize>c << 2, n = C - c;
      give(out + at + o, madd(l, take(right + o, n), f32x4.mul(take(dy + at + o, n), scale)), n);
    }
  }
}
