import type { FrameSpectrum } from "./spectra.js";

const bands = 26;

/**
 * Loudness, alpha ratio, Hammarberg index, two slopes, flux and cepstral coefficients 1 to 4 of one frame after the other, into the first ten places
 * of `out`: the descriptors that need no pitch.
 */
export function createTimbre({ bins, binHz, magnitudes }: FrameSpectrum) {
  const mel = melBank(bins, binHz);
  const hearing = mel.centres.map(equalLoudness);
  const bin = (hz: number): number => Math.min(bins - 1, Math.round(hz / binHz));
  const [at500, at1000, at1500, at2000, at5000] = [500, 1000, 1500, 2000, 5000].map(bin);
  const power = new Float64Array(bins);
  const decibels = new Float64Array(bins);
  const energies = new Float64Array(bands);
  const before = new Float64Array(bins);
  let started = false;
  return {
    run(out: Float64Array): void {
      for (let k = 0; k < bins; k++) {
        power[k] = magnitudes[k] * magnitudes[k];
        decibels[k] = 10 * Math.log10(Math.max(power[k], 1e-30));
      }
      mel.apply(power, energies);
      out[0] = 0;
      for (let b = 0; b < bands; b++) out[0] += (energies[b] * hearing[b]) ** 0.33 / bands;
      out[1] = ratioDb(sum(power, at1000, at5000 + 1), sum(power, 0, at1000));
      out[2] = ratioDb(max(power, 0, at2000), max(power, at2000, at5000 + 1));
      out[3] = slope(decibels, 0, at500, binHz);
      out[4] = slope(decibels, at500, at1500, binHz);
      out[5] = started ? change(before, magnitudes, at5000) : 0;
      cepstrum(energies, out);
      before.set(magnitudes);
      started = true;
    },
    reset(): void {
      started = false;
    },
  };
}

const sum = (x: Float64Array, from: number, to: number): number => x.subarray(from, to).reduce((a, b) => a + b, 0);
const max = (x: Float64Array, from: number, to: number): number =>
  x.subarray(from, to).reduce((a, b) => Math.max(a, b), 0);
const ratioDb = (a: number, b: number): number => (a > 0 && b > 0 ? 10 * Math.log10(a / b) : 0);

/** Regression over bins from..to; openSMILE counts one bin too few, which tilts it a little. */
function slope(y: Float64Array, from: number, to: number, binHz: number): number {
  const n = to - from;
  let sx = 0;
  let sxx = 0;
  let sy = 0;
  let sxy = 0;
  for (let k = from; k <= to; k++) {
    sx += k;
    sxx += k * k;
    sy += y[k];
    sxy += k * y[k];
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx) / binHz;
}

function change(before: Float64Array, now: Float64Array, count: number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += (now[k] - before[k]) ** 2;
  return Math.sqrt(total / count);
}

/** As HTK: sums of 16-bit samples, logarithm, cosine transform, lifter. */
function cepstrum(energies: Float64Array, out: Float64Array): void {
  for (let c = 1; c <= 4; c++) {
    let total = 0;
    for (let b = 0; b < bands; b++) {
      total += Math.log(Math.max(energies[b] * 32767 ** 2, 1e-8)) * Math.cos((Math.PI * c * (b + 0.5)) / bands);
    }
    out[5 + c] = total * Math.sqrt(2 / bands) * (1 + 11 * Math.sin((Math.PI * c) / 22));
  }
}

/** Triangles even in mel between 20 Hz and 8 kHz (or half the sample rate). */
function melBank(bins: number, binHz: number) {
  const toMel = (hz: number): number => 1127 * Math.log(1 + hz / 700);
  const low = toMel(20);
  const step = (toMel(Math.min(8000, (bins - 1) * binHz)) - low) / (bands + 1);
  const centres = Array.from({ length: bands }, (_, b) => 700 * (Math.exp((low + (b + 1) * step) / 1127) - 1));
  // Each bin feeds two neighbours: share goes to the upper one. The bin next to 0 Hz is left out.
  const band = new Int32Array(bins).fill(-2);
  const share = new Float64Array(bins);
  for (let k = 2; k < bins; k++) {
    const place = (toMel(k * binHz) - low) / step;
    if (place < 0 || place > bands + 1) continue;
    band[k] = Math.floor(place) - 1;
    share[k] = place - Math.floor(place);
  }
  return {
    centres,
    apply(power: Float64Array, out: Float64Array): void {
      out.fill(0);
      for (let k = 2; k < bins; k++) {
        const b = band[k];
        if (b >= 0 && b < bands) out[b] += (1 - share[k]) * power[k];
        if (b >= -1 && b + 1 < bands) out[b + 1] += share[k] * power[k];
      }
    },
  };
}

/** How well the ear hears a frequency. Source: Hermansky 1990, with openSMILE's exponent of the upper roll-off. */
function equalLoudness(hz: number): number {
  const w2 = (2 * Math.PI * hz) ** 2;
  const w7 = (2 * Math.PI * hz) ** 7;
  return (1e32 * (w2 + 56.8e6) * w2 * w2) / ((w2 + 6.3e6) ** 2 * (w2 + 0.38e9) * (w7 + 1.7e31));
}
