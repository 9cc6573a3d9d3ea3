// The filters of a convolution of a doubled picture (see upsample.ts): transformed once for each use, and their gradient.
import { gemm } from "./gemm";
import { add, planeBytes, planeOf, sub, transformGradients, transformInputs } from "./upsample";

// @ts-ignore: decorator
@inline function half(v: v128): v128 { return f32x4.mul(f32x4.splat(0.5), v); }

/** Three taps → a, ½(a + b), ½(b − a), ½(d − c), d. */
// @ts-ignore: decorator
@inline function filterTransform(w0: v128, w1: v128, w2: v128, q: usize, to: usize): void {
  const outer = sub(w2, w0);
  v128.store(q, w0);
  v128.store(q + to, half(add(add(w0, w2), w1)));
  v128.store(q + 2 * to, half(add(outer, w1)));
  v128.store(q + 3 * to, half(sub(outer, w1)));
  v128.store(q + 4 * to, w2);
}

// @ts-ignore: decorator
@inline function gather(p: usize, step: usize): v128 {
  if (step == 4) return v128.load(p);
  let v = v128.load32_zero(p);
  v = v128.load_lane<f32>(p + step, v, 1);
  v = v128.load_lane<f32>(p + 2 * step, v, 2);
  return v128.load_lane<f32>(p + 3 * step, v, 3);
}

/**
 * Rows [start, end) of the 25 transformed filters as panels [25][N/8][R][8]: R inputs by N outputs, or turned, outputs by inputs, for the
 * gradient of x. Filters [3, 3, C, K]. buffers: 15 vectors a worker.
 */
export function upsampleFilters(start: i32, end: i32, worker: i32, filters: usize, C: i32, K: i32, turned: i32, out: usize, buffers: usize): void {
  const buffer = buffers + <usize>worker * 256, kb: usize = <usize>K << 2, tap: usize = <usize>C * kb;
  const R = turned ? K : C, N = turned ? C : K;
  const panelBytes = planeBytes(R, (N + 7) & ~7);
  for (let r = start; r < end; r++) {
    for (let n = 0; n < N; n += 4) {
      const from = filters + (turned ? <usize>n * kb + (<usize>r << 2) : <usize>r * kb + (<usize>n << 2)), step = turned ? kb : 4;
      for (let j: usize = 0; j < 3; j++) {
        const p = from + j * tap;
        filterTransform(gather(p, step), gather(p + 3 * tap, step), gather(p + 6 * tap, step), buffer + (j << 4), 48);
      }
      const o = out + <usize>((n >> 3) * R + r) * 32 + (<usize>(n & 7) << 2);
      for (let i: usize = 0; i < 5; i++) {
        const s = buffer + 48 * i;
        filterTransform(v128.load(s), v128.load(s, 16), v128.load(s, 32), o + 5 * i * panelBytes, panelBytes);
      }
    }
  }
}

/**
 * Parts [start, end) of the filters' gradient before its last transform, over `per` tiles each, into out + i·outBytes as [25][C][K], planes a cache line apart.
 * scratch a worker: 20 vectors, 16·max(C, K) numbers, then 16·(block·C + 16) and 25·(block·(K rounded up to 8) + 16).
 */
export function upsampleFilterSums(
  start: i32, end: i32, worker: i32, x: usize, dy: usize, out: usize, outBytes: usize, per: i32, scratch: usize, scratchBytes: usize,
  tiles: i32, block: i32, H: i32, W: i32, C: i32, K: i32, th: i32, tw: i32,
): void {
  const cb: usize = <usize>C << 2, kb: usize = <usize>K << 2;
  const buffer = scratch + <usize>worker * scratchBytes, vs = planeBytes(block, C), ds = planeBytes(block, (K + 7) & ~7);
  const v = buffer + 320 + 16 * max(cb, kb), d = v + 16 * vs;
  for (let part = start; part < end; part++) {
    const own = out + <usize>part * outBytes, first = part * per, last = min(tiles, first + per);
    for (let t0 = first; t0 < last; t0 += block) {
      const count = min(block, last - t0);
      transformInputs(x, v, t0, count, block, H, W, C, th, tw, buffer);
      if (K & 7) memory.fill(d, 0, 25 * ds);
      transformGradients(dy, d, t0, count, ds, true, 2 * H, 2 * W, K, th, tw, buffer);
      // Panels are [count][8] here, as long as this block of tiles is.
      for (let i = 0; i < 5; i++)
        for (let j = 0; j < 5; j++) {
          const e = <usize>(i * 5 + j);
          gemm(0, C, worker, v + <usize>(planeOf(i) * 4 + planeOf(j)) * vs, 4, cb, d + e * ds, own + e * planeBytes(C, K), kb, count, K, 0, t0 == first ? 0 : 1);
        }
    }
  }
}

/** Input channels [start, end): the joined parts as filters [3, 3, C, K]. buffers: 40 vectors a worker. */
export function upsampleFilterGradient(
  start: i32, end: i32, worker: i32, parts: usize, count: i32, outBytes: usize, C: i32, K: i32, out: usize, buffers: usize,
): void {
  const buffer = buffers + <usize>worker * 640, rows = buffer + 400;
  const kb: usize = <usize>K << 2, apart: usize = <usize>C * kb;
  for (let c = start; c < end; c++) {
    for (let k: usize = 0; k < kb; k += 16) {
      const at = <usize>c * kb + k;
      for (let e: usize = 0; e < 25; e++) {
        let p = parts + e * planeBytes(C, K) + at, s = v128.load(p);
        for (let i = 1; i < count; i++) { p += outBytes; s = add(s, v128.load(p)); }
        v128.store(buffer + (e << 4), s);
      }
      for (let j: usize = 0; j < 5; j++) filterGather(buffer + (j << 4), 80, rows + (j << 4), 80);
      for (let i: usize = 0; i < 3; i++) filterGather(rows + 80 * i, 16, out + 3 * i * apart + at, apart);
    }
  }
}

/** The transposed filter transform. */
// @ts-ignore: decorator
@inline function filterGather(p: usize, step: usize, q: usize, to: usize): void {
  const a = v128.load(p), s = v128.load(p + step), b = v128.load(p + 2 * step), c = v128.load(p + 3 * step), d = v128.load(p + 4 * step);
  v128.store(q, add(a, half(sub(sub(s, b), c))));
  v128.store(q + to, half(sub(add(s, b), c)));
  v128.store(q + 2 * to, add(d, half(add(add(s, b), c))));
}
