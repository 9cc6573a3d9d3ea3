// What every kernel is made of: multiply–add that follows the build, loads and stores of a part of a vector, and
// transcendental functions of our own, so that results do not depend on the host's mathematical library.

/** a·b + c: fused where the build allows relaxed SIMD, two roundings in the plain build. */
// @ts-ignore: decorator
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The larger of a floor and v; NaN passes. One instruction, where WebAssembly's own maximum is seven on x86. */
// @ts-ignore: decorator
@inline export function atLeast(floor: v128, v: v128): v128 {
  return f32x4.pmax(v, floor);
}

/** The first `count` (1 to 3) lanes of memory; the rest is zero. */
// @ts-ignore: decorator
@inline export function loadPart(p: usize, count: i32): v128 {
  let v = f32x4.splat(0);
  if (count > 0) v = v128.load_lane<f32>(p, v, 0);
  if (count > 1) v = v128.load_lane<f32>(p, v, 1, 4);
  if (count > 2) v = v128.load_lane<f32>(p, v, 2, 8);
  if (count > 3) v = v128.load_lane<f32>(p, v, 3, 12);
  return v;
}

// @ts-ignore: decorator
@inline export function storePart(p: usize, v: v128, count: i32): void {
  if (count > 0) v128.store_lane<f32>(p, v, 0);
  if (count > 1) v128.store_lane<f32>(p, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(p, v, 2, 8);
  if (count > 3) v128.store_lane<f32>(p, v, 3, 12);
}

/** The first `count` lanes of memory; all four at once where there are as many. */
// @ts-ignore: decorator
@inline export function take(p: usize, count: i32): v128 {
  return count >= 4 ? v128.load(p) : loadPart(p, count);
}

// @ts-ignore: decorator
@inline export function give(p: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(p, v);
  else storePart(p, v, count);
}

/** Sum of the four lanes, always in the order (0 + 1) + (2 + 3). */
// @ts-ignore: decorator
@inline export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

// @ts-ignore: decorator
@inline export function maxLanes(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** eˣ: Cody–Waite reduction and a degree-5 polynomial (Cephes expf), within 2 ulp; saturates beyond ±87. NaN stays NaN. */
// @ts-ignore: decorator
@inline export function exp4(v: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, f32x4.splat(-87)), f32x4.splat(88));
  // Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits, from where it moves into the exponent.
  const t = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), f32x4.splat(12582912));
  const n = f32x4.sub(t, f32x4.splat(12582912));
  let r = madd(n, f32x4.splat(-0.693359375), x);
  r = madd(n, f32x4.splat(2.1219444e-4), r);
  let p = f32x4.splat(1.987569150e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  return v128.bitselect(i32x4.add(p, i32x4.shl(t, 23)), v, f32x4.eq(v, v));
}

/** eˣ − 1 without cancellation near 0: there the polynomial of exp4 is used before 1 is added. */
// @ts-ignore: decorator
@inline export function expm1_4(x: v128): v128 {
  let p = f32x4.splat(1.987569150e-4);
  p = madd(p, x, f32x4.splat(1.3981999507e-3));
  p = madd(p, x, f32x4.splat(8.3334519073e-3));
  p = madd(p, x, f32x4.splat(4.1665795894e-2));
  p = madd(p, x, f32x4.splat(1.6666665459e-1));
  p = madd(p, x, f32x4.splat(5.0000001201e-1));
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, x), x), x);
  const far = f32x4.sub(exp4(x), f32x4.splat(1));
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.34)));
}

/** ln x for normal x > 0 (Cephes logf, 2 ulp); −∞ at 0, NaN below. */
// @ts-ignore: decorator
@inline export function log4(v: v128): v128 {
  const tiny = f32x4.lt(v, f32x4.splat(1.17549435e-38));
  const x = f32x4.pmax(v, f32x4.splat(1.17549435e-38));
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), f32x4.splat(0.5));
  const low = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  e = f32x4.sub(e, v128.and(low, f32x4.splat(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), f32x4.splat(1));
  const z = f32x4.mul(m, m);
  let p = f32x4.splat(7.0376836292e-2);
  p = madd(p, m, f32x4.splat(-1.1514610310e-1));
  p = madd(p, m, f32x4.splat(1.1676998740e-1));
  p = madd(p, m, f32x4.splat(-1.2420140846e-1));
  p = madd(p, m, f32x4.splat(1.4249322787e-1));
  p = madd(p, m, f32x4.splat(-1.6668057665e-1));
  p = madd(p, m, f32x4.splat(2.0000714765e-1));
  p = madd(p, m, f32x4.splat(-2.4999993993e-1));
  p = madd(p, m, f32x4.splat(3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, m), z);
  y = f32x4.add(y, f32x4.mul(e, f32x4.splat(-2.12194440e-4)));
  y = f32x4.sub(y, f32x4.mul(z, f32x4.splat(0.5)));
  y = f32x4.add(f32x4.add(m, y), f32x4.mul(e, f32x4.splat(0.693359375)));
  const zero = f32x4.eq(v, f32x4.splat(0));
  y = v128.bitselect(f32x4.splat(-Infinity), y, zero);
  y = v128.bitselect(f32x4.splat(NaN), y, v128.andnot(v128.and(tiny, f32x4.lt(v, f32x4.splat(0))), zero));
  y = v128.bitselect(v, y, f32x4.eq(v, f32x4.splat(Infinity)));
  return v128.bitselect(v, y, f32x4.ne(v, v));
}

// @ts-ignore: decorator
@inline export function sigmoid4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))));
}

/**
 * tanh x = x·P(x²)/Q(x²), both of degree 4, fitted for the smallest relative error on [−9, 9], beyond which tanh is ±1 in
 * single precision: within 3e-7, a third of the work of a way through exp4. Reaches beyond ±1 by 2 ulp.
 */
// @ts-ignore: decorator
@inline export function gateTanh4(v: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, f32x4.splat(-9)), f32x4.splat(9));
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(1.3354634940605096e-8);
  p = madd(p, z, f32x4.splat(2.060906104720456e-5));
  p = madd(p, z, f32x4.splat(3.4955867468647365e-3));
  p = madd(p, z, f32x4.splat(0.13381024453920676));
  p = madd(p, z, f32x4.splat(1));
  let q = f32x4.splat(7.77654681101249e-7);
  q = madd(q, z, f32x4.splat(3.2856326210598793e-4));
  q = madd(q, z, f32x4.splat(2.5876976867372958e-2));
  q = madd(q, z, f32x4.splat(0.46714340049922437));
  q = madd(q, z, f32x4.splat(1));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** tanh within 3e-7 of its size, and never beyond ±1. */
// @ts-ignore: decorator
@inline export function tanh4(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(gateTanh4(x), f32x4.splat(-1)), f32x4.splat(1));
}

/** σ(x) = ½ + ½ tanh(x/2): within 2e-7 of the true value, not of its size where that is tiny, which gates do not ask for. */
// @ts-ignore: decorator
@inline export function gateSigmoid4(x: v128): v128 {
  return madd(gateTanh4(f32x4.mul(x, f32x4.splat(0.5))), f32x4.splat(0.5), f32x4.splat(0.5));
}
