// Matrix product C = A·B (+ bias, ReLU) on panels of eight columns. A is read through two strides, so its transpose needs no copy.
// Every element is one chain of multiply–adds in rising k, whatever the tile or the thread: results do not depend on either.
import { atLeast, loadPart, madd, storePart } from "./vector";

/** k steps between visits of the same tile: a panel block (8 kB) and the rows it meets stay in the first cache. */
const BLOCK_K: i32 = 256;
/** Rows between visits of the same panel: with BLOCK_K, 64 kB of A. */
const BLOCK_M: i32 = 64;

/**
 * Panels [start, end) of B: panel p holds columns 8p to 8p + 7 as [K][8], zero beyond N.
 * Element (k, n) is at b + k·sk + n·sn (bytes).
 */
export function packPanels(start: i32, end: i32, worker: i32, b: usize, sk: usize, sn: usize, K: i32, N: i32, out: usize): void {
  for (let p = start; p < end; p++) {
    let o = out + ((<usize>p * <usize>K) << 5);
    const columns = min(8, N - (p << 3));
    let s = b + <usize>(p << 3) * sn;
    if (columns == 8 && sn == 4) {
      for (let k = 0; k < K; k++) {
        v128.store(o, v128.load(s));
        v128.store(o, v128.load(s, 16), 16);
        o += 32;
        s += sk;
      }
    } else if (columns == 8 && sk == 4) {
      let k = 0;
      for (; k + 4 <= K; k += 4) {
        transpose4(s, sn, o);
        transpose4(s + 4 * sn, sn, o + 16);
        o += 128;
        s += 16;
      }
      for (; k < K; k++) {
        for (let n: usize = 0; n < 8; n++) store<f32>(o + (n << 2), load<f32>(s + n * sn));
        o += 32;
        s += 4;
      }
    } else {
      for (let k = 0; k < K; k++) {
        memory.fill(o, 0, 32);
        for (let n = 0; n < columns; n++) store<f32>(o + (<usize>n << 2), load<f32>(s + <usize>n * sn));
        o += 32;
        s += sk;
      }
    }
  }
}

/** Four rows of four become four columns, 32 bytes apart. */
// @ts-ignore: decorator
@inline function transpose4(s: usize, stride: usize, o: usize): void {
  const a = v128.load(s), b = v128.load(s + stride), c = v128.load(s + 2 * stride), d = v128.load(s + 3 * stride);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(o, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
  v128.store(o, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7), 32);
  v128.store(o, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), 64);
  v128.store(o, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7), 96);
}

/**
 * Rows [start, end) of C (row stride ldc bytes) from A (element (m, k) at a + m·sm + k·sk) and the panels of B.
 * flags: 1 adds to what C holds, 2 applies ReLU. bias: N numbers, or 0.
 */
export function gemm(
  start: i32, end: i32, worker: i32,
  a: usize, sm: usize, sk: usize, panels: usize, c: usize, ldc: usize, K: i32, N: i32, bias: usize, flags: i32,
): void {
  const panelBytes = <usize>K << 5;
  for (let m0 = start; m0 < end; m0 += BLOCK_M) {
    const m1 = min(end, m0 + BLOCK_M);
    for (let k0 = 0; k0 < K; k0 += BLOCK_K) {
      const count = min(BLOCK_K, K - k0);
      const more = k0 > 0 || (flags & 1) != 0;
      const clip = (flags & 2) != 0 && k0 + count == K;
      const ak = a + <usize>k0 * sk;
      for (let n = 0; n < N; n += 8) {
        const b = panels + <usize>(n >> 3) * panelBytes + (<usize>k0 << 5);
        const columns = min(8, N - n);
        const add = !more && bias ? bias + (<usize>n << 2) : 0;
        let m = m0;
        // The two cases that fill a training step, without the questions that the others ask at every tile.
        if (columns == 8 && !clip && !add) {
          if (more) for (; m + 4 <= m1; m += 4) tile4(ak + <usize>m * sm, sm, sk, b, c + <usize>m * ldc + (<usize>n << 2), ldc, count, 8, true, 0, false);
          else for (; m + 4 <= m1; m += 4) tile4(ak + <usize>m * sm, sm, sk, b, c + <usize>m * ldc + (<usize>n << 2), ldc, count, 8, false, 0, false);
        }
        for (; m + 4 <= m1; m += 4)
          tile4(ak + <usize>m * sm, sm, sk, b, c + <usize>m * ldc + (<usize>n << 2), ldc, count, columns, more, add, clip);
        for (; m < m1; m++)
          tile1(ak + <usize>m * sm, sk, b, c + <usize>m * ldc + (<usize>n << 2), count, columns, more, add, clip);
      }
    }
  }
}

