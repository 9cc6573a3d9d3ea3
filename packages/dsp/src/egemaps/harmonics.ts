import { createRealFft } from "../core/realFft.js";

/** What an amplitude is where there is no harmonic near the formant. */
const absentDb = -201;

/**
 * Into `out`, from a magnitude spectrum, its pitch (0 where unvoiced) and three formants, in dB: harmonics over noise; the second over the third
 * harmonic, as openSMILE numbers them; the second harmonic over the highest near the third formant; the highest near each formant over the first.
 */
export function createHarmonics(bins: number, binHz: number, sampleRate: number) {
  const plan = createRealFft(2 * (bins - 1));
  const correlation = new Float64Array(plan.length);
  const power = new Float64Array(bins);
  const zeros = new Float64Array(bins);
  return (magnitude: Float64Array, f0: number, formants: ArrayLike<number>, out: Float64Array): void => {
    out.fill(0, 0, 3);
    out.fill(absentDb, 3, 6);
    if (!(f0 > 0)) return;
    for (let k = 0; k < bins; k++) power[k] = magnitude[k] * magnitude[k];
    plan.inverse(power, zeros, correlation);
    out[0] = noiseRatio(correlation, sampleRate / f0);

    const levels: number[] = [];
    for (let h = 1; h <= 100 && h * f0 < sampleRate / 2 - binHz; h++)
      levels.push(levelAt(magnitude, h * f0, f0, binHz));
    if (levels.length < 3) return;
    out[1] = levels[1] - levels[2];
    const first = 20 * Math.log10(magnitude[peakNear(magnitude, f0, f0, binHz)] || 1e-10);
    for (let i = 0; i < 3; i++) {
      let top = Number.NEGATIVE_INFINITY;
      for (const [h, level] of levels.entries()) {
        if (Math.abs((h + 1) * f0 - formants[i]) <= 0.2 * formants[i]) top = Math.max(top, level);
      }
      if (top === Number.NEGATIVE_INFINITY) continue;
      out[3 + i] = top - first;
      if (i === 2) out[2] = levels[1] - top;
    }
  };
}

/** Correlation around one period over what it lacks of the energy. */
function noiseRatio(correlation: Float64Array, period: number): number {
  const at = Math.round(period);
  let top = 0;
  for (let k = Math.max(1, at - 3); k <= Math.min(correlation.length - 1, at + 3); k++)
    top = Math.max(top, correlation[k]);
  const noise = correlation[0] - top;
  if (top <= 0) return -100;
  return noise <= 0 ? 100 : Math.max(-100, Math.min(100, 10 * Math.log10(top / noise)));
}

/** The highest bin within a fifth of the pitch around a harmonic. */
function peakNear(magnitude: Float64Array, hz: number, f0: number, binHz: number): number {
  const low = Math.max(1, Math.ceil((hz - 0.2 * f0) / binHz));
  const high = Math.min(magnitude.length - 2, Math.max(low, Math.floor((hz + 0.2 * f0) / binHz)));
  let best = Math.min(low, high);
  for (let k = low + 1; k <= high; k++) if (magnitude[k] > magnitude[best]) best = k;
  return best;
}

/** Its height in dB, refined by a parabola. */
function levelAt(magnitude: Float64Array, hz: number, f0: number, binHz: number): number {
  const k = peakNear(magnitude, hz, f0, binHz);
  const [left, top, right] = [magnitude[k - 1], magnitude[k], magnitude[k + 1]];
  const bend = left - 2 * top + right;
  const shift = bend < 0 ? (0.5 * (left - right)) / bend : 0;
  const height = Math.abs(shift) <= 1 ? top - 0.25 * (left - right) * shift : top;
  return 20 * Math.log10(Math.max(height, 1e-10));
}
