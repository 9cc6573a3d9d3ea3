import { createRealFft } from "../core/realFft.js";

/** Correlation of `frame` with itself, r[k] = Σ x[j]·x[j + k] for k = 0..maxLag, into `out`. */
export type FrameCorrelator = (frame: Float64Array, out: Float64Array) => void;

/** For frames of one length; allocates nothing per frame. */
export function createFrameCorrelator(frameLength: number, maxLag: number): FrameCorrelator {
  const plan = createRealFft(fastLength(frameLength + maxLag));
  const padded = new Float64Array(plan.length);
  const re = new Float64Array(plan.bins);
  const im = new Float64Array(plan.bins);
  return (frame, out) => {
    padded.fill(0, frameLength);
    padded.set(frame);
    plan.forward(padded, re, im);
    for (let k = 0; k < re.length; k++) re[k] = re[k] * re[k] + im[k] * im[k];
    im.fill(0);
    plan.inverse(re, im, padded);
    for (let k = 0; k <= maxLag; k++) out[k] = padded[k];
  };
}

/** The smallest length ≥ n that the transform is fast at. */
export function fastLength(n: number): number {
  let best = 2 ** Math.ceil(Math.log2(Math.max(2, n)));
  for (const odd of [3, 5, 9]) {
    const length = odd * 2 ** Math.max(2, Math.ceil(Math.log2(n / odd)));
    if (length < best) best = length;
  }
  return best;
}