/** Products [start, end) of a batch, each with a right side of its own (element (k, n) at b + k·skb + n·snb), packed by who needs it. */
export function batchGemm(
  start: i32, end: i32, worker: i32, a: usize, aBytes: usize, sm: usize, sk: usize, b: usize, bBytes: usize, skb: usize, snb: usize,
  c: usize, M: i32, K: i32, N: i32, scratch: usize, scratchBytes: usize,
): void {
  const panels = scratch + <usize>worker * scratchBytes;
  for (let i = start; i < end; i++) {
    packPanels(0, (N + 7) >> 3, worker, b + <usize>i * bBytes, skb, snb, K, N, panels);
    gemm(0, M, worker, a + <usize>i * aBytes, sm, sk, panels, c + (<usize>i * <usize>(M * N) << 2), <usize>N << 2, K, N, 0, 0);
  }
}

// @ts-ignore: decorator
@inline function get(p: usize, columns: i32): v128 {
  return columns >= 4 ? v128.load(p) : loadPart(p, columns);
}

// @ts-ignore: decorator
@inline function put(p: usize, v: v128, columns: i32, clip: bool): void {
  if (clip) v = atLeast(f32x4.splat(0), v);
  if (columns >= 4) v128.store(p, v);
  else storePart(p, v, columns);
}

/** Four rows by eight columns: the largest tile that V8 keeps in registers, and faster not unrolled. */
// @ts-ignore: decorator
@inline export function tile4(
  a: usize, sm: usize, sk: usize, b: usize, c: usize, ldc: usize, K: i32, columns: i32, more: bool, bias: usize, clip: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  const right = columns - 4;
  if (more) {
    c00 = get(c, columns); c01 = get(c + 16, right);
    c10 = get(c + ldc, columns); c11 = get(c + ldc + 16, right);
    c20 = get(c + 2 * ldc, columns); c21 = get(c + 2 * ldc + 16, right);
    c30 = get(c + 3 * ldc, columns); c31 = get(c + 3 * ldc + 16, right);
  } else if (bias) {
    c00 = get(bias, columns); c01 = get(bias + 16, right);
    c10 = c00; c11 = c01; c20 = c00; c21 = c01; c30 = c00; c31 = c01;
  }
  const end = b + (<usize>K << 5);
  const sm2 = sm + sm, sm3 = sm2 + sm;
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const s0 = v128.load32_splat(a);
    c00 = madd(s0, b0, c00);
    c01 = madd(s0, b1, c01);
    const s1 = v128.load32_splat(a + sm);
    c10 = madd(s1, b0, c10);
    c11 = madd(s1, b1, c11);
    const s2 = v128.load32_splat(a + sm2);
    c20 = madd(s2, b0, c20);
    c21 = madd(s2, b1, c21);
    const s3 = v128.load32_splat(a + sm3);
    c30 = madd(s3, b0, c30);
    c31 = madd(s3, b1, c31);
    a += sk;
    b += 32;
  }
  put(c, c00, columns, clip); put(c + 16, c01, right, clip);
  put(c + ldc, c10, columns, clip); put(c + ldc + 16, c11, right, clip);
  put(c + 2 * ldc, c20, columns, clip); put(c + 2 * ldc + 16, c21, right, clip);
  put(c + 3 * ldc, c30, columns, clip); put(c + 3 * ldc + 16, c31, right, clip);
}

// @ts-ignore: decorator
@inline export function tile1(a: usize, sk: usize, b: usize, c: usize, K: i32, columns: i32, more: bool, bias: usize, clip: bool): void {
  let c0 = f32x4.splat(0), c1 = c0;
  const right = columns - 4;
  if (more) {
    c0 = get(c, columns); c1 = get(c + 16, right);
  } else if (bias) {
    c0 = get(bias, columns); c1 = get(bias + 16, right);
  }
  const end = b + (<usize>K << 5);
  while (b < end) {
    const s = v128.load32_splat(a);
    c0 = madd(s, v128.load(b), c0);
    c1 = madd(s, v128.load(b, 16), c1);
    a += sk;
    b += 32;
  }
  put(c, c0, columns, clip);
  put(c + 16, c1, right, clip);
}
