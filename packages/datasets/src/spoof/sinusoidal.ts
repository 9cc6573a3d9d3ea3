import { stft } from "@earshot/dsp";
import { powerOfTwo } from "./excitation.js";
import type { SpoofMethod } from "./types.js";

/**
 * A sum of sinusoids: the highest peaks of each frame's spectrum are played with phases of their own, and the noise between them is lost.
 *
 * Source: McAulay & Quatieri 1986, without their phase matching.
 */
export const sinusoidal: SpoofMethod = (samples, { sampleRate, rng }) => {
  const partials = rng.integer(20, 45);
  const nFft = powerOfTwo(0.04, sampleRate);
  const hop = nFft / 4;
  const { re, im } = stft(samples, { nFft, hopLength: hop });
  const out = new Float32Array(samples.length);
  const phases = new Float64Array(re.cols).map(() => 2 * Math.PI * rng.next());
  const magnitude = new Float64Array(re.cols);
  for (let frame = 0; frame < re.rows; frame++) {
    const at = frame * re.cols;
    for (let k = 0; k < re.cols; k++) magnitude[k] = Math.hypot(re.data[at + k], im.data[at + k]);
    for (const { bin, height } of highestPeaks(magnitude, partials)) {
      addPartial(out, frame * hop, hop, (2 * Math.PI * bin) / nFft, (4 * height) / nFft, phases, Math.round(bin));
    }
    // Each oscillator goes on where the frame before left it.
    for (let k = 0; k < phases.length; k++) phases[k] += (2 * Math.PI * k * hop) / nFft;
  }
  return { samples: out, parameters: { partials } };
};

/** Peaks of a spectrum, placed between bins by a parabola through the logarithms. */
function highestPeaks(magnitude: Float64Array, count: number): { bin: number; height: number }[] {
  const peaks: { bin: number; height: number }[] = [];
  for (let k = 2; k + 1 < magnitude.length; k++) {
    const [low, middle, high] = [magnitude[k - 1], magnitude[k], magnitude[k + 1]];
    if (!(middle > low && middle >= high && middle > 1e-6)) continue;
    const [a, b, c] = [low, middle, high].map((m) => Math.log(Math.max(m, 1e-12)));
    const shift = (0.5 * (a - c)) / (a - 2 * b + c || 1);
    peaks.push({ bin: k + shift, height: Math.exp(b - 0.25 * (a - c) * shift) });
  }
  return peaks.sort((a, b) => b.height - a.height).slice(0, count);
}

/** Adds one partial around a frame's centre, faded in and out over a hop each so that frames add up to 1. */
function addPartial(
  out: Float32Array,
  centre: number,
  hop: number,
  step: number,
  height: number,
  phases: Float64Array,
  bin: number,
): void {
  const phase = phases[bin];
  // A rotating number instead of a cosine for each sample.
  let re = Math.cos(phase - step * hop);
  let im = Math.sin(phase - step * hop);
  const [c, s] = [Math.cos(step), Math.sin(step)];
  for (let t = -hop; t < hop; t++) {
    const at = centre + t;
    if (at >= 0 && at < out.length) out[at] += height * re * (1 - Math.abs(t) / hop);
    const next = re * c - im * s;
    im = re * s + im * c;
    re = next;
  }
}
