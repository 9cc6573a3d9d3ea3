// Magnitudes with other phases: for Griffin and Lim's algorithm and for the phase vocoder.

/** Below this a magnitude has no direction in single precision: its square is 0. */
const FLOOR: f32 = 1e-18;

/**
 * `count` numbers (a multiple of 4) of the spectrum `magnitude` with the phases of new − share · old, written over old.
 */
export function impose(count: i32, magnitude: usize, newRe: usize, newIm: usize, oldRe: usize, oldIm: usize, share: f32): void {
  const s = f32x4.splat(share), floor = f32x4.splat(FLOOR);
  const bytes = <usize>count << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const a = f32x4.sub(v128.load(newRe + i), f32x4.mul(s, v128.load(oldRe + i)));
    const b = f32x4.sub(v128.load(newIm + i), f32x4.mul(s, v128.load(oldIm + i)));
    const size = f32x4.sqrt(f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b)));
    const scale = f32x4.div(v128.load(magnitude + i), f32x4.max(size, floor));
    v128.store(oldRe + i, f32x4.mul(a, scale));
    v128.store(oldIm + i, f32x4.mul(b, scale));
  }
}

/**
 * One frame of a phase vocoder, `count` bins (a multiple of 4): magnitudes `share` of the way from spectrum a to spectrum b, with the phases
 * cos + i·sin, which then turn by the angle from a to b. What has no size counts as pointing along the real axis.
 */
export function vocode(count: i32, aRe: usize, aIm: usize, bRe: usize, bIm: usize, cos: usize, sin: usize, share: f32, outRe: usize, outIm: usize): void {
  const s = f32x4.splat(share), rest = f32x4.splat(1 - share), floor = f32x4.splat(FLOOR), one = f32x4.splat(1);
  const half = f32x4.splat(0.5), threeHalves = f32x4.splat(1.5);
  const bytes = <usize>count << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    let ar = v128.load(aRe + i), ai = v128.load(aIm + i), br = v128.load(bRe + i), bi = v128.load(bIm + i);
    const sizeA = f32x4.sqrt(f32x4.add(f32x4.mul(ar, ar), f32x4.mul(ai, ai)));
    const sizeB = f32x4.sqrt(f32x4.add(f32x4.mul(br, br), f32x4.mul(bi, bi)));
    const size = f32x4.add(f32x4.mul(rest, sizeA), f32x4.mul(s, sizeB));
    const c = v128.load(cos + i), d = v128.load(sin + i);
    v128.store(outRe + i, f32x4.mul(size, c));
    v128.store(outIm + i, f32x4.mul(size, d));
    const hasA = f32x4.gt(sizeA, floor), hasB = f32x4.gt(sizeB, floor);
    const inverseA = f32x4.div(one, f32x4.max(sizeA, floor)), inverseB = f32x4.div(one, f32x4.max(sizeB, floor));
    ar = v128.bitselect(f32x4.mul(ar, inverseA), one, hasA);
    ai = v128.and(f32x4.mul(ai, inverseA), hasA);
    br = v128.bitselect(f32x4.mul(br, inverseB), one, hasB);
    bi = v128.and(f32x4.mul(bi, inverseB), hasB);
    const turnCos = f32x4.add(f32x4.mul(br, ar), f32x4.mul(bi, ai)), turnSin = f32x4.sub(f32x4.mul(bi, ar), f32x4.mul(br, ai));
    const x = f32x4.sub(f32x4.mul(c, turnCos), f32x4.mul(d, turnSin)), y = f32x4.add(f32x4.mul(c, turnSin), f32x4.mul(d, turnCos));
    // One Newton step keeps the phasor on the unit circle over hours of frames.
    const norm = f32x4.sub(threeHalves, f32x4.mul(half, f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y))));
    v128.store(cos + i, f32x4.mul(x, norm));
    v128.store(sin + i, f32x4.mul(y, norm));
  }
}
