import type { FrameSpectrum } from "./spectra.js";

const minHz = 25;
const harmonics = 15;
const compression = 0.85;
export const candidateCount = 6;
const minPitch = 55;
const maxPitch = 1000;
/** Octaves by which openSMILE's pitch lies above the peak on the axis. */
const axisOffset = 0.0029;

/** Pitches that a frame may have, Hz, and how sure each is, 0..1; 0 Hz where there are fewer. */
export interface Candidates {
  readonly hz: Float64Array;
  readonly voicing: Float64Array;
}

/**
 * Candidates of pitch by summing subharmonics: on a logarithmic axis the harmonics of a tone lie at fixed distances, so shifted copies of the spectrum
 * add up at its pitch.
 *
 * @returns a function that writes the candidates of the spectrum it was made for
 * Source: Hermes 1988; openSMILE's `cSpecScale` and `cPitchShs`.
 */
export function createCandidates({ bins, binHz, magnitudes }: FrameSpectrum): (out: Candidates) => void {
  const step = Math.log2(((bins - 1) * binHz) / minHz) / (bins - 1);
  const toOctaves = createOctaveScale(bins, binHz, step);
  const shifts = Array.from({ length: harmonics }, (_, h) => Math.log2(h + 1) / step);
  const scaled = new Float64Array(bins);
  const summed = new Float64Array(bins);
  return ({ hz, voicing }) => {
    toOctaves(magnitudes, scaled);
    summed.fill(0);
    for (const [h, shift] of shifts.entries()) {
      const whole = Math.floor(shift);
      const share = shift - whole;
      const weight = compression ** h;
      for (let i = 0; i + whole < bins; i++) {
        const next = i + whole + 1 < bins ? scaled[i + whole + 1] : 0;
        summed[i] += weight * ((1 - share) * scaled[i + whole] + share * next);
      }
    }
    let mean = 0;
    for (let i = 0; i < bins; i++) mean += summed[i] / bins;
    const found = peaksOf(summed, step);
    for (let c = 0; c < candidateCount; c++) {
      const [pitch, score] = found[c] ?? [0, 0];
      hz[c] = pitch;
      voicing[c] = score > 0 ? 1 - mean / score : 0;
    }
  };
}

/** Peaks kept, smoothed, read off at even steps of octaves by a natural cubic spline, and weighted as the ear does. */
function createOctaveScale(bins: number, binHz: number, step: number) {
  const kept = new Float64Array(bins);
  const smooth = new Float64Array(bins);
  const curve = new Float64Array(bins);
  const factor = new Float64Array(bins);
  const places = Float64Array.from({ length: bins }, (_, i) => (minHz * 2 ** (i * step)) / binHz);
  const hearing = Float64Array.from(
    places,
    (place) => 0.5 + Math.atan(3 * Math.log2((place * binHz) / 31.8)) / Math.PI,
  );
  return (magnitude: Float64Array, out: Float64Array): void => {
    kept.fill(0);
    for (let k = 1; k < bins - 1; k++) {
      if (magnitude[k] > magnitude[k - 1] && magnitude[k] >= magnitude[k + 1]) {
        for (let i = Math.max(0, k - 2); i <= Math.min(bins - 1, k + 2); i++) kept[i] = magnitude[i];
      }
    }
    smooth[0] = kept[0];
    smooth[bins - 1] = kept[bins - 1];
    for (let k = 1; k < bins - 1; k++) smooth[k] = (kept[k - 1] + 2 * kept[k] + kept[k + 1]) / 4;
    // Second derivatives of the spline: a system with 4 on its diagonal and 1 beside it.
    factor[0] = 0;
    curve[0] = 0;
    for (let k = 1; k < bins - 1; k++) {
      const right = 6 * (smooth[k + 1] - 2 * smooth[k] + smooth[k - 1]);
      const pivot = 4 - factor[k - 1];
      factor[k] = 1 / pivot;
      curve[k] = (right - curve[k - 1]) / pivot;
    }
    curve[bins - 1] = 0;
    for (let k = bins - 2; k > 0; k--) curve[k] -= factor[k] * curve[k + 1];
    for (let i = 0; i < bins; i++) {
      const k = Math.min(bins - 2, Math.floor(places[i]));
      const b = places[i] - k;
      const a = 1 - b;
      const bent = ((a * a * a - a) * curve[k] + (b * b * b - b) * curve[k + 1]) / 6;
      out[i] = (a * smooth[k] + b * smooth[k + 1] + bent) * hearing[i];
    }
  };
}

/** The highest peaks in the range of pitch: Hz and score, refined by a parabola, highest first. */
function peaksOf(summed: Float64Array, step: number): [hz: number, score: number][] {
  const peaks: [number, number][] = [];
  for (let i = 1; i < summed.length - 1; i++) {
    const [left, top, right] = [summed[i - 1], summed[i], summed[i + 1]];
    if (!(top > left && top >= right)) continue;
    const shift = (0.5 * (left - right)) / (left - 2 * top + right);
    const hz = minHz * 2 ** ((i + shift) * step + axisOffset);
    if (hz >= minPitch && hz <= maxPitch) peaks.push([hz, top - 0.25 * (left - right) * shift]);
  }
  return peaks.sort((a, b) => b[1] - a[1]).slice(0, candidateCount);
}
