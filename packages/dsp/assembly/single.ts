// One real transform: its samples 0, 4, 8 …, 1, 5, 9 … and so on are four signals side by side in the lanes, without a shuffle; one stage across the
// lanes makes the bins of the whole of theirs.
import { FIRST, HOP, IN, M, POWER, ROOT, STAGE_COUNT, STAGES, unpack, WINDOW, X, Y } from "./frames";
import { gatherRows } from "./lanes";
import { butterfly, runStages } from "./stages";

/** Frames are transformed one by one: at long transforms, four side by side leave the first-level cache. M is that of a quarter of them then. */
export let SINGLE: bool = false;
let ROWS: usize = 0, CROSS: usize = 0;

/** Twiddles of the stage across lanes, and room for four rows of powers. */
export function setSingle(cross: usize, rows: usize): void {
  SINGLE = true;
  CROSS = cross;
  ROWS = rows;
}

/** Complex spectra of `count` frames, as rows of re and im. */
export function singleSpectra(count: i32, re: usize, im: usize): void {
  const row = (<usize>M << 4) + 4;
  let p = IN;
  for (let t = 0; t < count; t++) {
    parts(p);
    cross(re, im);
    p += HOP;
    re += row;
    im += row;
  }
}

/** Powers of the four frames at `p`, or their roots, one vector a bin, at POWER. */
export function singlePowers(p: usize): void {
  const row = (<usize>M << 4) + 16;
  let o = ROWS;
  for (let t = 0; t < 4; t++) {
    parts(p);
    cross(o, 0);
    p += HOP;
    o += row;
  }
  gatherRows(ROWS, row, (M << 2) + 1, POWER, 16);
}

/** Spectra of the four parts of the windowed frame at `p`, at POWER. The window and the first stage are one pass. */
function parts(p: usize): void {
  const q = <usize>M << 3; // a quarter of the frame, in bytes
  const end = p + q;
  let w = WINDOW, o = Y, tw = FIRST;
  for (; p < end; p += 32, w += 32, o += 128, tw += 24) {
    const b = p + q, c = b + q, d = c + q, x = w + q, y = x + q, z = y + q;
    butterfly(
      f32x4.mul(v128.load(p), v128.load(w)), f32x4.mul(v128.load(p, 16), v128.load(w, 16)),
      f32x4.mul(v128.load(b), v128.load(x)), f32x4.mul(v128.load(b, 16), v128.load(x, 16)),
      f32x4.mul(v128.load(c), v128.load(y)), f32x4.mul(v128.load(c, 16), v128.load(y, 16)),
      f32x4.mul(v128.load(d), v128.load(z)), f32x4.mul(v128.load(d, 16), v128.load(z, 16)),
      o, 32, tw,
    );
  }
  unpack(runStages(STAGES, STAGE_COUNT, Y, X));
}

/**
 * Bins k, n/4 + k, n/2 − k and n/4 − k of the frame from bin k of its parts: complex numbers at `re` and `im`, or without `im` powers or their roots
 * at `re`. Four k at a time from the last to the first, of which three do not exist: the next ones write over what comes of them.
 */
function cross(re: usize, im: usize): void {
  const quarter = <usize>M << 3; // n/4 bins, in bytes
  let z = POWER + (<usize>M << 5), t = CROSS + <usize>M * 24;
  for (let k = <usize>M << 2; <isize>k >= 0; k -= 16, z -= 128, t -= 96) {
    let a = v128.load(z), b = v128.load(z, 32), c = v128.load(z, 64), d = v128.load(z, 96);
    let p = v128.shuffle<i32>(a, b, 0, 4, 1, 5), q = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    let r = v128.shuffle<i32>(c, d, 0, 4, 1, 5), s = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    const r0 = v128.shuffle<i64>(p, r, 0, 2), x1 = v128.shuffle<i64>(p, r, 1, 3), x2 = v128.shuffle<i64>(q, s, 0, 2), x3 = v128.shuffle<i64>(q, s, 1, 3);
    a = v128.load(z, 16);
    b = v128.load(z, 48);
    c = v128.load(z, 80);
    d = v128.load(z, 112);
    p = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    q = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    r = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    s = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    const i0 = v128.shuffle<i64>(p, r, 0, 2), y1 = v128.shuffle<i64>(p, r, 1, 3), y2 = v128.shuffle<i64>(q, s, 0, 2), y3 = v128.shuffle<i64>(q, s, 1, 3);
    let wr = v128.load(t), wi = v128.load(t, 16);
    const r1 = f32x4.sub(f32x4.mul(x1, wr), f32x4.mul(y1, wi)), i1 = f32x4.add(f32x4.mul(x1, wi), f32x4.mul(y1, wr));
    wr = v128.load(t, 32);
    wi = v128.load(t, 48);
    const r2 = f32x4.sub(f32x4.mul(x2, wr), f32x4.mul(y2, wi)), i2 = f32x4.add(f32x4.mul(x2, wi), f32x4.mul(y2, wr));
    wr = v128.load(t, 64);
    wi = v128.load(t, 80);
    const r3 = f32x4.sub(f32x4.mul(x3, wr), f32x4.mul(y3, wi)), i3 = f32x4.add(f32x4.mul(x3, wi), f32x4.mul(y3, wr));
    const sr = f32x4.add(r0, r2), si = f32x4.add(i0, i2), dr = f32x4.sub(r0, r2), di = f32x4.sub(i0, i2);
    const tr = f32x4.add(r1, r3), ti = f32x4.add(i1, i3), jr = f32x4.sub(i1, i3), ji = f32x4.sub(r3, r1);
    // Beyond the middle lie mirrored, conjugate bins.
    const l = re + k, m = l + quarter, n = re + quarter - k - 12, o = n + quarter;
    if (im) {
      const u = im - re;
      v128.store(l, f32x4.add(sr, tr));
      v128.store(l + u, f32x4.add(si, ti));
      v128.store(m, f32x4.add(dr, jr));
      v128.store(m + u, f32x4.add(di, ji));
      storeBack(n, f32x4.sub(dr, jr));
      storeBack(n + u, f32x4.sub(ji, di));
      storeBack(o, f32x4.sub(sr, tr));
      storeBack(o + u, f32x4.sub(ti, si));
    } else {
      v128.store(l, size(f32x4.add(sr, tr), f32x4.add(si, ti)));
      v128.store(m, size(f32x4.add(dr, jr), f32x4.add(di, ji)));
      storeBack(n, size(f32x4.sub(dr, jr), f32x4.sub(ji, di)));
      storeBack(o, size(f32x4.sub(sr, tr), f32x4.sub(ti, si)));
    }
  }
}

@inline
function size(r: v128, i: v128): v128 {
  const power = f32x4.add(f32x4.mul(r, r), f32x4.mul(i, i));
  return ROOT ? f32x4.sqrt(power) : power;
}

@inline
function storeBack(p: usize, v: v128): void {
  v128.store(p, v128.shuffle<i32>(v, v, 3, 2, 1, 0));
}
