// Short band-limited interpolation at any positions of a signal that is oversampled twice.

/**
 * `count` samples at the positions start, start + step, … (in samples from `p` on) into `out`: 16 taps, the first 7 samples before the position,
 * from a table of `phases` + 1 rows that is interpolated linearly.
 */
export function interpolate(p: usize, start: f64, step: f64, count: i32, table: usize, phases: i32, out: usize): void {
  const scale = <f64>phases;
  for (let i = 0; i < count; i++, out += 4) {
    const time = start + step * <f64>i, base = floor(time), at = (time - base) * scale, phase = floor(at);
    const x = p + (<usize>(<i32>base - 7) << 2), t = table + (<usize>(<i32>phase) << 6);
    const share = f32x4.splat(<f32>(at - phase));
    let sum = f32x4.splat(0);
    for (let k: usize = 0; k < 64; k += 16) {
      const a = v128.load(t + k), b = v128.load(t + k, 64);
      sum = f32x4.add(sum, f32x4.mul(v128.load(x + k), f32x4.add(a, f32x4.mul(share, f32x4.sub(b, a)))));
    }
    store<f32>(out, f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)));
  }
}
