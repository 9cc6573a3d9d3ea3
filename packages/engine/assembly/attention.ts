// Sums over the steps of a sequence, weighed by what is in them.
import { loadPart, madd, storePart } from "./vector";

// @ts-ignore: decorator
@inline function take(p: usize, n: i32): v128 {
  return n >= 4 ? v128.load(p) : loadPart(p, n);
}

// @ts-ignore: decorator
@inline function give(p: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(p, v);
  else storePart(p, v, n);
}

/**
 * Sequences [start, end): mean = Σ weights[t]·x[t] and, where asked for, deviation = √(max(0, Σ weights[t]·x[t]² − mean²) + 1e-6)
 * behind it. weights [n, T], x [n, T, F], out [n, F or 2F].
 */
export function weightedMoments(start: i32, end: i32, worker: i32, weights: usize, x: usize, T: i32, F: i32, deviation: i32, out: usize): void {
  const bytes: usize = <usize>F << 2, wide = deviation ? 2 * bytes : bytes;
  for (let n = start; n < end; n++) {
    const w = weights + (<usize>(n * T) << 2), to = out + <usize>n * wide;
    for (let c = 0; c < F; c += 4) {
      const k = F - c, at: usize = <usize>c << 2;
      let p = x + <usize>(n * T) * bytes + at;
      let s = f32x4.splat(0), q = s;
      for (let t = 0; t < T; t++) {
        const v = take(p, k), a = v128.load32_splat(w + (<usize>t << 2));
        s = madd(a, v, s);
        q = madd(a, f32x4.mul(v, v), q);
        p += bytes;
      }
      give(to + at, s, k);
      if (deviation) {
        const spread = f32x4.pmax(f32x4.sub(q, f32x4.mul(s, s)), f32x4.splat(0));
        give(to + bytes + at, f32x4.sqrt(f32x4.add(spread, f32x4.splat(1e-6))), k);
      }
    }
  }
}

/** Rows [start, end): the larger of each number and its partner in the other half, `half` numbers a row. */
export function halvesMax(start: i32, end: i32, worker: i32, x: usize, half: i32, out: usize): void {
  const bytes: usize = <usize>half << 2;
  for (let r = start; r < end; r++) {
    const a = x + 2 * <usize>r * bytes, o = out + <usize>r * bytes;
    for (let c = 0; c < half; c += 4) {
      const k = half - c, at: usize = <usize>c << 2;
      give(o + at, f32x4.pmax(take(a + at, k), take(a + bytes + at, k)), k);
    }
  }
}
