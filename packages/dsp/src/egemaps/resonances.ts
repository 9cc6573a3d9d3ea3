import { levinsonDurbin } from "../pitch/lpc.js";
import { polynomialRoots } from "../pitch/roots.js";
import type { FrameSpectrum } from "./spectra.js";

/** Hz of the sound that linear prediction sees. */
const targetRate = 11000;
const order = 11;

/**
 * Formants by linear prediction from a spectrum at a lower rate.
 *
 * openSMILE resamples the frame, zeros before and after it, and predicts from as many samples as the frame has at the new rate, counted from the
 * zeros on; of the bins it takes half as many as samples. That is kept: the formants of the set are those.
 *
 * @returns a function that writes three frequencies and three bandwidths, Hz, of the spectrum it was made for; 0 where there are fewer
 */
export function createResonances(
  { bins, re, im }: FrameSpectrum,
  sampleRate: number,
  frameLength: number,
): (out: Float64Array) => void {
  const nFft = 2 * (bins - 1);
  const length = Math.floor((frameLength * targetRate) / sampleRate);
  const used = Math.min(bins, Math.floor(length / 2));
  const padding = Math.floor((nFft - frameLength) / 2);
  // Rotation of each bin for each sample wanted, the zeros before the frame included.
  const cos = new Float64Array(length * used);
  const sin = new Float64Array(length * used);
  for (let m = 0; m < length; m++) {
    for (let k = 0; k < used; k++) {
      const angle = (2 * Math.PI * k * ((m * sampleRate) / targetRate - padding)) / nFft;
      cos[m * used + k] = Math.cos(angle);
      sin[m * used + k] = Math.sin(angle);
    }
  }
  const sound = new Float64Array(length);
  const r = new Float64Array(order + 1);
  return (out) => {
    for (let m = 0, at = 0; m < length; m++) {
      let sum = 0;
      for (let k = 0; k < used; k++, at++) sum += re[k] * cos[at] - im[k] * sin[at];
      sound[m] = sum;
    }
    for (let k = 0; k <= order; k++) {
      r[k] = 0;
      for (let m = k; m < length; m++) r[k] += sound[m] * sound[m - k];
    }
    out.fill(0);
    if (r[0] === 0) return;
    for (const [i, [hz, width]] of polesOf(levinsonDurbin(r, order)).slice(0, 3).entries()) {
      out[i] = hz;
      out[3 + i] = width;
    }
  };
}

/** openSMILE takes the roots of the predictor's coefficients with their signs turned; so are the formants of the set. */
function polesOf(a: Float64Array): [hz: number, bandwidth: number][] {
  const { re, im } = polynomialRoots(a.map((v, i) => (i === 0 ? v : -v)));
  const poles: [number, number][] = [];
  for (let i = 0; i < re.length; i++) {
    const hz = (Math.atan2(im[i], re[i]) * targetRate) / (2 * Math.PI);
    const width = (-Math.log(Math.hypot(re[i], im[i])) * targetRate) / Math.PI;
    if (im[i] >= 0 && hz >= 50 && hz <= 5450) poles.push([hz, width]);
  }
  return poles.sort((x, y) => x[0] - y[0]);
}
