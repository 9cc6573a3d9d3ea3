// Four frames into and out of the four lanes.

/** Four vectors of four become their transpose. */
@inline
export function store4x4(a: v128, b: v128, c: v128, d: v128, o: usize, row: usize): void {
  const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(o, v128.shuffle<i64>(ab0, cd0, 0, 2));
  v128.store(o + row, v128.shuffle<i64>(ab0, cd0, 1, 3));
  v128.store(o + 2 * row, v128.shuffle<i64>(ab1, cd1, 0, 2));
  v128.store(o + 3 * row, v128.shuffle<i64>(ab1, cd1, 1, 3));
}

/**
 * `count` lane vectors, `step` bytes apart, become four rows of `row` bytes. Blocks of four go from the last to the first, since the last may run
 * over the end of its row into the next, which is mended when its turn comes; the fourth row needs slack behind it.
 */
export function scatter(src: usize, step: usize, count: i32, o: usize, row: usize): void {
  let block = (count - 1) & ~3;
  let p = src + <usize>block * step, q = o + (<usize>block << 2);
  for (; block >= 0; block -= 4) {
    store4x4(v128.load(p), v128.load(p + step), v128.load(p + 2 * step), v128.load(p + 3 * step), q, row);
    p -= 4 * step;
    q -= 16;
  }
}

/** The inverse: four rows become `count` lane vectors; reads up to three numbers beyond a row's end. */
export function gatherRows(src: usize, row: usize, count: i32, o: usize, step: usize): void {
  for (let k = 0; k < count; k += 4) {
    const a = v128.load(src), b = v128.load(src + row), c = v128.load(src + 2 * row), d = v128.load(src + 3 * row);
    const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(o, v128.shuffle<i64>(ab0, cd0, 0, 2));
    v128.store(o + step, v128.shuffle<i64>(ab0, cd0, 1, 3));
    v128.store(o + 2 * step, v128.shuffle<i64>(ab1, cd1, 0, 2));
    v128.store(o + 3 * step, v128.shuffle<i64>(ab1, cd1, 1, 3));
    src += 16;
    o += 4 * step;
  }
}
