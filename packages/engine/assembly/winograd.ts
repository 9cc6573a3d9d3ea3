// Winograd's F(4×4, 3×3): a 3×3 convolution of stride 1 with 36 multiplications where the direct one needs 144. Points 0, ±1, ±2, ∞.
// forward   y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ x B)]A    filters' gradient   dg = Gᵀ[Σ (A dy Aᵀ) ⊙ (Bᵀ x B)]G    both over tiles of 4×4
// Channels lie in the vector's lanes. Source: Lavin & Gray 2016.
import { gemm } from "./gemm";
import { atLeast } from "./vector";

// @ts-ignore: decorator
@inline function mul(a: f32, v: v128): v128 { return f32x4.mul(f32x4.splat(a), v); }
// @ts-ignore: decorator
@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }

/** Bᵀ of six numbers `step` apart, stored `to` apart. */
// @ts-ignore: decorator
@inline function inputTransform(p: usize, step: usize, q: usize, to: usize): void {
  const d0 = v128.load(p), d1 = v128.load(p + step), d2 = v128.load(p + 2 * step);
  const d3 = v128.load(p + 3 * step), d4 = v128.load(p + 4 * step), d5 = v128.load(p + 5 * step);
  v128.store(q, add(sub(mul(4, d0), mul(5, d2)), d4));
  const a = sub(d4, mul(4, d2)), b = sub(d3, mul(4, d1));
  v128.store(q + to, add(a, b));
  v128.store(q + 2 * to, sub(a, b));
  const c = sub(d4, d2), d = mul(2, sub(d3, d1));
  v128.store(q + 3 * to, add(c, d));
  v128.store(q + 4 * to, sub(c, d));
  v128.store(q + 5 * to, add(sub(mul(4, d1), mul(5, d3)), d5));
}

/** A of four numbers: six. */
// @ts-ignore: decorator
@inline function outputSpread(p: usize, step: usize, q: usize, to: usize): void {
  const d0 = v128.load(p), d1 = v128.load(p + step), d2 = v128.load(p + 2 * step), d3 = v128.load(p + 3 * step);
  v128.store(q, d0);
  const e = add(d0, d2), o = add(d1, d3);
  v128.store(q + to, add(e, o));
  v128.store(q + 2 * to, sub(e, o));
  const e2 = add(d0, mul(4, d2)), o2 = add(mul(2, d1), mul(8, d3));
  v128.store(q + 3 * to, add(e2, o2));
  v128.store(q + 4 * to, sub(e2, o2));
  v128.store(q + 5 * to, d3);
}

/** Distance of the 36 planes of transformed tiles: off the powers of two by a cache line, or all 36 would share one cache set. */
// @ts-ignore: decorator
@inline function planeBytes(block: i32, channels: usize): usize { return <usize>block * (channels << 2) + 64; }

/** Where a tile's 6×6 (or 4×4) patch begins and how far its rows are apart: in the image, or in a zero-padded copy at the border. */
// @ts-ignore: decorator
@inline function bordered(from: usize, H: i32, W: i32, C: i32, h0: i32, w0: i32, size: i32, copy: usize): void {
  const bytes: usize = <usize>C << 2;
  memory.fill(copy, 0, <usize>(size * size) * bytes);
  const wa = max(0, -w0), wb = min(size, W - w0);
  if (wa >= wb) return;
  for (let i = max(0, -h0); i < min(size, H - h0); i++)
    memory.copy(copy + <usize>(i * size + wa) * bytes, from + <usize>((h0 + i) * W + w0 + wa) * bytes, <usize>(wb - wa) * bytes);
}

