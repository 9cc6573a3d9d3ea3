// Butterflies of a Stockham transform, four transforms side by side: every v128 holds one value of four of them, so no shuffle is needed.
// A complex value is 32 bytes: four real parts, four imaginary parts. A stage reads `src` and writes `dst` in sorted order.

/** Tables of stages: radix, m, s, pointer to twiddles; 16 bytes each. */
export function runStages(stages: usize, count: i32, src: usize, dst: usize): usize {
  for (let i = 0; i < count; i++) {
    const radix = load<i32>(stages), m = load<i32>(stages, 4), s = load<i32>(stages, 8), tw = <usize>load<u32>(stages, 12);
    if (radix == 4) {
      if (m == 1) radix4Last(src, dst, s);
      else radix4(src, dst, m, s, tw);
    } else if (radix == 2) radix2(src, dst, m, s, tw);
    else if (radix == 3) radix3(src, dst, m, s, tw);
    else if (radix == 5) radix5(src, dst, m, s, tw);
    else anyRadix(src, dst, radix, m, s, tw);
    const swap = src;
    src = dst;
    dst = swap;
    stages += 16;
  }
  return src;
}

function radix4(src: usize, dst: usize, m: i32, s: i32, tw: usize): void {
  const sm = <usize>(s * m) << 5, ss = <usize>s << 5;
  let a = src, o = dst;
  for (let p = 0; p < m; p++) {
    const end = a + ss;
    for (; a < end; a += 32, o += 32) {
      const b = a + sm, c = b + sm, d = c + sm;
      butterfly(
        v128.load(a), v128.load(a, 16), v128.load(b), v128.load(b, 16), v128.load(c), v128.load(c, 16), v128.load(d), v128.load(d, 16),
        o, ss, tw,
      );
    }
    tw += 24;
    o += 3 * ss;
  }
}

/** A butterfly of radix 4 with its twiddles, into values `step` bytes apart at `o`. Loaded where they are used, twiddles leave registers to the rest. */
@inline
export function butterfly(ar: v128, ai: v128, br: v128, bi: v128, cr: v128, ci: v128, er: v128, ei: v128, o: usize, step: usize, tw: usize): void {
  const sr = f32x4.add(ar, cr), si = f32x4.add(ai, ci), dr = f32x4.sub(ar, cr), di = f32x4.sub(ai, ci);
  const tr = f32x4.add(br, er), ti = f32x4.add(bi, ei), jr = f32x4.sub(ei, bi), ji = f32x4.sub(br, er);
  v128.store(o, f32x4.add(sr, tr));
  v128.store(o, f32x4.add(si, ti), 16);
  storeTurned(o + step, f32x4.sub(dr, jr), f32x4.sub(di, ji), v128.load32_splat(tw), v128.load32_splat(tw, 4));
  storeTurned(o + 2 * step, f32x4.sub(sr, tr), f32x4.sub(si, ti), v128.load32_splat(tw, 8), v128.load32_splat(tw, 12));
  storeTurned(o + 3 * step, f32x4.add(dr, jr), f32x4.add(di, ji), v128.load32_splat(tw, 16), v128.load32_splat(tw, 20));
}

/** The last stage has twiddles of 1. */
function radix4Last(src: usize, dst: usize, s: i32): void {
  const ss = <usize>s << 5;
  const end = src + ss;
  for (let a = src, o = dst; a < end; a += 32, o += 32) {
    const b = a + ss, c = b + ss, d = c + ss, o1 = o + ss, o2 = o1 + ss, o3 = o2 + ss;
    const ar = v128.load(a), ai = v128.load(a, 16), cr = v128.load(c), ci = v128.load(c, 16);
    const sr = f32x4.add(ar, cr), si = f32x4.add(ai, ci), dr = f32x4.sub(ar, cr), di = f32x4.sub(ai, ci);
    const br = v128.load(b), bi = v128.load(b, 16), er = v128.load(d), ei = v128.load(d, 16);
    const tr = f32x4.add(br, er), ti = f32x4.add(bi, ei), jr = f32x4.sub(ei, bi), ji = f32x4.sub(br, er);
    v128.store(o, f32x4.add(sr, tr));
    v128.store(o, f32x4.add(si, ti), 16);
    v128.store(o1, f32x4.sub(dr, jr));
    v128.store(o1, f32x4.sub(di, ji), 16);
    v128.store(o2, f32x4.sub(sr, tr));
    v128.store(o2, f32x4.sub(si, ti), 16);
    v128.store(o3, f32x4.add(dr, jr));
    v128.store(o3, f32x4.add(di, ji), 16);
  }
}

