// Pooling on NHWC: maximum and average, any window, stride and padding; and their gradients, summed image by image.
import { give, storePart, take } from "./vector";

/** Output rows [start, end) (image · Ho + row): kind 0 maximum, 1 average of the numbers inside the image. */
export function pool(
  start: i32, end: i32, worker: i32, x: usize, y: usize, kind: i32,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32, sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const bytes: usize = <usize>C << 2, row: usize = <usize>W * bytes;
  for (let r = start; r < end; r++) {
    const n = r / Ho, h0 = (r % Ho) * sh - pt;
    const ha = max(0, h0), hb = min(H, h0 + KH);
    for (let wo = 0; wo < Wo; wo++) {
      const w0 = wo * sw - pl, wa = max(0, w0), wb = min(W, w0 + KW);
      const from = x + <usize>((n * H + ha) * W + wa) * bytes;
      const to = y + <usize>(r * Wo + wo) * bytes;
      if (kind == 0 && hb - ha == 2 && wb - wa == 2 && (C & 3) == 0) {
        for (let c: usize = 0; c < bytes; c += 16) {
          const p = from + c;
          v128.store(to + c, f32x4.pmax(f32x4.pmax(v128.load(p), v128.load(p + bytes)), f32x4.pmax(v128.load(p + row), v128.load(p + row + bytes))));
        }
        continue;
      }
      const share = f32x4.splat(1 / <f32>((hb - ha) * (wb - wa)));
      for (let c = 0; c < C; c += 4) {
        const k = C - c;
        let v = f32x4.splat(kind == 0 ? -Infinity : 0);
        for (let h = ha; h < hb; h++) {
          let p = from + <usize>(h - ha) * row + (<usize>c << 2);
          for (let w = wa; w < wb; w++) {
            v = kind == 0 ? f32x4.pmax(v, take(p, k)) : f32x4.add(v, take(p, k));
            p += bytes;
          }
        }
        give(to + (<usize>c << 2), kind == 0 ? v : f32x4.mul(v, share), k);
      }
    }
  }
}

/** Images [start, end): dx of the maximum; the first of equal numbers in a window takes all. */
export function maxPoolGradient(
  start: i32, end: i32, worker: i32, x: usize, dy: usize, dx: usize,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32, sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const bytes: usize = <usize>C << 2, row: usize = <usize>W * bytes, image: usize = <usize>H * row;
  const tiled = KH == sh && KW == sw && pt == 0 && pl == 0 && (C & 3) == 0;
  for (let n = start; n < end; n++) {
    const base = <usize>n * image;
    if (!tiled || Ho * KH != H || Wo * KW != W) memory.fill(dx + base, 0, image);
    for (let ho = 0; ho < Ho; ho++) {
      const h0 = ho * sh - pt, ha = max(0, h0), hb = min(H, h0 + KH);
      for (let wo = 0; wo < Wo; wo++) {
        const w0 = wo * sw - pl, wa = max(0, w0), wb = min(W, w0 + KW);
        const at = base + <usize>(ha * W + wa) * bytes;
        const d = dy + <usize>((n * Ho + ho) * Wo + wo) * bytes;
        if (tiled && hb - ha == KH && wb - wa == KW) {
          if (KH == 2 && KW == 2) quarter(x + at, d, dx + at, bytes, row);
          else tile(x + at, d, dx + at, bytes, row, KH, KW);
        } else
          for (let c = 0; c < C; c += 4) {
            const k = C - c;
            let best = f32x4.splat(-Infinity);
            for (let h = ha; h < hb; h++)
              for (let w = wa; w < wb; w++) best = f32x4.pmax(best, take(x + at + <usize>(h - ha) * row + <usize>(w - wa) * bytes + (<usize>c << 2), k));
            const g = take(d + (<usize>c << 2), k);
            let open = i32x4.splat(-1);
            for (let h = ha; h < hb; h++)
              for (let w = wa; w < wb; w++) {
                const o = at + <usize>(h - ha) * row + <usize>(w - wa) * bytes + (<usize>c << 2);
                const hit = v128.and(open, f32x4.eq(best, take(x + o, k)));
                give(dx + o, f32x4.add(take(dx + o, k), v128.and(g, hit)), k);
                open = v128.andnot(open, hit);
              }
          }
      }
    }
  }
}

/** One 2×2 window of its own, all channels. */
// @ts-ignore: decorator
@inline function quarter(x: usize, dy: usize, dx: usize, bytes: usize, row: usize): void {
  for (let c: usize = 0; c < bytes; c += 16) {
    const p = x + c, o = dx + c;
    const a = v128.load(p), b = v128.load(p + bytes), d = v128.load(p + row), e = v128.load(p + row + bytes), g = v128.load(dy + c);
    const best = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(d, e));
    const ha = f32x4.eq(a, best), hb = v128.andnot(f32x4.eq(b, best), ha), two = v128.or(ha, hb);
    const hd = v128.andnot(f32x4.eq(d, best), two);
    v128.store(o, v128.and(g, ha));
    v128.store(o + bytes, v128.and(g, hb));
    v128.store(o + row, v128.and(g, hd));
    v128.store(o + row + bytes, v128.andnot(g, v128.or(two, hd)));
  }
}