/** Tiles [t0, t0 + count) of Bᵀ x B into v [36][block][C]. buffer: 36 vectors, then a patch of 36·C numbers. */
function transformInputs(
  x: usize, v: usize, t0: i32, count: i32, block: i32, H: i32, W: i32, C: i32, pt: i32, pl: i32, th: i32, tw: i32, buffer: usize,
): void {
  const bytes: usize = <usize>C << 2, apart = planeBytes(block, C), patch = buffer + 36 * 16;
  for (let i = 0; i < count; i++) {
    const t = t0 + i, n = t / (th * tw), r = t % (th * tw);
    const h0 = (r / tw) * 4 - pt, w0 = (r % tw) * 4 - pl;
    const image = x + <usize>(n * H * W) * bytes;
    let p: usize, row: usize;
    if (h0 >= 0 && w0 >= 0 && h0 + 6 <= H && w0 + 6 <= W) {
      p = image + <usize>(h0 * W + w0) * bytes;
      row = <usize>W * bytes;
    } else {
      bordered(image, H, W, C, h0, w0, 6, patch);
      p = patch;
      row = 6 * bytes;
    }
    let o = v + <usize>i * bytes;
    for (let c = 0; c < C; c += 4) {
      for (let j: usize = 0; j < 6; j++) inputTransform(p + j * bytes, row, buffer + (j << 4), 96);
      for (let j: usize = 0; j < 6; j++) inputTransform(buffer + j * 96, 16, o + 6 * j * apart, apart);
      p += 16;
      o += 16;
    }
  }
}

/**
 * Blocks [start, end) of tiles: y = conv(x) (+ bias, ReLU if flags & 2). u: filters from `winogradFilters`.
 * scratch a worker: 36 vectors, 36·C numbers, then 36·(block·(C + K) + 32).
 */
export function winogradConvolve(
  start: i32, end: i32, worker: i32,
  x: usize, u: usize, y: usize, bias: usize, flags: i32, scratch: usize, scratchBytes: usize,
  tiles: i32, block: i32, H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, pt: i32, pl: i32, th: i32, tw: i32,
): void {
  const cb: usize = <usize>C << 2, kb: usize = <usize>K << 2;
  const buffer = scratch + <usize>worker * scratchBytes;
  const vs = planeBytes(block, C), ms = planeBytes(block, K);
  const v = buffer + 36 * 16 + 36 * cb, m = v + 36 * vs;
  const panelBytes = planeBytes(C, (K + 7) & ~7);
  const floor = f32x4.splat(flags & 2 ? 0 : -Infinity);
  for (let b = start; b < end; b++) {
    const t0 = b * block, count = min(block, tiles - t0);
    transformInputs(x, v, t0, count, block, H, W, C, pt, pl, th, tw, buffer);
    // Rows beyond the last tile hold numbers of earlier blocks: computed along, never read.
    for (let e: usize = 0; e < 36; e++)
      gemm(0, min(block, (count + 3) & ~3), worker, v + e * vs, cb, 4, u + e * panelBytes, m + e * ms, kb, C, K, 0, 0);
    for (let i = 0; i < count; i++) {
      const t = t0 + i, n = t / (th * tw), r = t % (th * tw);
      const h0 = (r / tw) * 4, w0 = (r % tw) * 4;
      const rows = min(4, Ho - h0), columns = min(4, Wo - w0);
      let p = m + <usize>i * kb;
      let o = y + <usize>((n * Ho + h0) * Wo + w0) * kb;
      for (let k: usize = 0; k < kb; k += 16) {
        for (let j: usize = 0; j < 6; j++) {
          const s = p + j * ms, s6 = 6 * ms, q = buffer + (j << 4);
          const m0 = v128.load(s), m1 = v128.load(s + s6), m2 = v128.load(s + 2 * s6);
          const m3 = v128.load(s + 3 * s6), m4 = v128.load(s + 4 * s6), m5 = v128.load(s + 5 * s6);
          const a = add(m1, m2), d = sub(m1, m2), f = add(m3, m4), g = sub(m3, m4);
          v128.store(q, add(add(m0, a), f));
          v128.store(q + 96, add(d, mul(2, g)));
          v128.store(q + 192, add(a, mul(4, f)));
          v128.store(q + 288, add(add(d, mul(8, g)), m5));
        }
        const more = bias ? v128.load(bias + k) : f32x4.splat(0);
        for (let j = 0; j < rows; j++) {
          const s = buffer + <usize>j * 96;
          const q = o + <usize>(j * Wo) * kb;
          const m0 = v128.load(s), m1 = v128.load(s + 16), m2 = v128.load(s + 32);
          const m3 = v128.load(s + 48), m4 = v128.load(s + 64), m5 = v128.load(s + 80);
          const a = add(m1, m2), d = sub(m1, m2), f = add(m3, m4), g = sub(m3, m4);
          v128.store(q, atLeast(floor, add(more, add(add(m0, a), f))));
          if (columns > 1) v128.store(q + kb, atLeast(floor, add(more, add(d, mul(2, g)))));
          if (columns > 2) v128.store(q + 2 * kb, atLeast(floor, add(more, add(a, mul(4, f)))));
          if (columns > 3) v128.store(q + 3 * kb, atLeast(floor, add(more, add(add(d, mul(8, g)), m5))));
        }
        p += 16;
        o += 16;
      }
    }
  }
}

