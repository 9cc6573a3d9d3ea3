// Short band-limited interpolation at any positions of a signal that is oversampled twice.

/**
 * `count` samples at the positions start, start + step, … (in samples from `p` on) into `out`: 16 taps, the first 7 samples before the position,
 * from a table of 1025 rows that is interpolated linearly. Positions have 32 bits before and behind the point.
 */
export function interpolate(p: usize, start: f64, step: f64, count: i32, table: usize, out: usize): void {
  const one: f64 = 4294967296;
  let at = <u64>(start * one);
  const move = <u64>(step * one);
  const end = out + (<usize>count << 2);
  p -= 28;
  for (; out < end; out += 4, at += move) {
    const x = p + ((<usize>(at >> 32)) << 2), t = table + ((<usize>(<u32>at >>> 22)) << 6);
    const share = f32x4.splat(<f32>(<i32>(<u32>at & 0x3fffff)) * (1.0 / 4194304.0));
    const a = tap(x, t, share), b = tap(x + 16, t + 16, share), c = tap(x + 32, t + 32, share), d = tap(x + 48, t + 48, share);
    const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
    const half = f32x4.add(sum, v128.shuffle<i64>(sum, sum, 1, 1));
    store<f32>(out, f32x4.extract_lane(half, 0) + f32x4.extract_lane(half, 1));
  }
}

@inline
function tap(x: usize, t: usize, share: v128): v128 {
  const a = v128.load(t);
  return f32x4.mul(v128.load(x), f32x4.add(a, f32x4.mul(share, f32x4.sub(v128.load(t, 64), a))));
}
