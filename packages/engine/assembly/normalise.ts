// Batch normalisation over rows of [rows, C], with or without the ReLU that follows it. Sums go through parts of a fixed number
// of rows, in double, around the first row's values (so that a large mean costs no digits), and are joined in a fixed order.
import { addDouble } from "./reduce";
import { atLeast, loadPart, madd, storePart } from "./vector";

// @ts-ignore: decorator
@inline function take(p: usize, n: i32): v128 {
  return n >= 4 ? v128.load(p) : loadPart(p, n);
}

// @ts-ignore: decorator
@inline function give(p: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(p, v);
  else storePart(p, v, n);
}

/** Parts [start, end): Σ(x − x₀) and Σ(x − x₀)² of each column into out [parts][2][W] (f64), W = C rounded up to 4. */
export function normStats(start: i32, end: i32, worker: i32, x: usize, rows: i32, C: i32, per: i32, out: usize): void {
  const stride: usize = <usize>C << 2, wide: usize = <usize>((C + 3) & ~3) << 3;
  for (let part = start; part < end; part++) {
    const sums = out + <usize>part * 2 * wide, squares = sums + wide;
    memory.fill(sums, 0, 2 * wide);
    const last = min(rows, (part + 1) * per);
    for (let r0 = part * per; r0 < last; r0 += 64) {
      const r1 = min(last, r0 + 64);
      for (let c = 0; c < C; c += 4) {
        const n = C - c;
        const pivot = take(x + (<usize>c << 2), n);
        let p = x + <usize>r0 * stride + (<usize>c << 2);
        let s = f32x4.splat(0), q = s;
        if (n >= 4) {
          for (let r = r0; r < r1; r++) { const d = f32x4.sub(v128.load(p), pivot); s = f32x4.add(s, d); q = madd(d, d, q); p += stride; }
        } else {
          for (let r = r0; r < r1; r++) { const d = f32x4.sub(loadPart(p, n), pivot); s = f32x4.add(s, d); q = madd(d, d, q); p += stride; }
        }
        addDouble(sums + (<usize>c << 3), s);
        addDouble(squares + (<usize>c << 3), q);
      }
    }
  }
}

/** Rows [start, end): out = x·a + b by column, and ReLU where relu. */
export function normApply(start: i32, end: i32, worker: i32, x: usize, out: usize, C: i32, a: usize, b: usize, relu: i32): void {
  const stride: usize = <usize>C << 2;
  const floor = f32x4.splat(relu ? 0 : -Infinity);
  const rest = C & 3, whole = stride - (<usize>rest << 2);
  for (let r = start; r < end; r++) {
    const p = x + <usize>r * stride, o = out + <usize>r * stride;
    for (let i: usize = 0; i < whole; i += 16)
      v128.store(o + i, atLeast(floor, madd(v128.load(p + i), v128.load(a + i), v128.load(b + i))));
    if (rest) storePart(o + whole, atLeast(floor, madd(loadPart(p + whole, rest), loadPart(a + whole, rest), loadPart(b + whole, rest))), rest);
  }
}

/** The gradient that passed the ReLU, whose output x·a + b is computed again rather than read. */
// @ts-ignore: decorator
@inline function passed(dy: v128, x: v128, a: v128, b: v128, relu: bool): v128 {
  return relu ? v128.and(dy, f32x4.gt(madd(x, a, b), f32x4.splat(0))) : dy;
}

/** Parts [start, end): Σdz and Σdz·(x − mean) of each column into out [parts][2][W] (f64). */
export function normGradStats(
  start: i32, end: i32, worker: i32,
  x: usize, dy: usize, rows: i32, C: i32, per: i32, a: usize, b: usize, mean: usize, relu: i32, out: usize,
): void {
  const stride: usize = <usize>C << 2, wide: usize = <usize>((C + 3) & ~3) << 3;
  for (let part = start; part < end; part++) {
    const sums = out + <usize>part * 2 * wide, products = sums + wide;
    memory.fill(sums, 0, 2 * wide);
    const last = min(rows, (part + 1) * per);
    for (let r0 = part * per; r0 < last; r0 += 64) {
      const r1 = min(last, r0 + 64);
      for (let c = 0; c < C; c += 4) {
        const n = C - c;
        const k: usize = <usize>c << 2;
        const aa = take(a + k, n), bb = take(b + k, n), m = take(mean + k, n);
        let o = <usize>r0 * stride + k;
        let s = f32x4.splat(0), q = s;
        if (n >= 4 && relu) {
          for (let r = r0; r < r1; r++) {
            const v = v128.load(x + o), d = passed(v128.load(dy + o), v, aa, bb, true);
            s = f32x4.add(s, d); q = madd(d, f32x4.sub(v, m), q); o += stride;
          }
        } else if (n >= 4) {
          for (let r = r0; r < r1; r++) {
            const v = v128.load(x + o), d = v128.load(dy + o);
            s = f32x4.add(s, d); q = madd(d, f32x4.sub(v, m), q); o += stride;
          }
        } else {
          for (let r = r0; r < r1; r++) {
            const v = loadPart(x + o, n), d = passed(loadPart(dy + o, n), v, aa, bb, relu != 0);
            s = f32x4.add(s, d); q = madd(d, f32x4.sub(v, m), q); o += stride;
          }
        }
        addDouble(sums + (<usize>c << 3), s);
        addDouble(products + (<usize>c << 3), q);
      }
    }
  }
}

/** Rows [start, end): dx = p·dz + q·x + s by column. */
export function normGradApply(
  start: i32, end: i32, worker: i32,
  x: usize, dy: usize, dx: usize, C: i32, a: usize, b: usize, p: usize, q: usize, s: usize, relu: i32,
): void {
  const stride: usize = <usize>C << 2;
  for (let r = start; r < end; r++) {
    const row = <usize>r * stride;
    for (let c = 0; c < C; c += 4) {
      const n = C - c;
      const k: usize = <usize>c << 2, o = row + k;
      const v = take(x + o, n);
      const d = passed(take(dy + o, n), v, take(a + k, n), take(b + k, n), relu != 0);
      give(dx + o, madd(d, take(p + k, n), madd(v, take(q + k, n), take(s + k, n))), n);
    }
  }
}
