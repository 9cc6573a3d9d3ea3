// Convolutions with few channels on one side, where unrolled patches and tiles of eight columns would be mostly copying and zeros:
// the first layer on a spectrogram (one channel in), the last one that makes a picture (one or two out), and their gradients.
import { atLeast, madd, sumLanes } from "./vector";

/** An image of few channels inside a border of zeros, so that no tap asks whether it is outside. */
function surround(x: usize, out: usize, H: i32, W: i32, C: i32, height: i32, width: i32, pt: i32, pl: i32): void {
  const pixel: usize = <usize>C << 2;
  memory.fill(out, 0, <usize>(height * width) * pixel);
  const skip = max(0, -pl), from = max(0, pl), count = min(W - skip, width - from);
  if (count <= 0) return;
  for (let h = max(0, -pt); h < min(H, height - pt); h++)
    memory.copy(out + <usize>((h + pt) * width + from) * pixel, x + <usize>(h * W + skip) * pixel, <usize>count * pixel);
}

/**
 * Output rows [start, end) (image · Ho + row) of a convolution with K ≤ 4 filters, each as [KH, KW, C]; C is a multiple of 4, flags 2: ReLU.
 */
export function fewOutputs(
  start: i32, end: i32, worker: i32, x: usize, filters: usize, y: usize, bias: usize, flags: i32,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32, sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const pixel: usize = <usize>C << 2, run = <usize>KW * pixel, next = <usize>sw * pixel;
  const first = min(Wo, (pl + sw - 1) / sw), inside = W - KW + pl;
  const last = inside < 0 ? first : max(first, min(Wo, inside / sw + 1));
  const floor: f32 = flags & 2 ? 0 : -Infinity;
  for (let r = start; r < end; r++) {
    const h0 = (r % Ho) * sh - pt, top = max(0, -h0), bottom = min(KH, H - h0);
    const image = x + <usize>((r / Ho) * H) * <usize>W * pixel;
    for (let k = 0; k < K; k++) {
      const own = filters + <usize>(k * KH) * run;
      const more = bias ? load<f32>(bias + (<usize>k << 2)) : 0;
      let to = y + (<usize>(r * Wo * K + k) << 2), w = 0;
      while (w < Wo) {
        const w0 = w * sw - pl;
        let a = f32x4.splat(0), b = a, c = a, d = a;
        if (w >= first && w + 4 <= last) {
          for (let kh = top; kh < bottom; kh++) {
            let p = image + <usize>((h0 + kh) * W + w0) * pixel, f = own + <usize>kh * run;
            for (const stop = f + run; f < stop; f += 16) {
              const g = v128.load(f);
              a = madd(v128.load(p), g, a);
              b = madd(v128.load(p + next), g, b);
              c = madd(v128.load(p + 2 * next), g, c);
              d = madd(v128.load(p + 3 * next), g, d);
              p += 16;
            }
          }
          store<f32>(to, max(floor, sumLanes(a) + more));
          store<f32>(to + (<usize>K << 2), max(floor, sumLanes(b) + more));
          store<f32>(to + (<usize>K << 3), max(floor, sumLanes(c) + more));
          store<f32>(to + 12 * <usize>K, max(floor, sumLanes(d) + more));
          to += <usize>K << 4;
          w += 4;
        } else {
          const left = max(0, -w0), count = min(KW, W - w0) - left;
          for (let kh = top; kh < bottom; kh++) {
            let p = image + <usize>((h0 + kh) * W + w0 + left) * pixel, f = own + <usize>kh * run + <usize>left * pixel;
            for (const stop = f + <usize>max(0, count) * pixel; f < stop; f += 16) {
              a = madd(v128.load(p), v128.load(f), a);
              p += 16;
            }
          }
          store<f32>(to, max(floor, sumLanes(a) + more));
          to += <usize>K << 2;
          w++;
        }
      }
    }
  }
}

/**
 * Images [start, end) of a convolution of C ≤ 4 channels with filters [KH·KW·C, K] as they are; K is a multiple of 8, Wo at least 4.
 * Every output is the chain of multiply–adds that `gemm` makes of the unrolled patch. scratch: the image in its border.
 */