function radix2(src: usize, dst: usize, m: i32, s: i32, tw: usize): void {
  const sm = <usize>(s * m) << 5, ss = <usize>s << 5;
  let a = src, o = dst;
  for (let p = 0; p < m; p++) {
    const wr = v128.load32_splat(tw), wi = v128.load32_splat(tw, 4);
    tw += 8;
    const end = a + ss;
    for (; a < end; a += 32, o += 32) {
      const b = a + sm;
      const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16);
      v128.store(o, f32x4.add(ar, br));
      v128.store(o, f32x4.add(ai, bi), 16);
      storeTurned(o + ss, f32x4.sub(ar, br), f32x4.sub(ai, bi), wr, wi);
    }
    o += ss;
  }
}

function radix3(src: usize, dst: usize, m: i32, s: i32, tw: usize): void {
  const sm = <usize>(s * m) << 5, ss = <usize>s << 5;
  const half = f32x4.splat(0.5), sin60 = f32x4.splat(0.8660254);
  let a = src, o = dst;
  for (let p = 0; p < m; p++) {
    const w1r = v128.load32_splat(tw), w1i = v128.load32_splat(tw, 4), w2r = v128.load32_splat(tw, 8), w2i = v128.load32_splat(tw, 12);
    tw += 16;
    const end = a + ss;
    for (; a < end; a += 32, o += 32) {
      const b = a + sm, c = b + sm;
      const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(b), bi = v128.load(b, 16), cr = v128.load(c), ci = v128.load(c, 16);
      const sr = f32x4.add(br, cr), si = f32x4.add(bi, ci);
      const mr = f32x4.sub(ar, f32x4.mul(half, sr)), mi = f32x4.sub(ai, f32x4.mul(half, si));
      const tr = f32x4.mul(sin60, f32x4.sub(bi, ci)), ti = f32x4.mul(sin60, f32x4.sub(cr, br));
      v128.store(o, f32x4.add(ar, sr));
      v128.store(o, f32x4.add(ai, si), 16);
      storeTurned(o + ss, f32x4.add(mr, tr), f32x4.add(mi, ti), w1r, w1i);
      storeTurned(o + 2 * ss, f32x4.sub(mr, tr), f32x4.sub(mi, ti), w2r, w2i);
    }
    o += 2 * ss;
  }
}

