/** A minute of something like speech: a gliding voice with harmonics, pauses and noise. */
export function voice(sampleRate: number, seconds: number): Float32Array {
  const out = new Float32Array(sampleRate * seconds);
  let state = 12345;
  let phase = 0;
  for (let i = 0; i < out.length; i++) {
    const t = i / sampleRate;
    phase += (2 * Math.PI * (130 + 40 * Math.sin(2 * t) + 25 * Math.sin(0.7 * t))) / sampleRate;
    let sum = 0;
    for (let h = 1; h <= 12; h++) sum += Math.sin(h * phase) / h;
    const gate = Math.max(0, Math.sin(1.9 * t)) ** 2;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = 0.25 * gate * sum + 0.002 * (state / 2 ** 31 - 1);
  }
  return out;
}

/** Clips with the lengths of spoken digits, 0.14 to 1 s. */
export function clips(signal: Float32Array, count: number): Float32Array[] {
  let state = 99;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const length = 1120 + Math.floor((state / 2 ** 32) ** 1.5 * 6880);
    const from = state % (signal.length - length);
    return signal.slice(from, from + length);
  });
}
