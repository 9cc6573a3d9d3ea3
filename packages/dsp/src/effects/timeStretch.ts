import { requireFinite, requirePositive } from "../core/check.js";
import { frameCount } from "../core/frame.js";
import { createRealFft } from "../core/realFft.js";
import { createAnalyser, frameWindow, type ResolvedStft, resolveStft, type StftOptions } from "../core/stft.js";
import { clearPolar, stretchFrames, toPolar } from "./phaseVocoder.js";

export interface TimeStretchOptions extends Omit<StftOptions, "center" | "padMode"> {
  /** Speed: 2 plays in half the time, 0.5 in twice the time; the pitch stays. */
  rate: number;
}

/**
 * Changes the duration but not the pitch, by a phase vocoder. Needs memory for its output and a few frames.
 *
 * @param samples mono audio, length n; not modified
 * @returns round(n / rate) samples
 * @throws RangeError if rate is not positive, or a sample is NaN or ±∞
 * Source: Ellis 2002. Equals librosa 0.11 `effects.time_stretch` on doubles within 1e-5 of the peak.
 */
export function timeStretch(samples: Float32Array, { rate, ...framing }: TimeStretchOptions): Float32Array {
  requireFinite("timeStretch", "samples", samples);
  requirePositive("timeStretch", "rate", rate);
  const options = resolveStft("timeStretch", framing);
  const { nFft, hopLength } = options;
  const out = new Float32Array(roundHalfToEven(samples.length / rate));
  if (samples.length === 0 || out.length === 0) return out;

  const inputFrames = frameCount(samples.length, { frameLength: nFft, hopLength, center: true });
  const half = Math.floor(nFft / 2);
  const frames = Math.min(Math.ceil(inputFrames / rate), Math.ceil((out.length + 2 * half) / hopLength));
  const analyser = createAnalyser(options);
  const plan = createRealFft(nFft);
  const frame = new Float64Array(nFft);
  const adder = createOverlapAdder(options, out, -half);
  stretchFrames(
    {
      frames,
      bins: plan.bins,
      rate,
      read(t, polar) {
        if (t >= inputFrames) return clearPolar(polar);
        analyser.analyse(samples, t * hopLength - half);
        toPolar(analyser.re, analyser.im, polar);
      },
    },
    (_, re, im) => {
      plan.inverse(re, im, frame);
      adder.add(frame);
    },
  );
  adder.finish();
  return out;
}

/** Python's rounding, so that lengths agree with librosa's. */
export function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1;
}

/** Windows frames, adds them up one hop apart, and writes sums divided by the squared windows' sum into `out`. */
export interface OverlapAdder {
  add(frame: Float64Array): void;
  finish(): void;
}

/** The smallest normal single-precision number: window sums up to it count as 0. */
const tiny = 2 ** -126;

export function createOverlapAdder(options: ResolvedStft, out: Float32Array, first: number): OverlapAdder {
  const { nFft, hopLength } = options;
  const window = frameWindow(options);
  const sum = new Float64Array(nFft + hopLength);
  const weight = new Float64Array(nFft + hopLength);
  let start = first;
  const write = (count: number): void => {
    const from = Math.max(0, -start);
    const to = Math.min(count, out.length - start);
    for (let i = from; i < to; i++) out[start + i] = weight[i] > tiny ? sum[i] / weight[i] : sum[i];
  };
  return {
    add(frame) {
      for (let i = 0; i < nFft; i++) {
        const w = window[i];
        sum[i] += frame[i] * w;
        weight[i] += w * w;
      }
      write(hopLength);
      sum.copyWithin(0, hopLength);
      weight.copyWithin(0, hopLength);
      sum.fill(0, nFft);
      weight.fill(0, nFft);
      start += hopLength;
    },
    finish() {
      write(nFft);
    },
  };
}