function radix5(src: usize, dst: usize, m: i32, s: i32, tw: usize): void {
  const sm = <usize>(s * m) << 5, ss = <usize>s << 5;
  const c1 = f32x4.splat(0.309017), c2 = f32x4.splat(-0.809017), s1 = f32x4.splat(0.95105654), s2 = f32x4.splat(0.58778524);
  let a = src, o = dst;
  for (let p = 0; p < m; p++) {
    const end = a + ss;
    for (; a < end; a += 32, o += 32) {
      const b = a + sm, c = b + sm, d = c + sm, e = d + sm;
      const ar = v128.load(a), ai = v128.load(a, 16);
      const br = v128.load(b), bi = v128.load(b, 16), er = v128.load(e), ei = v128.load(e, 16);
      const cr = v128.load(c), ci = v128.load(c, 16), dr = v128.load(d), di = v128.load(d, 16);
      const pr = f32x4.add(br, er), pi = f32x4.add(bi, ei), qr = f32x4.add(cr, dr), qi = f32x4.add(ci, di);
      const ur = f32x4.sub(br, er), ui = f32x4.sub(bi, ei), vr = f32x4.sub(cr, dr), vi = f32x4.sub(ci, di);
      v128.store(o, f32x4.add(ar, f32x4.add(pr, qr)));
      v128.store(o, f32x4.add(ai, f32x4.add(pi, qi)), 16);
      const xr = f32x4.add(ar, f32x4.add(f32x4.mul(c1, pr), f32x4.mul(c2, qr))), xi = f32x4.add(ai, f32x4.add(f32x4.mul(c1, pi), f32x4.mul(c2, qi)));
      const yr = f32x4.add(ar, f32x4.add(f32x4.mul(c2, pr), f32x4.mul(c1, qr))), yi = f32x4.add(ai, f32x4.add(f32x4.mul(c2, pi), f32x4.mul(c1, qi)));
      // −i times the odd parts
      const zr = f32x4.add(f32x4.mul(s1, ui), f32x4.mul(s2, vi)), zi = f32x4.neg(f32x4.add(f32x4.mul(s1, ur), f32x4.mul(s2, vr)));
      const tr = f32x4.sub(f32x4.mul(s2, ui), f32x4.mul(s1, vi)), ti = f32x4.sub(f32x4.mul(s1, vr), f32x4.mul(s2, ur));
      storeTurned(o + ss, f32x4.add(xr, zr), f32x4.add(xi, zi), v128.load32_splat(tw), v128.load32_splat(tw, 4));
      storeTurned(o + 2 * ss, f32x4.add(yr, tr), f32x4.add(yi, ti), v128.load32_splat(tw, 8), v128.load32_splat(tw, 12));
      storeTurned(o + 3 * ss, f32x4.sub(yr, tr), f32x4.sub(yi, ti), v128.load32_splat(tw, 16), v128.load32_splat(tw, 20));
      storeTurned(o + 4 * ss, f32x4.sub(xr, zr), f32x4.sub(xi, zi), v128.load32_splat(tw, 24), v128.load32_splat(tw, 28));
    }
    tw += 32;
    o += 4 * ss;
  }
}

/** Any radix by the definition; behind the stage's twiddles lie the radix-th roots of 1. */
function anyRadix(src: usize, dst: usize, radix: i32, m: i32, s: i32, tw: usize): void {
  const sm = <usize>(s * m) << 5, ss = <usize>s << 5;
  const roots = tw + (<usize>(m * (radix - 1)) << 3);
  let a = src, o = dst;
  for (let p = 0; p < m; p++) {
    const end = a + ss;
    for (; a < end; a += 32, o += 32) {
      for (let k = 0; k < radix; k++) {
        let r = v128.load(a), i = v128.load(a, 16), at = a, turn = k;
        for (let j = 1; j < radix; j++) {
          at += sm;
          if (turn >= radix) turn -= radix;
          const root = roots + (<usize>turn << 3), c = v128.load32_splat(root), d = v128.load32_splat(root, 4);
          const xr = v128.load(at), xi = v128.load(at, 16);
          r = f32x4.add(r, f32x4.sub(f32x4.mul(xr, c), f32x4.mul(xi, d)));
          i = f32x4.add(i, f32x4.add(f32x4.mul(xr, d), f32x4.mul(xi, c)));
          turn += k;
        }
        const out = o + <usize>k * ss;
        if (k == 0) {
          v128.store(out, r);
          v128.store(out, i, 16);
        } else {
          const w = tw + (<usize>(k - 1) << 3);
          storeTurned(out, r, i, v128.load32_splat(w), v128.load32_splat(w, 4));
        }
      }
    }
    tw += <usize>(radix - 1) << 3;
    o += <usize>(radix - 1) * ss;
  }
}

@inline
function storeTurned(o: usize, r: v128, i: v128, wr: v128, wi: v128): void {
  v128.store(o, f32x4.sub(f32x4.mul(r, wr), f32x4.mul(i, wi)));
  v128.store(o, f32x4.add(f32x4.mul(r, wi), f32x4.mul(i, wr)), 16);
}
