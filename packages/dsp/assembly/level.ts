// Sums over parts of a signal: squares in double precision, and sign changes.

/** Sums of squares of `parts` parts of `size` samples from `p` on, as doubles at `out`. */
export function squareSums(p: usize, parts: i32, size: i32, out: usize): void {
  const bytes = <usize>size << 2, vectors = bytes & ~15;
  for (let j = 0; j < parts; j++, out += 8) {
    let a = f64x2.splat(0), b = a;
    let q = p;
    const end = p + vectors;
    for (; q < end; q += 16) {
      const v = v128.load(q);
      const low = f64x2.promote_low_f32x4(v), high = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
      a = f64x2.add(a, f64x2.mul(low, low));
      b = f64x2.add(b, f64x2.mul(high, high));
    }
    a = f64x2.add(a, b);
    let sum = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
    p += bytes;
    for (; q < p; q += 4) {
      const x = <f64>load<f32>(q);
      sum += x * x;
    }
    store<f64>(out, sum);
  }
}

/**
 * Samples of each part whose sign differs from the one before, as doubles at `out`; what is not below `limit` is positive. The sample before the
 * first part is read too.
 */
export function signChanges(p: usize, parts: i32, size: i32, limit: f32, out: usize): void {
  const bytes = <usize>size << 2, vectors = bytes & ~15;
  const low = f32x4.splat(limit);
  for (let j = 0; j < parts; j++, out += 8) {
    let count = i32x4.splat(0);
    let q = p;
    const end = p + vectors;
    for (; q < end; q += 16) {
      const changed = v128.xor(f32x4.lt(v128.load(q), low), f32x4.lt(v128.load(q - 4), low));
      count = i32x4.sub(count, changed);
    }
    let sum = i32x4.extract_lane(count, 0) + i32x4.extract_lane(count, 1) + i32x4.extract_lane(count, 2) + i32x4.extract_lane(count, 3);
    p += bytes;
    for (; q < p; q += 4) sum += i32((load<f32>(q) < limit) != (load<f32>(q - 4) < limit));
    store<f64>(out, <f64>sum);
  }
}
