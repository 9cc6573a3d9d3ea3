// A picture doubled by nearest neighbours and then convolved by 3×3, without the doubled picture. Along each axis four outputs depend on four
// inputs, s₋₁ … s₂, and need five products where plain 3×3 taps take twelve and Winograd's F(4, 3), blind to the doubling, six:
//   with a = w₀, b = w₁ + w₂, c = w₀ + w₁, d = w₂:
//   y₀ = P + A − B   y₁ = P + C   y₂ = P + B   y₃ = P + D − C
//   A = a(s₋₁ − s₁)   P = ½(a + b)(s₀ + s₁)   B = ½(b − a)(s₁ − s₀)   C = ½(d − c)(s₁ − s₀)   D = d(s₂ − s₀)
// So tiles of 2×2 pixels make 4×4 outputs by 25 products of 16 transformed inputs, and no factor is beyond 1. The gradients are the
// transposed maps. Channels lie in the vector's lanes.
import { gemm } from "./gemm";
import { atLeast } from "./vector";

// @ts-ignore: decorator
@inline export function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
// @ts-ignore: decorator
@inline export function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }

/** Distance of planes, off the powers of two by a cache line. */
// @ts-ignore: decorator
@inline export function planeBytes(block: i32, channels: usize): usize { return <usize>block * (channels << 2) + 64; }

/** Which transformed input a product (A, P, B, C, D) reads. */
// @ts-ignore: decorator
@inline export function planeOf(product: i32): i32 { return product - (product > 2 ? 1 : 0); }

/** Four inputs `step` apart → s₋₁ − s₁, s₀ + s₁, s₁ − s₀, s₂ − s₀, `to` apart. */
// @ts-ignore: decorator
@inline function inputTransform(p: usize, step: usize, q: usize, to: usize): void {
  const a = v128.load(p), b = v128.load(p + step), c = v128.load(p + 2 * step), d = v128.load(p + 3 * step);
  v128.store(q, sub(a, c));
  v128.store(q + to, add(b, c));
  v128.store(q + 2 * to, sub(c, b));
  v128.store(q + 3 * to, sub(d, b));
}

/** Four gradients of outputs → five of products. */
// @ts-ignore: decorator
@inline function outputSpread(p: usize, step: usize, q: usize, to: usize): void {
  const a = v128.load(p), b = v128.load(p + step), c = v128.load(p + 2 * step), d = v128.load(p + 3 * step);
  v128.store(q, a);
  v128.store(q + to, add(add(a, b), add(c, d)));
  v128.store(q + 2 * to, sub(c, a));
  v128.store(q + 3 * to, sub(b, d));
  v128.store(q + 4 * to, d);
}

/** A tile's patch, with zeros where it reaches beyond the picture: where it begins; `rowOf` says how far its rows are apart. */
// @ts-ignore: decorator
@inline function patchOf(image: usize, H: i32, W: i32, C: i32, h0: i32, w0: i32, copy: usize): usize {
  const bytes: usize = <usize>C << 2;
  if (h0 >= 0 && w0 >= 0 && h0 + 4 <= H && w0 + 4 <= W) return image + <usize>(h0 * W + w0) * bytes;
  memory.fill(copy, 0, 16 * bytes);
  const left = max(0, -w0), right = min(4, W - w0);
  for (let i = max(0, -h0); i < min(4, H - h0); i++)
    memory.copy(copy + <usize>(i * 4 + left) * bytes, image + <usize>((h0 + i) * W + w0 + left) * bytes, <usize>(right - left) * bytes);
  return copy;
}

/** Tiles [t0, t0 + count) of x as planes [16][block][C]. buffer: 20 vectors, then a patch of 16·C numbers. */
export function transformInputs(x: usize, v: usize, t0: i32, count: i32, block: i32, H: i32, W: i32, C: i32, th: i32, tw: i32, buffer: usize): void {
  const bytes: usize = <usize>C << 2, apart = planeBytes(block, C), copy = buffer + 320;
  for (let i = 0; i < count; i++) {
    const t = t0 + i, n = t / (th * tw), r = t % (th * tw);
    let p = patchOf(x + <usize>(n * H * W) * bytes, H, W, C, (r / tw) * 2 - 1, (r % tw) * 2 - 1, copy);
    const row: usize = p == copy ? 4 * bytes : <usize>W * bytes;
    let o = v + <usize>i * bytes;
    for (const stop = o + bytes; o < stop; o += 16) {
      for (let j: usize = 0; j < 4; j++) inputTransform(p + j * bytes, row, buffer + (j << 4), 64);
      for (let j: usize = 0; j < 4; j++) inputTransform(buffer + (j << 6), 16, o + 4 * j * apart, apart);
      p += 16;
    }
  }
}

