// One real transform: four interleaved parts of the signal side by side in the lanes, then one stage across the lanes.
import { HOP, IN, M, POWER, STAGES, STAGE_COUNT, WINDOW, X, Y } from "./frames";
import { gatherRows } from "./lanes";
import { runStages } from "./stages";

/** Frames are transformed one by one: at long transforms, four side by side leave the first-level cache. */
export let SINGLE: bool = false;
let ROWS: usize = 0;
let CROSS: usize = 0, ROOTS: usize = 0, ZR: usize = 0, ZI: usize = 0;

/** Twiddles of the stage across lanes, roots as two arrays of their halves, room for the packed spectrum and for four rows of powers. */
export function setSingle(cross: usize, roots: usize, zr: usize, zi: usize, rows: usize): void {
  SINGLE = true;
  ROWS = rows;
  CROSS = cross;
  ROOTS = roots;
  ZR = zr;
  ZI = zi;
}

/** Spectrum of the 2·M real samples at `p` into M + 1 real and imaginary parts; M is a multiple of 16. */
export function realTransform(p: usize, re: usize, im: usize): void {
  let o = X;
  const end = p + (<usize>M << 3);
  for (; p < end; p += 32, o += 32) {
    const a = v128.load(p), b = v128.load(p, 16);
    v128.store(o, v128.shuffle<i32>(a, b, 0, 2, 4, 6));
    v128.store(o, v128.shuffle<i32>(a, b, 1, 3, 5, 7), 16);
  }
  cross(runStages(STAGES, STAGE_COUNT, X, Y));
  split(re, im);
}

/** Complex spectra of `count` frames, as rows of re and im. */
export function singleSpectra(count: i32, re: usize, im: usize): void {
  const row = <usize>(M + 1) << 2;
  let p = IN;
  for (let t = 0; t < count; t++) {
    windowed(p);
    split(re, im);
    p += HOP;
    re += row;
    im += row;
  }
}

/** Powers of the four frames at `p`, one vector a bin, at POWER. */
export function singlePowers(p: usize): void {
  const row = <usize>(M + 4) << 2;
  let o = ROWS;
  for (let t = 0; t < 4; t++) {
    windowed(p);
    splitPowers(o);
    p += HOP;
    o += row;
  }
  gatherRows(ROWS, row, M + 1, POWER, 16);
}

/** The packed spectrum of the windowed frame at `p`. */
function windowed(p: usize): void {
  let o = X, w = WINDOW;
  const end = p + (<usize>M << 3);
  for (; p < end; p += 32, w += 32, o += 32) {
    const a = f32x4.mul(v128.load(p), v128.load(w)), b = f32x4.mul(v128.load(p, 16), v128.load(w, 16));
    v128.store(o, v128.shuffle<i32>(a, b, 0, 2, 4, 6));
    v128.store(o, v128.shuffle<i32>(a, b, 1, 3, 5, 7), 16);
  }
  cross(runStages(STAGES, STAGE_COUNT, X, Y));
}

function splitPowers(o: usize): void {
  const all = <usize>M << 2;
  const z0 = load<f32>(ZR), z1 = load<f32>(ZI);
  store<f32>(o, (z0 + z1) * (z0 + z1));
  store<f32>(o + all, (z0 - z1) * (z0 - z1));
  const half = f32x4.splat(0.5);
  const roots = ROOTS + all;
  for (let a: usize = 4, b = all - 16; a <= b + 12; a += 16, b -= 16) {
    const ar = v128.load(ZR + a), ai = v128.load(ZI + a);
    const x = v128.load(ZR + b), y = v128.load(ZI + b);
    const br = v128.shuffle<i32>(x, x, 3, 2, 1, 0), bi = v128.shuffle<i32>(y, y, 3, 2, 1, 0);
    const wr = v128.load(ROOTS + a), wi = v128.load(roots + a);
    const er = f32x4.mul(half, f32x4.add(ar, br)), ei = f32x4.mul(half, f32x4.sub(ai, bi)), or = f32x4.add(ai, bi), oi = f32x4.sub(br, ar);
    const tr = f32x4.sub(f32x4.mul(or, wr), f32x4.mul(oi, wi)), ti = f32x4.add(f32x4.mul(or, wi), f32x4.mul(oi, wr));
    let r = f32x4.add(er, tr), i = f32x4.add(ei, ti);
    v128.store(o + a, f32x4.add(f32x4.mul(r, r), f32x4.mul(i, i)));
    r = f32x4.sub(er, tr);
    i = f32x4.sub(ei, ti);
    const u = f32x4.add(f32x4.mul(r, r), f32x4.mul(i, i));
    v128.store(o + b, v128.shuffle<i32>(u, u, 3, 2, 1, 0));
  }
}

function cross(z: usize): void {
  const quarter = <usize>M; // M / 4 numbers, in bytes
  let t = CROSS;
  for (let o: usize = 0; o < quarter; o += 16, z += 128, t += 96) {
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
    const tr = f32x4.add(r1, r3), ti = f32x4.add(i1, i3), jr = f32x4.sub(i3, i1), ji = f32x4.sub(r1, r3);
    const u = ZR + o, v = ZI + o;
    v128.store(u, f32x4.add(sr, tr));
    v128.store(v, f32x4.add(si, ti));
    v128.store(u + quarter, f32x4.sub(dr, jr));
    v128.store(v + quarter, f32x4.sub(di, ji));
    v128.store(u + 2 * quarter, f32x4.sub(sr, tr));
    v128.store(v + 2 * quarter, f32x4.sub(si, ti));
    v128.store(u + 3 * quarter, f32x4.add(dr, jr));
    v128.store(v + 3 * quarter, f32x4.add(di, ji));
  }
}

function split(re: usize, im: usize): void {
  const all = <usize>M << 2;
  const z0 = load<f32>(ZR), z1 = load<f32>(ZI);
  store<f32>(re, z0 + z1);
  store<f32>(im, 0);
  store<f32>(re + all, z0 - z1);
  store<f32>(im + all, 0);
  const half = f32x4.splat(0.5);
  const roots = ROOTS + all;
  for (let a: usize = 4, b = all - 16; a <= b + 12; a += 16, b -= 16) {
    const ar = v128.load(ZR + a), ai = v128.load(ZI + a);
    const x = v128.load(ZR + b), y = v128.load(ZI + b);
    const br = v128.shuffle<i32>(x, x, 3, 2, 1, 0), bi = v128.shuffle<i32>(y, y, 3, 2, 1, 0);
    const wr = v128.load(ROOTS + a), wi = v128.load(roots + a);
    const er = f32x4.mul(half, f32x4.add(ar, br)), ei = f32x4.mul(half, f32x4.sub(ai, bi)), or = f32x4.add(ai, bi), oi = f32x4.sub(br, ar);
    const tr = f32x4.sub(f32x4.mul(or, wr), f32x4.mul(oi, wi)), ti = f32x4.add(f32x4.mul(or, wi), f32x4.mul(oi, wr));
    v128.store(re + a, f32x4.add(er, tr));
    v128.store(im + a, f32x4.add(ei, ti));
    const u = f32x4.sub(er, tr), v = f32x4.sub(ti, ei);
    v128.store(re + b, v128.shuffle<i32>(u, u, 3, 2, 1, 0));
    v128.store(im + b, v128.shuffle<i32>(v, v, 3, 2, 1, 0));
  }
}
