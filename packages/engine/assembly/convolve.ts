// Convolution of any size, stride, dilation and padding on NHWC, as matrix products of unrolled patches that stay in the cache.
import { gemm, packPanels } from "./gemm";

/** Pixels whose patches are unrolled at a time. */
const BLOCK: i32 = 64;

/** Patches of output pixels [from, to) as rows of KH·KW·C numbers, zero where they reach beyond the image. */
function unroll(
  x: usize, out: usize, from: i32, to: i32, H: i32, W: i32, C: i32, Ho: i32, Wo: i32, KH: i32, KW: i32,
  sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const bytes: usize = <usize>C << 2;
  const run = KW * C;
  let wo = from % Wo, ho = (from / Wo) % Ho, n = from / Wo / Ho;
  for (let p = from; p < to; p++) {
    const w0 = wo * sw - pl;
    const whole = dw == 1 && w0 >= 0 && w0 + KW <= W;
    for (let kh = 0; kh < KH; kh++) {
      const h = ho * sh + kh * dh - pt;
      if (h < 0 || h >= H) {
        memory.fill(out, 0, <usize>run << 2);
        out += <usize>run << 2;
        continue;
      }
      const row = x + <usize>((n * H + h) * W) * bytes;
      if (whole) {
        copy(out, row + <usize>w0 * bytes, run);
        out += <usize>run << 2;
        continue;
      }
      for (let kw = 0; kw < KW; kw++) {
        const w = w0 + kw * dw;
        if (w < 0 || w >= W) memory.fill(out, 0, bytes);
        else copy(out, row + <usize>w * bytes, C);
        out += bytes;
      }
    }
    if (++wo == Wo) {
      wo = 0;
      if (++ho == Ho) {
        ho = 0;
        n++;
      }
    }
  }
}

// @ts-ignore: decorator
@inline function copy(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) { v128.store(to, v128.load(from)); to += 16; from += 16; }
  for (; i < count; i++) { store<f32>(to, load<f32>(from)); to += 4; from += 4; }
}

/** Output pixels [start, end) of a convolution with packed filters [KH·KW·C, K]; flags and bias as in `gemm`. */
export function convolve(
  start: i32, end: i32, worker: i32,
  x: usize, panels: usize, y: usize, bias: usize, flags: i32, scratch: usize, scratchBytes: usize,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32,
  sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const patch = KH * KW * C;
  const rows = scratch + <usize>worker * scratchBytes;
  const stride: usize = <usize>K << 2;
  for (let p = start; p < end; p += BLOCK) {
    const q = min(end, p + BLOCK);
    unroll(x, rows, p, q, H, W, C, Ho, Wo, KH, KW, sh, sw, dh, dw, pt, pl);
    gemm(0, q - p, worker, rows, <usize>patch << 2, 4, panels, y + <usize>p * stride, stride, patch, K, bias, flags);
  }
}

/**
 * Parts [start, end) of the filters' gradient: part i sums patchᵀ·dy over pixels [i·per, (i+1)·per) into out + i·outBytes.
 */
export function convolveFilterGradient(
  start: i32, end: i32, worker: i32,
  x: usize, dy: usize, out: usize, outBytes: usize, pixels: i32, per: i32, scratch: usize, scratchBytes: usize,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32,
  sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const patch = KH * KW * C;
  const rows = scratch + <usize>worker * scratchBytes;
  const panels = rows + (<usize>(BLOCK * patch) << 2);
  const stride: usize = <usize>K << 2;
  for (let part = start; part < end; part++) {
    const own = out + <usize>part * outBytes;
    memory.fill(own, 0, <usize>(patch * K) << 2);
    const last = min(pixels, (part + 1) * per);
    for (let p = part * per; p < last; p += BLOCK) {
      const q = min(last, p + BLOCK);
      unroll(x, rows, p, q, H, W, C, Ho, Wo, KH, KW, sh, sw, dh, dw, pt, pl);
      packPanels(0, (K + 7) >> 3, worker, dy + <usize>p * stride, stride, 4, q - p, K, panels);
      gemm(0, patch, worker, rows, 4, <usize>patch << 2, panels, own, stride, q - p, K, 0, 1);
    }
  }
}

/** Images [start, end) of the input's gradient for any stride: patches of gradients dy·filtersᵀ, scattered and summed. */
export function convolveInputGradient(
  start: i32, end: i32, worker: i32,
  dy: usize, panels: usize, dx: usize, scratch: usize, scratchBytes: usize,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32,
  sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const patch = KH * KW * C, bytes: usize = <usize>C << 2, image: usize = <usize>(H * W) * bytes;
  const rows = scratch + <usize>worker * scratchBytes;
  const stride: usize = <usize>K << 2, patchBytes: usize = <usize>patch << 2;
  const count = Ho * Wo;
  for (let n = start; n < end; n++) {
    const own = dx + <usize>n * image;
    memory.fill(own, 0, image);
    for (let p = 0; p < count; p += BLOCK) {
      const q = min(count, p + BLOCK);
      gemm(0, q - p, worker, dy + <usize>(n * count + p) * stride, stride, 4, panels, rows, patchBytes, K, patch, 0, 0);
      let from = rows;
      for (let i = p; i < q; i++) {
        const ho = i / Wo, wo = i % Wo;
        for (let kh = 0; kh < KH; kh++) {
          const h = ho * sh + kh * dh - pt;
          for (let kw = 0; kw < KW; kw++) {
            const w = wo * sw + kw * dw - pl;
            if (h >= 0 && h < H && w >= 0 && w < W) accumulate(own + <usize>(h * W + w) * bytes, from, C);
            from += bytes;
          }
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline function accumulate(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) { v128.store(to, f32x4.add(v128.load(to), v128.load(from))); to += 16; from += 16; }
  for (; i < count; i++) { store<f32>(to, load<f32>(to) + load<f32>(from)); to += 4; from += 4; }
}

/** Elements [start, end): out = Σ parts[i], in order. */
export function joinParts(start: i32, end: i32, worker: i32, parts: usize, count: i32, bytes: usize, out: usize): void {
  let i = start;
  for (; i + 4 <= end; i += 4) {
    let p = parts + (<usize>i << 2);
    let s = v128.load(p);
    for (let k = 1; k < count; k++) { p += bytes; s = f32x4.add(s, v128.load(p)); }
    v128.store(out + (<usize>i << 2), s);
  }
  for (; i < end; i++) {
    let p = parts + (<usize>i << 2);
    let s = load<f32>(p);
    for (let k = 1; k < count; k++) { p += bytes; s += load<f32>(p); }
    store<f32>(out + (<usize>i << 2), s);
  }
}

/**
 * Taps [start, end) of filters [KH·KW, C, K] flipped and transposed into panels over C: what turns the convolution into its own
 * input gradient at stride 1.
 */
export function packFlipped(start: i32, end: i32, worker: i32, filters: usize, taps: i32, C: i32, K: i32, out: usize): void {
  const panelBytes = <usize>(taps * K) << 5;
  for (let t = start; t < end; t++) {
    const from = filters + (<usize>((taps - 1 - t) * C * K) << 2);
    for (let p = 0; p < C; p += 8) {
      const width = min(8, C - p);
      packPanels(0, 1, worker, from + (<usize>(p * K) << 2), 4, <usize>K << 2, K, width, out + <usize>(p >> 3) * panelBytes + (<usize>(t * K) << 5));
    }
  }
}
