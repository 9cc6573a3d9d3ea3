// Comparisons, choices between two, limits, and nearest neighbours of pixels. Truth is a byte a number, 0 or 1, as in TensorFlow.js.
import { loadPart, storePart } from "./vector";

// @ts-ignore: decorator
@inline function compare4(op: i32, a: v128, b: v128): v128 {
  switch (op) {
    case 0: return f32x4.eq(a, b);
    case 1: return f32x4.ne(a, b);
    case 2: return f32x4.gt(a, b);
    case 3: return f32x4.ge(a, b);
    case 4: return f32x4.lt(a, b);
    default: return f32x4.le(a, b);
  }
}

/** Elements [start, end): out = a op b; b is one number where `scalar`. start is a multiple of 4. */
export function compare(start: i32, end: i32, worker: i32, op: i32, a: usize, b: usize, out: usize, scalar: i32): void {
  const one = i8x16.splat(1), all = scalar ? v128.load32_splat(b) : f32x4.splat(0);
  for (let i = start; i < end; i += 4) {
    const o = <usize>i << 2, n = end - i;
    const x = n >= 4 ? v128.load(a + o) : loadPart(a + o, n);
    const y = scalar ? all : n >= 4 ? v128.load(b + o) : loadPart(b + o, n);
    const words = i16x8.narrow_i32x4_s(compare4(op, x, y), i32x4.splat(0));
    const bytes = v128.and(i8x16.narrow_i16x8_s(words, words), one);
    if (n >= 4) v128.store_lane<u32>(out + <usize>i, bytes, 0);
    else {
      let rest = i32x4.extract_lane(bytes, 0);
      for (let k = 0; k < n; k++) { store<u8>(out + <usize>(i + k), <u8>rest); rest >>= 8; }
    }
  }
}

/** Four bytes as four numbers. */
// @ts-ignore: decorator
@inline function bytes4(p: usize, n: i32): v128 {
  let word: u32 = 0;
  if (n >= 4) word = load<u32>(p);
  else for (let k = n - 1; k >= 0; k--) word = (word << 8) | <u32>load<u8>(p + <usize>k);
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.replace_lane(i32x4.splat(0), 0, word)));
}

/** Elements [start, end): out = a where the condition's byte is not 0, else b. start is a multiple of 4. */
export function select(start: i32, end: i32, worker: i32, condition: usize, a: usize, b: usize, out: usize): void {
  for (let i = start; i < end; i += 4) {
    const o = <usize>i << 2, n = end - i;
    const mask = i32x4.ne(bytes4(condition + <usize>i, n), i32x4.splat(0));
    if (n >= 4) v128.store(out + o, v128.bitselect(v128.load(a + o), v128.load(b + o), mask));
    else storePart(out + o, v128.bitselect(loadPart(a + o, n), loadPart(b + o, n), mask), n);
  }
}

/** Bytes [start, end): truth of a and b (op 0), a or b (1), not a (2), each 0 or 1. */
export function logical(start: i32, end: i32, worker: i32, op: i32, a: usize, b: usize, out: usize): void {
  for (let i: usize = start; i < <usize>end; i++) {
    const x = load<u8>(a + i), y = load<u8>(b + i);
    store<u8>(out + i, op == 0 ? x & y : op == 1 ? x | y : x ^ 1);
  }
}

/** Elements [start, end): bytes as floats. start is a multiple of 4. */
export function widen(start: i32, end: i32, worker: i32, x: usize, out: usize): void {
  for (let i = start; i < end; i += 4) {
    const n = end - i, v = f32x4.convert_i32x4_u(bytes4(x + <usize>i, n));
    if (n >= 4) v128.store(out + (<usize>i << 2), v);
    else storePart(out + (<usize>i << 2), v, n);
  }
}

/** Elements [start, end): out = x held between low and high; or where dy is given, dy where x lies between, else 0. */
export function clip(start: i32, end: i32, worker: i32, x: usize, dy: usize, low: f32, high: f32, out: usize): void {
  const l = f32x4.splat(low), h = f32x4.splat(high);
  for (let i = start; i < end; i += 4) {
    const o = <usize>i << 2, n = end - i;
    const v = n >= 4 ? v128.load(x + o) : loadPart(x + o, n);
    let y: v128;
    if (dy) {
      const d = n >= 4 ? v128.load(dy + o) : loadPart(dy + o, n);
      y = v128.and(d, v128.and(f32x4.ge(v, l), f32x4.le(v, h)));
    } else y = f32x4.pmin(f32x4.pmax(v, l), h);
    if (n >= 4) v128.store(out + o, y);
    else storePart(out + o, y, n);
  }
}

/** Rows [start, end) of outer: out[o, c] = the largest of x[o, r, c] over r; NaN is larger than all. */
export function middleMax(start: i32, end: i32, worker: i32, x: usize, R: i32, C: i32, out: usize): void {
  const bytes: usize = <usize>C << 2;
  for (let o = start; o < end; o++)
    for (let c = 0; c < C; c += 4) {
      const n = C - c;
      let p = x + <usize>(o * R) * bytes + (<usize>c << 2);
      let m = f32x4.splat(-Infinity);
      for (let r = 0; r < R; r++) {
        m = f32x4.max(m, n >= 4 ? v128.load(p) : loadPart(p, n));
        p += bytes;
      }
      const to = out + <usize>o * bytes + (<usize>c << 2);
      if (n >= 4) v128.store(to, m);
      else storePart(to, m, n);
    }
}

/** Output rows [start, end) (image · Ho + row): pixels of the input rows and columns that the two tables name. */
export function nearest(start: i32, end: i32, worker: i32, x: usize, rows: usize, columns: usize, H: i32, W: i32, C: i32, Ho: i32, Wo: i32, out: usize): void {
  const bytes: usize = <usize>C << 2;
  let to = out + <usize>(start * Wo) * bytes;
  for (let r = start; r < end; r++) {
    const from = x + <usize>(((r / Ho) * H + load<i32>(rows + (<usize>(r % Ho) << 2))) * W) * bytes;
    for (let w = 0; w < Wo; w++) {
      memory.copy(to, from + <usize>load<i32>(columns + (<usize>w << 2)) * bytes, bytes);
      to += bytes;
    }
  }
}

/** Images [start, end): the sums of dy over the pixels that came from each: the gradient of `nearest`. */
export function nearestGradient(start: i32, end: i32, worker: i32, dy: usize, rows: usize, columns: usize, H: i32, W: i32, C: i32, Ho: i32, Wo: i32, out: usize): void {
  const bytes: usize = <usize>C << 2, image: usize = <usize>(H * W) * bytes;
  for (let n = start; n < end; n++) {
    const own = out + <usize>n * image;
    memory.fill(own, 0, image);
    let from = dy + <usize>(n * Ho * Wo) * bytes;
    for (let h = 0; h < Ho; h++) {
      const row = own + <usize>(load<i32>(rows + (<usize>h << 2)) * W) * bytes;
      for (let w = 0; w < Wo; w++) {
        const to = row + <usize>load<i32>(columns + (<usize>w << 2)) * bytes;
        let c: usize = 0;
        for (; c + 16 <= bytes; c += 16) v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(from + c)));
        for (; c < bytes; c += 4) store<f32>(to + c, load<f32>(to + c) + load<f32>(from + c));
        from += bytes;
      }
    }
  }
}
