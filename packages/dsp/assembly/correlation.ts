// Correlations of the hops of a signal with what follows them, and YIN's difference function of frames made of hops.

/** Spectra a and c, `count` numbers (a multiple of 4), become |a|² and conj(a)·c. */
export function correlate(count: i32, aRe: usize, aIm: usize, cRe: usize, cIm: usize): void {
  const bytes = <usize>count << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const x = v128.load(aRe + i), y = v128.load(aIm + i), u = v128.load(cRe + i), v = v128.load(cIm + i);
    v128.store(cRe + i, f32x4.add(f32x4.mul(x, u), f32x4.mul(y, v)));
    v128.store(cIm + i, f32x4.sub(f32x4.mul(x, v), f32x4.mul(y, u)));
    v128.store(aRe + i, f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)));
    v128.store(aIm + i, f32x4.splat(0));
  }
}

/**
 * d(k) = 2·(r(0) − r(k)) − Σ_{j<k} x²(j), over its mean for 1..k, for k from `low` to `high` as doubles at `out`. r is the sum of `hops` rows from
 * `b` on, `row` bytes apart, and the row at `t`, and is written over it.
 */
export function difference(x: usize, b: usize, t: usize, hops: i32, row: usize, low: i32, high: i32, out: usize): void {
  const bytes = <usize>(high + 1) << 2;
  for (let k: usize = 0; k < bytes; k += 16) {
    let sum = v128.load(t + k), p = b + k;
    for (let h = 0; h < hops; h++, p += row) sum = f32x4.add(sum, v128.load(p));
    v128.store(t + k, sum);
  }
  const twice = 2 * <f64>load<f32>(t);
  let energy: f64 = 0, sum: f64 = 0;
  for (let k = 1; k <= high; k++, x += 4) {
    t += 4;
    const sample = <f64>load<f32>(x);
    energy += sample * sample;
    const d = twice - 2 * <f64>load<f32>(t) - energy;
    sum += d;
    if (k >= low) {
      // The smallest normal double keeps silence from dividing by 0.
      store<f64>(out, d / (sum / <f64>k + 2.2250738585072014e-308));
      out += 8;
    }
  }
}