/** Tiles [t0, t0 + count) of dy: number e of 25 of a tile at d + e·apart, row-major or in panels of eight columns. */
export function transformGradients(
  dy: usize, d: usize, t0: i32, count: i32, apart: usize, panels: bool, Ho: i32, Wo: i32, K: i32, th: i32, tw: i32, buffer: usize,
): void {
  const bytes: usize = <usize>K << 2, copy = buffer + 320;
  for (let i = 0; i < count; i++) {
    const t = t0 + i, n = t / (th * tw), r = t % (th * tw);
    let p = patchOf(dy + <usize>(n * Ho * Wo) * bytes, Ho, Wo, K, (r / tw) * 4, (r % tw) * 4, copy);
    const row: usize = p == copy ? 4 * bytes : <usize>Wo * bytes;
    for (let k = 0; k < K; k += 4) {
      for (let j: usize = 0; j < 4; j++) outputSpread(p + j * bytes, row, buffer + (j << 4), 64);
      const o = d + (panels ? <usize>((k >> 3) * count + i) * 32 + (<usize>(k & 7) << 2) : <usize>i * bytes + (<usize>k << 2));
      for (let j: usize = 0; j < 5; j++) outputSpread(buffer + (j << 6), 16, o + 5 * j * apart, apart);
      p += 16;
    }
  }
}

/**
 * Blocks [start, end) of tiles: y [n, 2H, 2W, K] (+ bias, ReLU if flags & 2). u: filters from `upsampleFilters`.
 * scratch a worker: 20 vectors, 16·C numbers, then 16·(block·C + 16) and 25·(block·K + 16).
 */
export function upsampleConvolve(
  start: i32, end: i32, worker: i32, x: usize, u: usize, y: usize, bias: usize, flags: i32, scratch: usize, scratchBytes: usize,
  tiles: i32, block: i32, H: i32, W: i32, C: i32, K: i32, th: i32, tw: i32,
): void {
  const cb: usize = <usize>C << 2, kb: usize = <usize>K << 2;
  const buffer = scratch + <usize>worker * scratchBytes, vs = planeBytes(block, C), ms = planeBytes(block, K);
  const v = buffer + 320 + 16 * cb, m = v + 16 * vs;
  const panelBytes = planeBytes(C, (K + 7) & ~7);
  const floor = f32x4.splat(flags & 2 ? 0 : -Infinity);
  for (let b = start; b < end; b++) {
    const t0 = b * block, count = min(block, tiles - t0);
    transformInputs(x, v, t0, count, block, H, W, C, th, tw, buffer);
    // Rows beyond the last tile hold numbers of earlier blocks: computed along, never read.
    const rows = min(block, (count + 3) & ~3);
    for (let i = 0; i < 5; i++)
      for (let j = 0; j < 5; j++) {
        const e = <usize>(i * 5 + j);
        gemm(0, rows, worker, v + <usize>(planeOf(i) * 4 + planeOf(j)) * vs, cb, 4, u + e * panelBytes, m + e * ms, kb, C, K, 0, 0);
      }
    for (let i = 0; i < count; i++) {
      const t = t0 + i, n = t / (th * tw), r = t % (th * tw), h = (r / tw) * 4, w = (r % tw) * 4;
      const bottom = min(4, 2 * H - h), right = min(4, 2 * W - w);
      let p = m + <usize>i * kb, o = y + <usize>((n * 2 * H + h) * 2 * W + w) * kb;
      for (let k: usize = 0; k < kb; k += 16) {
        for (let j: usize = 0; j < 5; j++) {
          const s = p + j * ms, q = buffer + (j << 4), s5 = 5 * ms;
          const A = v128.load(s), P = v128.load(s + s5), B = v128.load(s + 2 * s5), D = v128.load(s + 3 * s5), E = v128.load(s + 4 * s5);
          v128.store(q, add(P, sub(A, B)));
          v128.store(q + 80, add(P, D));
          v128.store(q + 160, add(P, B));
          v128.store(q + 240, add(P, sub(E, D)));
        }
        const more = bias ? v128.load(bias + k) : f32x4.splat(0);
        for (let j = 0; j < bottom; j++) {
          const s = buffer + <usize>j * 80, q = o + <usize>(j * 2 * W) * kb;
          const A = v128.load(s), P = add(more, v128.load(s, 16)), B = v128.load(s, 32), D = v128.load(s, 48), E = v128.load(s, 64);
          v128.store(q, atLeast(floor, add(P, sub(A, B))));
          v128.store(q + kb, atLeast(floor, add(P, D)));
          if (right > 2) {
            v128.store(q + 2 * kb, atLeast(floor, add(P, B)));
            v128.store(q + 3 * kb, atLeast(floor, add(P, sub(E, D))));
          }
        }
        p += 16;
        o += 16;
      }
    }
  }
}