export function fewInputs(
  start: i32, end: i32, worker: i32, x: usize, filters: usize, y: usize, bias: usize, flags: i32, scratch: usize, scratchBytes: usize,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32, sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const own = scratch + <usize>worker * scratchBytes, height = (Ho - 1) * sh + KH, width = (Wo - 1) * sw + KW;
  const row = <usize>(width * C) << 2, next = <usize>(sw * C) << 2, run = <usize>(KW * C) << 2, wide: usize = <usize>K << 2;
  const floor = f32x4.splat(flags & 2 ? 0 : -Infinity);
  for (let n = start; n < end; n++) {
    surround(x + (<usize>(n * H * W * C) << 2), own, H, W, C, height, width, pt, pl);
    for (let ho = 0; ho < Ho; ho++) {
      const line = own + <usize>(ho * sh) * row, to = y + <usize>((n * Ho + ho) * Wo) * wide;
      // The last four of a row may have been there before: they come out the same.
      for (let w = 0; w < Wo; w += 4) {
        const w0 = min(w, Wo - 4);
        for (let k: usize = 0; k < wide; k += 32) {
          let c00 = f32x4.splat(0), c01 = c00;
          if (bias) { c00 = v128.load(bias + k); c01 = v128.load(bias + k, 16); }
          let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
          let f = filters + k;
          for (let kh = 0; kh < KH; kh++) {
            let a = line + <usize>kh * row + <usize>w0 * next;
            for (const stop = a + run; a < stop; a += 4) {
              const b0 = v128.load(f), b1 = v128.load(f, 16);
              const s0 = v128.load32_splat(a), s1 = v128.load32_splat(a + next);
              c00 = madd(s0, b0, c00); c01 = madd(s0, b1, c01);
              c10 = madd(s1, b0, c10); c11 = madd(s1, b1, c11);
              const s2 = v128.load32_splat(a + 2 * next), s3 = v128.load32_splat(a + 3 * next);
              c20 = madd(s2, b0, c20); c21 = madd(s2, b1, c21);
              c30 = madd(s3, b0, c30); c31 = madd(s3, b1, c31);
              f += wide;
            }
          }
          const o = to + <usize>w0 * wide + k;
          v128.store(o, atLeast(floor, c00)); v128.store(o, atLeast(floor, c01), 16);
          v128.store(o + wide, atLeast(floor, c10)); v128.store(o + wide, atLeast(floor, c11), 16);
          v128.store(o + 2 * wide, atLeast(floor, c20)); v128.store(o + 2 * wide, atLeast(floor, c21), 16);
          v128.store(o + 3 * wide, atLeast(floor, c30)); v128.store(o + 3 * wide, atLeast(floor, c31), 16);
        }
      }
    }
  }
}

/**
 * Parts [start, end) of the gradient of such filters [KH·KW·C, K]: part i sums x·dy over output pixels [i·per, (i+1)·per), in their order,
 * into out + i·outBytes. K is a multiple of 8. scratch: the image in its border.
 */
export function fewInputsFilterGradient(
  start: i32, end: i32, worker: i32,
  x: usize, dy: usize, out: usize, outBytes: usize, pixels: i32, per: i32, scratch: usize, scratchBytes: usize,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32, sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const own = scratch + <usize>worker * scratchBytes, height = (Ho - 1) * sh + KH, width = (Wo - 1) * sw + KW;
  const row = <usize>(width * C) << 2, next = <usize>(sw * C) << 2, run = KW * C, wide: usize = <usize>K << 2;
  for (let part = start; part < end; part++) {
    const sums = out + <usize>part * outBytes;
    memory.fill(sums, 0, <usize>(KH * run) * wide);
    const last = min(pixels, (part + 1) * per);
    let image = -1;
    for (let p = part * per; p < last; ) {
      const n = p / (Ho * Wo), ho = (p / Wo) % Ho, wo = p % Wo, count = min(last - p, Wo - wo);
      if (n != image) {
        surround(x + (<usize>(n * H * W * C) << 2), own, H, W, C, height, width, pt, pl);
        image = n;
      }
      const d = dy + <usize>p * wide, stop = d + <usize>count * wide;
      for (let kh = 0; kh < KH; kh++) {
        const line = own + <usize>(ho * sh + kh) * row + <usize>wo * next;
        let j = 0;
        for (; j + 3 <= run; j += 3) sumTaps(line + (<usize>j << 2), next, d, stop, sums + <usize>(kh * run + j) * wide, wide);
        for (; j < run; j++) sumTap(line + (<usize>j << 2), next, d, stop, sums + <usize>(kh * run + j) * wide, wide);
      }
      p += count;
    }
  }
}

/** Three neighbouring taps of all filters, over some pixels of a row. */
// @ts-ignore: decorator
@inline function sumTaps(a: usize, next: usize, from: usize, stop: usize, sums: usize, wide: usize): void {
  for (let k: usize = 0; k < wide; k += 32) {
    const q0 = sums + k, q1 = q0 + wide, q2 = q1 + wide;
    let c00 = v128.load(q0), c01 = v128.load(q0, 16), c10 = v128.load(q1), c11 = v128.load(q1, 16), c20 = v128.load(q2), c21 = v128.load(q2, 16);
    let s = a;
    for (let d = from + k; d < stop; d += wide) {
      const b0 = v128.load(d), b1 = v128.load(d, 16);
      const s0 = v128.load32_splat(s), s1 = v128.load32_splat(s, 4), s2 = v128.load32_splat(s, 8);
      c00 = madd(s0, b0, c00); c01 = madd(s0, b1, c01);
      c10 = madd(s1, b0, c10); c11 = madd(s1, b1, c11);
      c20 = madd(s2, b0, c20); c21 = madd(s2, b1, c21);
      s += next;
    }
    v128.store(q0, c00); v128.store(q0, c01, 16);
    v128.store(q1, c10); v128.store(q1, c11, 16);
    v128.store(q2, c20); v128.store(q2, c21, 16);
  }
}

// @ts-ignore: decorator
@inline function sumTap(a: usize, next: usize, from: usize, stop: usize, sums: usize, wide: usize): void {
  for (let k: usize = 0; k < wide; k += 32) {
    let c0 = v128.load(sums + k), c1 = v128.load(sums + k, 16), s = a;
    for (let d = from + k; d < stop; d += wide) {
      const s0 = v128.load32_splat(s);
      c0 = madd(s0, v128.load(d), c0); c1 = madd(s0, v128.load(d, 16), c1);
      s += next;
    }
    v128.store(sums + k, c0); v128.store(sums + k, c1, 16);
  }
}
