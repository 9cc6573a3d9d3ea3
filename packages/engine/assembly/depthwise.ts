// Depthwise convolution on NHWC, one filter a channel, any size, stride and dilation; 3×3 with whole vectors of channels, away from
// the borders, holds its nine taps in registers.
import { atLeast, loadPart, madd, storePart } from "./vector";

// @ts-ignore: decorator
@inline function take(p: usize, n: i32): v128 {
  return n >= 4 ? v128.load(p) : loadPart(p, n);
}

// @ts-ignore: decorator
@inline function give(p: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(p, v);
  else storePart(p, v, n);
}

/** First window that begins inside the image, and the one after the last that ends inside. */
// @ts-ignore: decorator
@inline function firstInside(pad: i32, stride: i32, count: i32): i32 { return min(count, (pad + stride - 1) / stride); }
// @ts-ignore: decorator
@inline function lastInside(length: i32, size: i32, pad: i32, stride: i32, count: i32): i32 {
  const room = length - size + pad;
  return room < 0 ? 0 : min(count, room / stride + 1);
}

/** Output rows [start, end) (image · Ho + row), filters [KH·KW, C]; bias may be 0, flags & 2: ReLU. */
export function depthwise(
  start: i32, end: i32, worker: i32, x: usize, filters: usize, bias: usize, flags: i32, y: usize,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32, sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const bytes: usize = <usize>C << 2, row: usize = <usize>W * bytes;
  const floor = f32x4.splat(flags & 2 ? 0 : -Infinity);
  const small = KH == 3 && KW == 3 && dh == 1 && dw == 1 && (C & 3) == 0;
  const first = firstInside(pl, sw, Wo), last = max(first, lastInside(W, 3, pl, sw, Wo));
  for (let r = start; r < end; r++) {
    const n = r / Ho, h0 = (r % Ho) * sh - pt;
    const image = x + <usize>(n * H) * row, to = y + <usize>(r * Wo) * bytes;
    if (!small || h0 < 0 || h0 + 3 > H) {
      anywhere(0, Wo, image, filters, bias, floor, to, h0, H, W, C, KH, KW, sw, dh, dw, pl);
      continue;
    }
    anywhere(0, first, image, filters, bias, floor, to, h0, H, W, C, KH, KW, sw, dh, dw, pl);
    const from = image + <usize>h0 * row + <usize>(first * sw - pl) * bytes;
    const step: usize = <usize>sw * bytes;
    for (let c: usize = 0; c < bytes; c += 16) {
      const f = filters + c;
      const f0 = v128.load(f), f1 = v128.load(f + bytes), f2 = v128.load(f + 2 * bytes);
      const f3 = v128.load(f + 3 * bytes), f4 = v128.load(f + 4 * bytes), f5 = v128.load(f + 5 * bytes);
      const f6 = v128.load(f + 6 * bytes), f7 = v128.load(f + 7 * bytes), f8 = v128.load(f + 8 * bytes);
      const b = bias ? v128.load(bias + c) : f32x4.splat(0);
      let p = from + c, o = to + <usize>first * bytes + c;
      for (let wo = first; wo < last; wo++) {
        const q = p + row, s = q + row;
        let v = madd(v128.load(p), f0, b);
        v = madd(v128.load(p + bytes), f1, v);
        v = madd(v128.load(p + 2 * bytes), f2, v);
        v = madd(v128.load(q), f3, v);
        v = madd(v128.load(q + bytes), f4, v);
        v = madd(v128.load(q + 2 * bytes), f5, v);
        v = madd(v128.load(s), f6, v);
        v = madd(v128.load(s + bytes), f7, v);
        v = madd(v128.load(s + 2 * bytes), f8, v);
        v128.store(o, atLeast(floor, v));
        p += step;
        o += bytes;
      }
    }
    anywhere(last, Wo, image, filters, bias, floor, to, h0, H, W, C, KH, KW, sw, dh, dw, pl);
  }
}