/**
 * Groups [start, end) of `per` images: the gradient of x from dy [n, 2H, 2W, K]. u: filters from `upsampleFilters`, turned.
 * scratch a worker: 20 vectors, 16·max(C, K) numbers, then 25·(block·K + 16) and 16·(block·C + 16).
 */
export function upsampleInputGradient(
  start: i32, end: i32, worker: i32, dy: usize, u: usize, dx: usize, images: i32, per: i32, scratch: usize, scratchBytes: usize,
  block: i32, H: i32, W: i32, C: i32, K: i32, th: i32, tw: i32,
): void {
  const cb: usize = <usize>C << 2, kb: usize = <usize>K << 2;
  const buffer = scratch + <usize>worker * scratchBytes, ds = planeBytes(block, K), vs = planeBytes(block, C);
  const d = buffer + 320 + 16 * max(cb, kb), v = d + 25 * ds;
  const panelBytes = planeBytes(K, (C + 7) & ~7);
  for (let g = start; g < end; g++) {
    const last = min(images, (g + 1) * per) * th * tw;
    memory.fill(dx + <usize>(g * per * H * W) * cb, 0, <usize>((last / (th * tw) - g * per) * H * W) * cb);
    for (let t0 = g * per * th * tw; t0 < last; t0 += block) {
      const count = min(block, last - t0), rows = min(block, (count + 3) & ~3);
      transformGradients(dy, d, t0, count, ds, false, 2 * H, 2 * W, K, th, tw, buffer);
      for (let i = 0; i < 5; i++)
        for (let j = 0; j < 5; j++) {
          const e = <usize>(i * 5 + j), more = i == 3 || j == 3 ? 1 : 0;
          gemm(0, rows, worker, d + e * ds, kb, 4, u + e * panelBytes, v + <usize>(planeOf(i) * 4 + planeOf(j)) * vs, cb, K, C, 0, more);
        }
      for (let i = 0; i < count; i++) {
        const t = t0 + i, n = t / (th * tw), r = t % (th * tw);
        scatter(v + <usize>i * cb, vs, dx + <usize>(n * H * W) * cb, H, W, cb, (r / tw) * 2 - 1, (r % tw) * 2 - 1, buffer);
      }
    }
  }
}

/** A tile's 16 planes, back through the input transform, onto the 4×4 pixels that it came from. */
// @ts-ignore: decorator
@inline function scatter(v: usize, vs: usize, image: usize, H: i32, W: i32, bytes: usize, h0: i32, w0: i32, buffer: usize): void {
  for (let c: usize = 0; c < bytes; c += 16) {
    for (let j: usize = 0; j < 4; j++) inputGather(v + c + j * vs, 4 * vs, buffer + (j << 4), 64);
    for (let i = max(0, -h0); i < min(4, H - h0); i++) {
      const s = buffer + (<usize>i << 6), q = image + <usize>((h0 + i) * W + w0) * bytes + c;
      const a = v128.load(s), p = v128.load(s, 16), b = v128.load(s, 32), d = v128.load(s, 48);
      if (w0 >= 0) plus(q, a);
      plus(q + bytes, sub(sub(p, b), d));
      if (w0 + 2 < W) plus(q + 2 * bytes, sub(add(p, b), a));
      if (w0 + 3 < W) plus(q + 3 * bytes, d);
    }
  }
}

// @ts-ignore: decorator
@inline function plus(to: usize, v: v128): void { v128.store(to, add(v128.load(to), v)); }

/** The transposed input transform. */
// @ts-ignore: decorator
@inline function inputGather(p: usize, step: usize, q: usize, to: usize): void {
  const a = v128.load(p), s = v128.load(p + step), b = v128.load(p + 2 * step), d = v128.load(p + 3 * step);
  v128.store(q, a);
  v128.store(q + to, sub(sub(s, b), d));
  v128.store(q + 2 * to, sub(add(s, b), a));
  v128.store(q + 3 * to, d);
}