/** G of three numbers: six, `to` apart. */
// @ts-ignore: decorator
@inline function filterTransform(g0: v128, g1: v128, g2: v128, q: usize, to: usize): void {
  v128.store(q, mul(0.25, g0));
  const a = mul(<f32>(-1.0 / 6.0), add(g0, g2)), b = mul(<f32>(1.0 / 6.0), g1);
  v128.store(q + to, sub(a, b));
  v128.store(q + 2 * to, add(a, b));
  const c = add(mul(<f32>(1.0 / 24.0), g0), mul(<f32>(1.0 / 6.0), g2)), d = mul(<f32>(1.0 / 12.0), g1);
  v128.store(q + 3 * to, add(c, d));
  v128.store(q + 4 * to, sub(c, d));
  v128.store(q + 5 * to, g2);
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
 * Input channels [start, end) of G g Gᵀ into panels [36][K/8][C][8]. Filters [3, 3, C, K]; flip takes them as the filters of the
 * input's gradient: turned by half, the channels' roles exchanged (C and K are then those of dy and dx).
 */
export function winogradFilters(start: i32, end: i32, worker: i32, filters: usize, C: i32, K: i32, flip: i32, out: usize, buffers: usize): void {
  const buffer = buffers + <usize>worker * 576;
  const tap: usize = <usize>(C * K) << 2;
  const panelBytes = planeBytes(C, (K + 7) & ~7);
  const sc: usize = flip ? 4 : <usize>K << 2, sk: usize = flip ? <usize>C << 2 : 4;
  for (let c = start; c < end; c++) {
    for (let k = 0; k < K; k += 4) {
      const p = filters + <usize>c * sc + <usize>k * sk;
      for (let j: usize = 0; j < 3; j++) {
        const first = flip ? 8 - j : j, step: usize = flip ? -(3 * tap) : 3 * tap;
        const s = p + first * tap;
        filterTransform(gather(s, sk), gather(s + step, sk), gather(s + 2 * step, sk), buffer + (j << 4), 48);
      }
      const o = out + <usize>((k >> 3) * C + c) * 32 + (<usize>(k & 7) << 2);
      for (let i: usize = 0; i < 6; i++) {
        const s = buffer + i * 48;
        filterTransform(v128.load(s), v128.load(s + 16), v128.load(s + 32), o + 6 * i * panelBytes, panelBytes);
      }
    }
  }
}

/**
 * Parts [start, end) of the filters' gradient before its last transform: Σ (A dy Aᵀ) ⊙ (Bᵀ x B) over the part's tiles into
 * out + i·outBytes as [36][C][K], planes a cache line apart. scratch a worker: 36 vectors, 36·max(C, K) numbers, then
 * 36·(block·(C + K rounded up to 8) + 32).
 */
export function winogradFilterSums(
  start: i32, end: i32, worker: i32,
  x: usize, dy: usize, out: usize, outBytes: usize, per: i32, scratch: usize, scratchBytes: usize,
  tiles: i32, block: i32, H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, pt: i32, pl: i32, th: i32, tw: i32,
): void {
  const cb: usize = <usize>C << 2, kb: usize = <usize>K << 2;
  const buffer = scratch + <usize>worker * scratchBytes;
  const v = buffer + 36 * 16 + 36 * max(cb, kb), vs = planeBytes(block, C), d = v + 36 * vs;
  const panelBytes = planeBytes(block, (K + 7) & ~7);
  for (let part = start; part < end; part++) {
    const own = out + <usize>part * outBytes;
    const first = part * per, last = min(tiles, first + per);
    for (let t0 = first; t0 < last; t0 += block) {
      const count = min(block, last - t0);
      transformInputs(x, v, t0, count, block, H, W, C, pt, pl, th, tw, buffer);
      if (K & 7) memory.fill(d, 0, 36 * panelBytes);
      transformGradients(dy, d, t0, count, Ho, Wo, K, th, tw, buffer, panelBytes);
      // Panels are [count][8] here, as long as this block of tiles is.
      for (let e: usize = 0; e < 36; e++)
        gemm(0, C, worker, v + e * vs, 4, cb, d + e * panelBytes, own + e * planeBytes(C, K), kb, count, K, 0, t0 == first ? 0 : 1);
    }
  }
}

/** Tiles of A dy Aᵀ into panels [36][K/8][count][8]. */
function transformGradients(
  dy: usize, d: usize, t0: i32, count: i32, Ho: i32, Wo: i32, K: i32, th: i32, tw: i32, buffer: usize, panelBytes: usize,
): void {
  const kb: usize = <usize>K << 2, patch = buffer + 36 * 16;
  for (let i = 0; i < count; i++) {
    const t = t0 + i, n = t / (th * tw), r = t % (th * tw);
    const h0 = (r / tw) * 4, w0 = (r % tw) * 4;
    const image = dy + <usize>(n * Ho * Wo) * kb;
    let p: usize, row: usize;
    if (h0 + 4 <= Ho && w0 + 4 <= Wo) {
      p = image + <usize>(h0 * Wo + w0) * kb;
      row = <usize>Wo * kb;
    } else {
      bordered(image, Ho, Wo, K, h0, w0, 4, patch);
      p = patch;
      row = 4 * kb;
    }
    for (let k = 0; k < K; k += 4) {
      for (let j: usize = 0; j < 4; j++) outputSpread(p + j * kb, row, buffer + (j << 4), 64);
      const o = d + <usize>((k >> 3) * count + i) * 32 + (<usize>(k & 7) << 2);
      for (let j: usize = 0; j < 6; j++) outputSpread(buffer + j * 64, 16, o + 6 * j * panelBytes, panelBytes);
      p += 16;
    }
  }
}

/** Input channels [start, end): Gᵀ (Σ parts) G as filters [3, 3, C, K]. */
export function winogradFilterGradient(
  start: i32, end: i32, worker: i32, parts: usize, count: i32, outBytes: usize, C: i32, K: i32, out: usize, buffers: usize,
): void {
  const buffer = buffers + <usize>worker * 1152;
  const kb: usize = <usize>K << 2, apart: usize = <usize>C * kb;
  for (let c = start; c < end; c++) {
    for (let k = 0; k < K; k += 4) {
      const at = <usize>c * kb + (<usize>k << 2);
      for (let e: usize = 0; e < 36; e++) {
        let p = parts + e * planeBytes(C, K) + at;
        let s = v128.load(p);
        for (let i = 1; i < count; i++) { p += outBytes; s = add(s, v128.load(p)); }
        v128.store(buffer + (e << 4), s);
      }
      const half = buffer + 576;
      for (let j: usize = 0; j < 6; j++) filterGather(buffer + (j << 4), 96, half + (j << 4), 96);
      for (let i: usize = 0; i < 3; i++) filterGather(half + i * 96, 16, out + 3 * i * apart + at, apart);
    }
  }
}

/** Gᵀ of six numbers: three. */
// @ts-ignore: decorator
@inline function filterGather(p: usize, step: usize, q: usize, to: usize): void {
  const m0 = v128.load(p), m1 = v128.load(p + step), m2 = v128.load(p + 2 * step);
  const m3 = v128.load(p + 3 * step), m4 = v128.load(p + 4 * step), m5 = v128.load(p + 5 * step);
  const a = add(m1, m2), b = sub(m2, m1), c = add(m3, m4), d = sub(m3, m4);
  v128.store(q, add(sub(mul(0.25, m0), mul(<f32>(1.0 / 6.0), a)), mul(<f32>(1.0 / 24.0), c)));
  v128.store(q + to, add(mul(<f32>(1.0 / 6.0), b), mul(<f32>(1.0 / 12.0), d)));
  v128.store(q + 2 * to, add(add(mul(<f32>(-1.0 / 6.0), a), mul(<f32>(1.0 / 6.0), c)), m5));
}
