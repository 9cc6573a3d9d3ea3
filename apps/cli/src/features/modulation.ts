import { createFft, type Matrix } from "@earshot/dsp";

/** Borders in Hz of the rates of change that are measured apart. */
const rates = [0.4, 1.2, 2.5, 4, 6.5, 10, 18, 40];
/** Groups of neighbouring mel bands. */
export const modulationBands = 10;
const framesPerSec = 100;

/** Frames that are looked at, five seconds of them. */
const modulationFrames = 512;

/** Names of the numbers of {@link modulation}. */
export const modulationNames = (): string[] =>
  Array.from({ length: modulationBands }, (_, b) =>
    rates.slice(1).map((to, r) => `modulation.band${b}.${rates[r]}to${to}Hz`),
  ).flat();

const fft = createFft(modulationFrames);

/**
 * How fast a voice gets louder and softer: log power of seven rates of change, 0.4 to 40 Hz, of the mean level of ten groups of bands,
 * under half a sine over the first five seconds at most.
 *
 * @param spectrum log-mel, frames of 10 ms × at least ten bands
 * @returns 70 numbers, rates fastest
 */
export function modulation({ data, rows, cols }: Matrix): Float32Array {
  const out = new Float32Array(modulationBands * (rates.length - 1));
  const n = Math.min(rows, modulationFrames);
  for (let b = 0; b < modulationBands; b++) {
    const [from, to] = [Math.floor((b * cols) / modulationBands), Math.floor(((b + 1) * cols) / modulationBands)];
    const re = new Float64Array(modulationFrames);
    const im = new Float64Array(modulationFrames);
    for (let t = 0; t < n; t++) for (let k = from; k < to; k++) re[t] += data[t * cols + k] / (to - from);
    const mean = re.reduce((sum, v) => sum + v, 0) / n;
    for (let t = 0; t < n; t++) re[t] = (re[t] - mean) * Math.sin((Math.PI * (t + 0.5)) / n);
    fft.forward(re, im);
    for (let r = 0; r + 1 < rates.length; r++) {
      const at = (hz: number): number => Math.ceil((hz * modulationFrames) / framesPerSec);
      let power = 1e-9;
      for (let k = at(rates[r]); k < at(rates[r + 1]); k++) power += re[k] ** 2 + im[k] ** 2;
      out[b * (rates.length - 1) + r] = Math.log(power / n);
    }
  }
  return out;
}
