// Numbers from one place to another: rows at strides, axes exchanged, rows by index and their sums.

/** Rows [start, end): `count` numbers each from `from + r·fromBytes` to `to + r·toBytes`. */
export function copyRows(start: i32, end: i32, worker: i32, from: usize, fromBytes: usize, to: usize, toBytes: usize, count: i32): void {
  for (let r = start; r < end; r++) {
    let p = from + <usize>r * fromBytes, q = to + <usize>r * toBytes;
    if (count >= 64) {
      memory.copy(q, p, <usize>count << 2);
      continue;
    }
    let i = 0;
    for (; i + 4 <= count; i += 4) { v128.store(q, v128.load(p)); p += 16; q += 16; }
    for (; i < count; i++) { store<f32>(q, load<f32>(p)); p += 4; q += 4; }
  }
}

/** Outermost [start, end) of an array of four axes written in order, read at the strides s0 … s3 (numbers). */
export function transpose(
  start: i32, end: i32, worker: i32, x: usize, out: usize, n1: i32, n2: i32, n3: i32, s0: i32, s1: i32, s2: i32, s3: i32,
): void {
  let to = out + (<usize>(start * n1 * n2 * n3) << 2);
  const step: usize = <usize>s3 << 2;
  for (let a = start; a < end; a++)
    for (let b = 0; b < n1; b++)
      for (let c = 0; c < n2; c++) {
        let from = x + (<usize>(a * s0 + b * s1 + c * s2) << 2);
        if (s3 == 1) {
          let d = 0;
          for (; d + 4 <= n3; d += 4) { v128.store(to, v128.load(from)); from += 16; to += 16; }
          for (; d < n3; d++) { store<f32>(to, load<f32>(from)); from += 4; to += 4; }
        } else
          for (let d = 0; d < n3; d++) { store<f32>(to, load<f32>(from)); from += step; to += 4; }
      }
}

/** Rows [start, end): out[r] = table[index[r]], `count` numbers each; zeros for an index outside [0, rows). */
export function gatherRows(start: i32, end: i32, worker: i32, table: usize, index: usize, rows: i32, count: i32, out: usize): void {
  const bytes: usize = <usize>count << 2;
  for (let r = start; r < end; r++) {
    const i = load<i32>(index + (<usize>r << 2));
    if (i >= 0 && i < rows) memory.copy(out + <usize>r * bytes, table + <usize>i * bytes, bytes);
    else memory.fill(out + <usize>r * bytes, 0, bytes);
  }
}

/** Columns [start, end) in fours of out[index[r]] += x[r], in the order of r: the gradient of gatherRows. */
export function scatterAddRows(start: i32, end: i32, worker: i32, x: usize, index: usize, n: i32, rows: i32, count: i32, out: usize): void {
  const first = start << 2, last = min(count, end << 2);
  for (let r = 0; r < n; r++) {
    const i = load<i32>(index + (<usize>r << 2));
    if (i < 0 || i >= rows) continue;
    const p = x + (<usize>(r * count) << 2), q = out + (<usize>(i * count) << 2);
    for (let c = first; c < last; c++) {
      const o = <usize>c << 2;
      store<f32>(q + o, load<f32>(q + o) + load<f32>(p + o));
    }
  }
}
