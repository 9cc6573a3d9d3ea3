// Sums and maxima. Sums of columns go through parts of a fixed number of rows, in double, joined in a fixed order.
import { maxLanes, sumLanes } from "./vector";

/** Parts [start, end) of rows: part i sums rows [i·per, (i+1)·per) of x [rows, C] into out [parts][C] (f64). */
export function columnSums(start: i32, end: i32, worker: i32, x: usize, rows: i32, C: i32, per: i32, out: usize): void {
  const stride: usize = <usize>C << 2;
  for (let part = start; part < end; part++) {
    const o = out + <usize>part * (<usize>C << 3);
    memory.fill(o, 0, <usize>C << 3);
    const last = min(rows, (part + 1) * per);
    for (let r0 = part * per; r0 < last; r0 += 64) {
      const r1 = min(last, r0 + 64);
      let c = 0;
      for (; c + 4 <= C; c += 4) {
        let p = x + <usize>r0 * stride + (<usize>c << 2);
        let s = f32x4.splat(0);
        for (let r = r0; r < r1; r++) { s = f32x4.add(s, v128.load(p)); p += stride; }
        addDouble(o + (<usize>c << 3), s);
      }
      for (; c < C; c++) {
        let p = x + <usize>r0 * stride + (<usize>c << 2);
        let s: f32 = 0;
        for (let r = r0; r < r1; r++) { s += load<f32>(p); p += stride; }
        const q = o + (<usize>c << 3);
        store<f64>(q, load<f64>(q) + <f64>s);
      }
    }
  }
}

/** Four sums join their doubles. */
// @ts-ignore: decorator
@inline export function addDouble(o: usize, s: v128): void {
  v128.store(o, f64x2.add(v128.load(o), f64x2.promote_low_f32x4(s)));
  v128.store(o, f64x2.add(v128.load(o, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(s, s, 2, 3, 2, 3))), 16);
}

/** Columns [start, end): the parts' sums, times scale, as f32. */
export function joinSums(start: i32, end: i32, worker: i32, parts: usize, count: i32, C: i32, scale: f64, out: usize): void {
  for (let c = start; c < end; c++) {
    let s: f64 = 0;
    for (let i = 0; i < count; i++) s += load<f64>(parts + ((<usize>i * <usize>C + <usize>c) << 3));
    store<f32>(out + (<usize>c << 2), <f32>(s * scale));
  }
}

/** Rows [start, end) of x [rows, C]: sum (kind 0) or maximum (kind 1) of each, sums times scale. */
export function rowReduce(start: i32, end: i32, worker: i32, x: usize, C: i32, kind: i32, scale: f32, out: usize): void {
  const rest = C & 3;
  for (let r = start; r < end; r++) {
    let p = x + ((<usize>r * <usize>C) << 2);
    const stop = p + (<usize>(C - rest) << 2);
    if (kind == 0) {
      let total: f64 = 0;
      while (p < stop) {
        const e = min(stop, p + 4096);
        let s = f32x4.splat(0);
        for (; p < e; p += 16) s = f32x4.add(s, v128.load(p));
        total += <f64>sumLanes(s);
      }
      for (let i = 0; i < rest; i++) { total += <f64>load<f32>(p); p += 4; }
      store<f32>(out + (<usize>r << 2), <f32>(total * <f64>scale));
    } else {
      let m = f32x4.splat(-Infinity);
      for (; p < stop; p += 16) m = f32x4.max(m, v128.load(p));
      let best = maxLanes(m);
      for (let i = 0; i < rest; i++) { best = max(best, load<f32>(p)); p += 4; }
      store<f32>(out + (<usize>r << 2), best);
    }
  }
}
