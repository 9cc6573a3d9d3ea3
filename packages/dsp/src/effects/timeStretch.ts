import { createCache } from "../core/cache.js";
import { requireFinite, requirePositive } from "../core/check.js";
import { frameCount } from "../core/frame.js";
import { roundHalfToEven } from "../core/round.js";
import { resolveStft, type StftOptions } from "../core/stft.js";
import { createVocoderKernel } from "../kernels/vocoder.js";
import { createFrameAdder, createFrameReader } from "./frameBlocks.js";
import { createPlainVocoder, stretchFrames, type Vocoder } from "./phaseVocoder.js";

export interface TimeStretchOptions extends Omit<StftOptions, "center" | "padMode"> {
  /** Speed: 2 plays in half the time, 0.5 in twice the time; the pitch stays. */
  rate: number;
}

/** Every signal starts a vocoder anew, so one serves all of its length. */
const vocoders = createCache<Vocoder>(4);

/**
 * Changes the duration but not the pitch, by a phase vocoder. Needs memory for its output and a few frames.
 *
 * @param samples mono audio, length n; not modified
 * @returns round(n / rate) samples
 * @throws RangeError if rate is not positive, or a sample is NaN or ±∞
 * Source: Ellis 2002. Equals librosa 0.11 `effects.time_stretch` on doubles within 5e-5 of the peak.
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
  const bins = 1 + half;
  const adder = createFrameAdder(options, out);
  const vocoder: Vocoder = vocoders(`${bins}`, () => createVocoderKernel(bins) ?? createPlainVocoder(bins));
  stretchFrames(vocoder, { frames, inputFrames, rate, read: createFrameReader(samples, options) }, () =>
    adder.add(vocoder.re, vocoder.im),
  );
  adder.finish();
  return out;
}
