// Output samples one by one from a table of filters, one for each phase.

/** `count` outputs: from the samples at `p` on, `taps` (a multiple of 4) for the first, whose phase is `phase`; each is down / up samples later. */
export function polyphase(p: usize, count: i32, phase: i32, up: i32, down: i32, taps: i32, table: usize, out: usize): void {
  const row = <usize>taps << 2;
  const whole = down / up, rest = down % up;
  for (let i = 0; i < count; i++, out += 4) {
    let t = table + <usize>phase * row, x = p;
    const end = x + row;
    let a = f32x4.splat(0), b = a;
    for (; x + 32 <= end; x += 32, t += 32) {
      a = f32x4.add(a, f32x4.mul(v128.load(x), v128.load(t)));
      b = f32x4.add(b, f32x4.mul(v128.load(x, 16), v128.load(t, 16)));
    }
    if (x < end) a = f32x4.add(a, f32x4.mul(v128.load(x), v128.load(t)));
    a = f32x4.add(a, b);
    store<f32>(out, f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3)));
    p += <usize>whole << 2;
    phase += rest;
    if (phase >= up) {
      phase -= up;
      p += 4;
    }
  }
}
