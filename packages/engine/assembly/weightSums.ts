// Gradients of weights: aᵀ·b over very many rows. Rows go through a few dozen at a time, so that both sides are packed once into the
// second cache and read there by every tile; parts of a number that the sizes alone decide are joined in order, whoever made them.
import { tile1, tile4 } from "./gemm";
import { loadPart, storePart } from "./vector";

/** Rows packed at a time. */
const BLOCK: i32 = 128;
/** Bytes between packed strips beyond their own: a power of two between them would put all into the same few sets of the first cache. */
const APART: usize = 64;

/** Columns of [count, P] in strips of four: [P/4][count][4], row by row as memory lies, zero beyond column P. */
function packFours(a: usize, P: i32, count: i32, out: usize): void {
  const apart = (<usize>count << 4) + APART, whole = a + (<usize>(P & ~3) << 2), rest = P & 3;
  const skip = (<usize>P << 2) - (whole - a);
  let from = a, end = whole;
  for (let r = 0; r < count; r++) {
    let to = out;
    for (; from < end; from += 16) {
      v128.store(to, v128.load(from));
      to += apart;
    }
    if (rest) v128.store(to, loadPart(from, rest));
    from += skip;
    end = from + (whole - a);
    out += 16;
  }
}

/** Columns of [count, N] in strips of eight alike. */
function packEights(b: usize, N: i32, count: i32, out: usize): void {
  const apart = (<usize>count << 5) + APART, rest = N & 7;
  for (let r = 0; r < count; r++) {
    let to = out;
    for (const end = b + (<usize>(N & ~7) << 2); b < end; b += 32) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
      to += apart;
    }
    if (rest) {
      v128.store(to, loadPart(b, rest));
      v128.store(to, loadPart(b + 16, rest - 4), 16);
      b += <usize>rest << 2;
    }
    out += 32;
  }
}

/** c [P, N] += aᵀ·b from packed sides. */
function addProduct(columns: usize, P: i32, panels: usize, N: i32, count: i32, c: usize): void {
  const ldc: usize = <usize>N << 2, tileBytes: usize = (<usize>count << 4) + APART, panelBytes: usize = (<usize>count << 5) + APART;
  for (let n = 0; n < N; n += 8) {
    const b = panels + <usize>(n >> 3) * panelBytes;
    const width = min(8, N - n);
    let a = columns, to = c + (<usize>n << 2);
    let p = 0;
    for (; p + 4 <= P; p += 4) {
      if (width == 8) tile4(a, 4, 16, b, to, ldc, count, 8, true, 0, false);
      else tile4(a, 4, 16, b, to, ldc, count, width, true, 0, false);
      a += tileBytes;
      to += ldc << 2;
    }
    for (; p < P; p++) {
      tile1(a, 16, b, to, count, width, true, 0, false);
      a += 4;
      to += ldc;
    }
  }
}

/** sums [N] += columns of packed b. */
function addColumns(panels: usize, N: i32, count: i32, sums: usize): void {
  let p = panels;
  for (let n = 0; n < N; n += 8) {
    let s0 = f32x4.splat(0), s1 = s0;
    for (let r = 0; r < count; r++) {
      s0 = f32x4.add(s0, v128.load(p));
      s1 = f32x4.add(s1, v128.load(p, 16));
      p += 32;
    }
    p += APART;
    const to = sums + (<usize>n << 2), width = N - n;
    add(to, s0, width);
    if (width > 4) add(to + 16, s1, width - 4);
  }
}

// @ts-ignore: decorator
@inline function add(to: usize, v: v128, width: i32): void {
  if (width >= 4) v128.store(to, f32x4.add(v128.load(to), v));
  else {
    let old = f32x4.splat(0);
    if (width > 0) old = v128.load_lane<f32>(to, old, 0);
    if (width > 1) old = v128.load_lane<f32>(to, old, 1, 4);
    if (width > 2) old = v128.load_lane<f32>(to, old, 2, 8);
    storePart(to, f32x4.add(old, v), width);
  }
}

/**
 * Parts [start, end): part i sums rows [i·per, (i+1)·per) into out + i·outBytes: first aᵀ·b [P, N], then otherᵀ·b [Q, N], then the
 * columns of b [N]. a [rows, P], other [rows, Q] (Q may be 0), b [rows, N]. scratch: (N rounded up to 8 + the larger of P and Q
 * rounded up to 4)·BLOCK numbers a worker, and APART bytes for each of their strips.
 */
export function weightSums(
  start: i32, end: i32, worker: i32, a: usize, P: i32, other: usize, Q: i32, b: usize, N: i32, rows: i32, per: i32,
  out: usize, outBytes: usize, scratch: usize, scratchBytes: usize,
): void {
  const panels = scratch + <usize>worker * scratchBytes;
  const columns = panels + <usize>((N + 7) >> 3) * ((<usize>BLOCK << 5) + APART);
  for (let part = start; part < end; part++) {
    const first = out + <usize>part * outBytes, second = first + (<usize>(P * N) << 2), sums = second + (<usize>(Q * N) << 2);
    memory.fill(first, 0, <usize>((P + Q + 1) * N) << 2);
    const last = min(rows, (part + 1) * per);
    for (let r = part * per; r < last; r += BLOCK) {
      const count = min(BLOCK, last - r);
      packEights(b + (<usize>(r * N) << 2), N, count, panels);
      packFours(a + (<usize>(r * P) << 2), P, count, columns);
      addProduct(columns, P, panels, N, count, first);
      if (Q) {
        packFours(other + (<usize>(r * Q) << 2), Q, count, columns);
        addProduct(columns, Q, panels, N, count, second);
      }
      addColumns(panels, N, count, sums);
    }
  }
}