/** The same for a window of any size. */
// @ts-ignore: decorator
@inline function tile(x: usize, dy: usize, dx: usize, bytes: usize, row: usize, KH: i32, KW: i32): void {
  const line = <usize>KW * bytes, end = <usize>KH * row;
  for (let c: usize = 0; c < bytes; c += 16) {
    let best = f32x4.splat(-Infinity);
    for (let h = c; h < end; h += row) for (let o = h; o < h + line; o += bytes) best = f32x4.pmax(best, v128.load(x + o));
    let g = v128.load(dy + c);
    for (let h = c; h < end; h += row)
      for (let o = h; o < h + line; o += bytes) {
        const hit = f32x4.eq(best, v128.load(x + o));
        v128.store(dx + o, v128.and(g, hit));
        g = v128.andnot(g, hit);
      }
  }
}

/** Images [start, end): dx of the average. */
export function averagePoolGradient(
  start: i32, end: i32, worker: i32, dy: usize, dx: usize,
  H: i32, W: i32, C: i32, Ho: i32, Wo: i32, K: i32, KH: i32, KW: i32, sh: i32, sw: i32, dh: i32, dw: i32, pt: i32, pl: i32,
): void {
  const bytes: usize = <usize>C << 2, row: usize = <usize>W * bytes, image: usize = <usize>H * row;
  for (let n = start; n < end; n++) {
    const base = dx + <usize>n * image;
    memory.fill(base, 0, image);
    for (let ho = 0; ho < Ho; ho++) {
      const h0 = ho * sh - pt, ha = max(0, h0), hb = min(H, h0 + KH);
      for (let wo = 0; wo < Wo; wo++) {
        const w0 = wo * sw - pl, wa = max(0, w0), wb = min(W, w0 + KW);
        const d = dy + <usize>((n * Ho + ho) * Wo + wo) * bytes;
        const share = f32x4.splat(1 / <f32>((hb - ha) * (wb - wa)));
        for (let c = 0; c < C; c += 4) {
          const k = C - c;
          const g = f32x4.mul(share, take(d + (<usize>c << 2), k));
          for (let h = ha; h < hb; h++)
            for (let w = wa; w < wb; w++) {
              const o = base + <usize>h * row + <usize>w * bytes + (<usize>c << 2);
              give(o, f32x4.add(take(o, k), g), k);
            }
        }
      }
    }
  }
}

/** Rows [start, end) of outer: out[o, c] = scale · Σ over r of x[o, r, c]: means over the middle axes. */
export function middleSum(start: i32, end: i32, worker: i32, x: usize, R: i32, C: i32, scale: f32, out: usize): void {
  const bytes: usize = <usize>C << 2;
  for (let o = start; o < end; o++) {
    for (let c = 0; c < C; c += 4) {
      const k = C - c;
      let p = x + <usize>(o * R) * bytes + (<usize>c << 2);
      let total = f32x4.splat(0);
      for (let r0 = 0; r0 < R; r0 += 64) {
        const r1 = min(R, r0 + 64);
        let s = f32x4.splat(0);
        for (let r = r0; r < r1; r++) { s = f32x4.add(s, take(p, k)); p += bytes; }
        total = f32x4.add(total, s);
      }
      give(out + <usize>o * bytes + (<usize>c << 2), f32x4.mul(total, f32x4.splat(scale)), k);
    }
  }
}

/** Rows [start, end) of outer: out[o, r, c] = scale · x[o, c] for all r: the gradient of a sum or mean. */
export function spread(start: i32, end: i32, worker: i32, x: usize, R: i32, C: i32, scale: f32, out: usize): void {
  const bytes: usize = <usize>C << 2;
  const s = f32x4.splat(scale);
  for (let o = start; o < end; o++) {
    const from = x + <usize>o * bytes;
    let to = out + <usize>(o * R) * bytes;
    if (C == 1) {
      const v = f32x4.mul(s, v128.load32_splat(from));
      let r = 0;
      for (; r + 4 <= R; r += 4) { v128.store(to, v); to += 16; }
      if (r < R) storePart(to, v, R - r);
      continue;
    }
    for (let r = 0; r < R; r++) {
      for (let c = 0; c < C; c += 4) give(to + (<usize>c << 2), f32x4.mul(s, take(from + (<usize>c << 2), C - c)), C - c);
      to += bytes;
    }
  }
}