/** Windows [from, until) of an output row, whatever part of them lies inside. */
function anywhere(
  from: i32, until: i32, image: usize, filters: usize, bias: usize, floor: v128, to: usize, h0: i32,
  H: i32, W: i32, C: i32, KH: i32, KW: i32, sw: i32, dh: i32, dw: i32, pl: i32,
): void {
  const bytes: usize = <usize>C << 2;
  for (let wo = from; wo < until; wo++) {
    const w0 = wo * sw - pl;
    for (let c = 0; c < C; c += 4) {
      const k = C - c, at: usize = <usize>c << 2;
      let s = bias ? take(bias + at, k) : f32x4.splat(0);
      for (let kh = 0; kh < KH; kh++) {
        const h = h0 + kh * dh;
        if (h < 0 || h >= H) continue;
        for (let kw = 0; kw < KW; kw++) {
          const w = w0 + kw * dw;
          if (w < 0 || w >= W) continue;
          s = madd(take(image + <usize>(h * W + w) * bytes + at, k), take(filters + <usize>(kh * KW + kw) * bytes + at, k), s);
        }
      }
      give(to + <usize>wo * bytes + at, atLeast(floor, s), k);
    }
  }
}

/** Images [start, end) of its input's gradient. */
export function depthwiseInputGradient(
  start: i32, end: i32, worker: i32, dy: usize, filters: usize, dx: usize,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32, sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const bytes: usize = <usize>C << 2, image: usize = <usize>(H * W) * bytes;
  for (let n = start; n < end; n++) {
    const own = dx + <usize>n * image;
    memory.fill(own, 0, image);
    for (let ho = 0; ho < Ho; ho++)
      for (let wo = 0; wo < Wo; wo++) {
        const d = dy + <usize>((n * Ho + ho) * Wo + wo) * bytes;
        for (let kh = 0; kh < KH; kh++) {
          const h = ho * sh + kh * dh - pt;
          if (h < 0 || h >= H) continue;
          for (let kw = 0; kw < KW; kw++) {
            const w = wo * sw + kw * dw - pl;
            if (w < 0 || w >= W) continue;
            const to = own + <usize>(h * W + w) * bytes, f = filters + <usize>(kh * KW + kw) * bytes;
            for (let c = 0; c < C; c += 4) {
              const k = C - c, at: usize = <usize>c << 2;
              give(to + at, madd(take(d + at, k), take(f + at, k), take(to + at, k)), k);
            }
          }
        }
      }
  }
}

/** Taps [start, end) of filters [taps, C] in the opposite order: at stride 1 the input's gradient is a convolution with them. */
export function flipTaps(start: i32, end: i32, worker: i32, filters: usize, taps: i32, C: i32, out: usize): void {
  const bytes: usize = <usize>C << 2;
  for (let t = start; t < end; t++) memory.copy(out + <usize>t * bytes, filters + <usize>(taps - 1 - t) * bytes, bytes);
}

/** Parts [start, end) of its filters' gradient: part i sums images [i·per, (i+1)·per) into out + i·outBytes. */
export function depthwiseFilterGradient(
  start: i32, end: i32, worker: i32, x: usize, dy: usize, out: usize, outBytes: usize, images: i32, per: i32,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32, sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const bytes: usize = <usize>C << 2, step: usize = <usize>sw * bytes;
  for (let part = start; part < end; part++) {
    const own = out + <usize>part * outBytes;
    memory.fill(own, 0, outBytes);
    for (let n = part * per; n < min(images, (part + 1) * per); n++)
      for (let ho = 0; ho < Ho; ho++)
        for (let kh = 0; kh < KH; kh++) {
          const h = ho * sh + kh * dh - pt;
          if (h < 0 || h >= H) continue;
          const row = x + <usize>((n * H + h) * W) * bytes, d = dy + <usize>((n * Ho + ho) * Wo) * bytes;
          for (let kw = 0; kw < KW; kw++) {
            // The windows whose tap kw lies inside the row.
            const shift = kw * dw - pl;
            const first = shift >= 0 ? 0 : min(Wo, (sw - 1 - shift) / sw);
            const last = W - 1 - shift < 0 ? 0 : min(Wo, (W - 1 - shift) / sw + 1);
            const to = own + <usize>(kh * KW + kw) * bytes;
            const from = row + <usize>(first * sw + shift) * bytes;
            for (let c = 0; c < C; c += 4) {
              const k = C - c, at: usize = <usize>c << 2;
              let p = from + at, q = d + <usize>first * bytes + at;
              let s = f32x4.splat(0), t = s;
              let wo = first;
              if (k >= 4) {
                for (; wo + 1 < last; wo += 2) {
                  s = madd(v128.load(p), v128.load(q), s);
                  t = madd(v128.load(p + step), v128.load(q + bytes), t);
                  p += step << 1;
                  q += bytes << 1;
                }
              }
              for (; wo < last; wo++) {
                s = madd(take(p, k), take(q, k), s);
                p += step;
                q += bytes;
              }
              give(to + at, f32x4.add(take(to + at, k), f32x4.add(s, t)), k);
            }
          }
        }
  }
}
