// Gradients of weights: aᵀ·b over very many rows. Rows go through a few dozen at a time, so that both sides are packed once into the
// second cache and read there by every tile; parts of a number that the sizes alone decide are joined in order, whoever made them.
import { packPanels, tile1, tile4 } from "./gemm";
import { storePart } from "./vector";

/** Rows packed at a time. */
const BLOCK: i32 = 128;

/** Columns of a [count, P] in fours: [P/4][count][4]. What lies beyond column P is never used. */
function packColumns(a: usize, P: i32, count: i32, out: usize): void {
  const stride: usize = <usize>P << 2;
  for (let p = 0; p + 4 <= P; p += 4) {
    let from = a + (<usize>p << 2);
    for (let r = 0; r < count; r++) {
      v128.store(out, v128.load(from));
      out += 16;
      from += stride;
    }
  }
  const rest = P & 3;
  if (!rest) return;
  let from = a + (<usize>(P - rest) << 2);
  for (let r = 0; r < count; r++) {
    for (let i: usize = 0; i < <usize>rest; i++) store<f32>(out + (i << 2), load<f32>(from + (i << 2)));
    out += 16;
    from += stride;
  }
}

/** c [P, N] += aᵀ·b from packed sides. */
function addProduct(columns: usize, P: i32, panels: usize, N: i32, count: i32, c: usize): void {
  const ldc: usize = <usize>N << 2, tileBytes: usize = <usize>count << 4, panelBytes: usize = <usize>count << 5;
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
 * rounded up to 4)·BLOCK numbers a worker.
 */
export function weightSums(
  start: i32, end: i32, worker: i32, a: usize, P: i32, other: usize, Q: i32, b: usize, N: i32, rows: i32, per: i32,
  out: usize, outBytes: usize, scratch: usize, scratchBytes: usize,
): void {
  const panels = scratch + <usize>worker * scratchBytes;
  const columns = panels + (<usize>(((N + 7) & ~7) * BLOCK) << 2);
  for (let part = start; part < end; part++) {
    const first = out + <usize>part * outBytes, second = first + (<usize>(P * N) << 2), sums = second + (<usize>(Q * N) << 2);
    memory.fill(first, 0, <usize>((P + Q + 1) * N) << 2);
    const last = min(rows, (part + 1) * per);
    for (let r = part * per; r < last; r += BLOCK) {
      const count = min(BLOCK, last - r);
      packPanels(0, (N + 7) >> 3, worker, b + (<usize>(r * N) << 2), <usize>N << 2, 4, count, N, panels);
      packColumns(a + (<usize>(r * P) << 2), P, count, columns);
      addProduct(columns, P, panels, N, count, first);
      if (Q) {
        packColumns(other + (<usize>(r * Q) << 2), Q, count, columns);
        addProduct(columns, Q, panels, N, count, second);
      }
      addColumns(panels, N, count, sums);
    }
  }
}
