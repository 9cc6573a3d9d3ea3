/**
 * Dot products of all rows of a with all rows of b, in double: out[i * rb + j].
 * a: ra × d, b: rb × d, row-major at addresses divisible by 16; ra even, rb divisible by 4, d even (pad with zeros).
 */
export function dots(a: usize, b: usize, out: usize, ra: i32, rb: i32, d: i32): void {
  const width = <usize>d << 3;
  for (let i = 0; i < ra; i += 2) {
    const a0 = a + <usize>i * width;
    const end = a0 + width;
    for (let j = 0; j < rb; j += 4) {
      let b0 = b + <usize>j * width;
      let s00 = f64x2.splat(0);
      let s01 = s00;
      let s02 = s00;
      let s03 = s00;
      let s10 = s00;
      let s11 = s00;
      let s12 = s00;
      let s13 = s00;
      for (let p = a0; p < end; p += 16) {
        const x0 = v128.load(p);
        const x1 = v128.load(p + width);
        const y0 = v128.load(b0);
        const y1 = v128.load(b0 + width);
        const y2 = v128.load(b0 + 2 * width);
        const y3 = v128.load(b0 + 3 * width);
        s00 = f64x2.add(s00, f64x2.mul(x0, y0));
        s01 = f64x2.add(s01, f64x2.mul(x0, y1));
        s02 = f64x2.add(s02, f64x2.mul(x0, y2));
        s03 = f64x2.add(s03, f64x2.mul(x0, y3));
        s10 = f64x2.add(s10, f64x2.mul(x1, y0));
        s11 = f64x2.add(s11, f64x2.mul(x1, y1));
        s12 = f64x2.add(s12, f64x2.mul(x1, y2));
        s13 = f64x2.add(s13, f64x2.mul(x1, y3));
        b0 += 16;
      }
      const o0 = out + ((<usize>i * rb + j) << 3);
      const o1 = o0 + (<usize>rb << 3);
      v128.store(o0, pairSums(s00, s01));
      v128.store(o0 + 16, pairSums(s02, s03));
      v128.store(o1, pairSums(s10, s11));
      v128.store(o1 + 16, pairSums(s12, s13));
    }
  }
}

// @ts-expect-error decorators are AssemblyScript's
@inline
function pairSums(p: v128, q: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(p, q, 0, 2), v128.shuffle<f64>(p, q, 1, 3));
}

/**
 * Takes the moving mean over `before` and `after` frames off frames (those there are, at the ends), sets frames whose count is 0 to 0, and takes the mean
 * of the others off them. x and out: frames × cols, in double, cols even; counts: 0 or 1 a frame, in double; used: their sum.
 * With `before` + `after` = 0 no moving mean is taken off.
 */
export function detrend(
  x: usize,
  counts: usize,
  out: usize,
  frames: i32,
  cols: i32,
  before: i32,
  after: i32,
  used: f64,
): void {
  const width = <usize>cols << 3;
  const moving = before + after > 0;
  for (let c: usize = 0; c < width; c += 16) {
    const own = x + c;
    const to = out + c;
    let run = f64x2.splat(0);
    let total = run;
    for (let t = 0; t < min(after, frames); t++) run = f64x2.add(run, v128.load(own + <usize>t * width));
    for (let t = 0; t < frames; t++) {
      const enters = t + after;
      const leaves = t - before - 1;
      if (enters < frames) run = f64x2.add(run, v128.load(own + <usize>enters * width));
      if (leaves >= 0) run = f64x2.sub(run, v128.load(own + <usize>leaves * width));
      const n = min(enters + 1, frames) - max(leaves + 1, 0);
      let rest = v128.load(own + <usize>t * width);
      if (moving) rest = f64x2.sub(rest, f64x2.div(run, f64x2.splat(<f64>n)));
      rest = f64x2.mul(rest, f64x2.splat(load<f64>(counts + (<usize>t << 3))));
      total = f64x2.add(total, rest);
      v128.store(to + <usize>t * width, rest);
    }
    const mean = f64x2.div(total, f64x2.splat(used));
    for (let t = 0; t < frames; t++) {
      const at = to + <usize>t * width;
      v128.store(at, f64x2.sub(v128.load(at), f64x2.mul(mean, f64x2.splat(load<f64>(counts + (<usize>t << 3))))));
    }
  }
}

/** Sums of the third and fourth powers of n numbers, written to out. n even. */
export function highMoments(x: usize, n: i32, out: usize): void {
  let third = f64x2.splat(0);
  let fourth = third;
  const end = x + (<usize>n << 3);
  for (let p = x; p < end; p += 16) {
    const v = v128.load(p);
    const square = f64x2.mul(v, v);
    third = f64x2.add(third, f64x2.mul(square, v));
    fourth = f64x2.add(fourth, f64x2.mul(square, square));
  }
  store<f64>(out, f64x2.extract_lane(third, 0) + f64x2.extract_lane(third, 1));
  store<f64>(out, f64x2.extract_lane(fourth, 0) + f64x2.extract_lane(fourth, 1), 8);
}

/**
 * Turns dot products into exp(−gamma |a − b|²), in place, given the squared norms of the rows. rb even.
 * eˣ by Cody–Waite reduction and a polynomial of degree 11: within 2 units in the last place.
 */
export function rbf(dotsAt: usize, normsA: usize, normsB: usize, ra: i32, rb: i32, gamma: f64): void {
  const zero = f64x2.splat(0);
  const factor = f64x2.splat(-gamma);
  for (let i = 0; i < ra; i++) {
    const own = f64x2.splat(load<f64>(normsA + (<usize>i << 3)));
    for (let j = 0; j < rb; j += 2) {
      const at = dotsAt + ((<usize>i * rb + j) << 3);
      const dot = v128.load(at);
      const squares = f64x2.sub(f64x2.add(own, v128.load(normsB + (<usize>j << 3))), f64x2.add(dot, dot));
      v128.store(at, exponential(f64x2.mul(factor, f64x2.max(squares, zero))));
    }
  }
}

// @ts-expect-error decorators are AssemblyScript's
@inline
function exponential(x: v128): v128 {
  const clipped = f64x2.max(x, f64x2.splat(-708));
  const n = f64x2.nearest(f64x2.mul(clipped, f64x2.splat(1.4426950408889634)));
  const r = f64x2.sub(
    f64x2.sub(clipped, f64x2.mul(n, f64x2.splat(0.6931471803691238))),
    f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)),
  );
  let p = f64x2.splat(1.0 / 39916800.0);
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 3628800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  // 2ⁿ: adding 2⁵² + 1023 puts n + 1023 into the low bits of the fraction, from where it moves into the exponent.
  const biased = f64x2.add(n, f64x2.splat(4503599627371519.0));
  return f64x2.mul(p, i64x2.shl(biased, 52));
}

/**
 * Sums of gradients, Hessians and samples in each bin of each column, for the samples of a node.
 * bins: column by column, one byte a sample; gh: pairs of doubles a sample; ordered: room for n pairs;
 * out: cols × 256 × (gradient, Hessian, count, unused), in double.
 */
export function histogram(
  bins: usize,
  samples: usize,
  n: i32,
  gh: usize,
  ordered: usize,
  out: usize,
  rows: i32,
  cols: i32,
): void {
  memory.fill(out, 0, <usize>cols << 13);
  const last = samples + (<usize>n << 2);
  let to = ordered;
  for (let p = samples; p < last; p += 4) {
    v128.store(to, v128.load(gh + (<usize>load<u32>(p) << 4)));
    to += 16;
  }
  for (let j = 0; j < cols; j++) {
    const own = bins + <usize>j * rows;
    const at = out + (<usize>j << 13);
    let from = ordered;
    for (let p = samples; p < last; p += 4) {
      const bin = at + (<usize>load<u8>(own + load<u32>(p)) << 5);
      v128.store(bin, f64x2.add(v128.load(bin), v128.load(from)));
      store<f64>(bin + 16, load<f64>(bin + 16) + 1);
      from += 16;
    }
  }
}

/** parent −= child, n doubles (n even). */
export function subtract(parent: usize, child: usize, n: i32): void {
  const end = parent + (<usize>n << 3);
  let c = child;
  for (let p = parent; p < end; p += 16) {
    v128.store(p, f64x2.sub(v128.load(p), v128.load(c)));
    c += 16;
  }
}

/** out[i] = bias + row i of a sparse matrix · w, for rows from … to. */
export function sparseDot(
  indptr: usize,
  indices: usize,
  values: usize,
  from: i32,
  to: i32,
  w: usize,
  bias: f64,
  out: usize,
): void {
  let k = load<u32>(indptr + (<usize>from << 2));
  for (let i = from; i < to; i++) {
    const end = load<u32>(indptr + (<usize>(i + 1) << 2));
    let s0 = bias;
    let s1: f64 = 0;
    let index = indices + (<usize>k << 2);
    let value = values + (<usize>k << 3);
    for (; k + 1 < end; k += 2) {
      s0 += load<f64>(value) * load<f64>(w + (<usize>load<u32>(index) << 3));
      s1 += load<f64>(value, 8) * load<f64>(w + (<usize>load<u32>(index, 4) << 3));
      index += 8;
      value += 16;
    }
    if (k < end) {
      s0 += load<f64>(value) * load<f64>(w + (<usize>load<u32>(index) << 3));
      k++;
    }
    store<f64>(out + (<usize>i << 3), s0 + s1);
  }
}

/** gradient += Σ residuals[i] · row i of a sparse matrix, for rows from … to. */
export function sparseAdd(
  indptr: usize,
  indices: usize,
  values: usize,
  from: i32,
  to: i32,
  residuals: usize,
  gradient: usize,
): void {
  let k = load<u32>(indptr + (<usize>from << 2));
  for (let i = from; i < to; i++) {
    const end = load<u32>(indptr + (<usize>(i + 1) << 2));
    const r = load<f64>(residuals + (<usize>i << 3));
    for (; k < end; k++) {
      const at = gradient + (<usize>load<u32>(indices + (<usize>k << 2)) << 3);
      store<f64>(at, load<f64>(at) + r * load<f64>(values + (<usize>k << 3)));
    }
  }
}
