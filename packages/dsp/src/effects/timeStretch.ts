import { requireFinite, requirePositive } from "../core/check.js";
import { frameCount } from "../core/frame.js";
import { roundHalfToEven } from "../core/round.js";
import { resolveStft, type StftOptions } from "../core/stft.js";
import { createVocoderKernel, type VocoderKernel } from "../kernels/vocoder.js";
import { createFrameAdder, createFrameReader, type FrameAdder, type FrameReader } from "./frameBlocks.js";
import { clearPolar, type PolarFrame, stretchFrames, toPolar } from "./phaseVocoder.js";

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
  const plan = { frames, inputFrames, bins: 1 + half, rate };
  const frameAt = createFrameReader(samples, options);
  const adder = createFrameAdder(options, out);
  const kernel = createVocoderKernel(plan.bins);
  if (kernel) stretchInKernel(kernel, plan, frameAt, adder);
  else stretchPlainly(plan, frameAt, adder);
  adder.finish();
  return out;
}

interface StretchFrames {
  /** Frames to make. */
  frames: number;
  /** Frames there are; silence follows. */
  inputFrames: number;
  bins: number;
  rate: number;
}

function stretchInKernel(kernel: VocoderKernel, plan: StretchFrames, frameAt: FrameReader, adder: FrameAdder): void {
  const load = (t: number, { re, im }: { re: Float32Array; im: Float32Array }): void => {
    if (t >= plan.inputFrames) {
      re.fill(0);
      im.fill(0);
      return;
    }
    const frame = frameAt(t);
    re.set(frame.re);
    im.set(frame.im);
  };
  let at = -2; // the frame before; the one after follows it
  for (let t = 0; t < plan.frames; t++) {
    const position = t * plan.rate;
    const whole = Math.floor(position);
    if (whole === at + 1) kernel.swap();
    else if (whole !== at) load(whole, kernel.before());
    if (whole !== at) load(whole + 1, kernel.after());
    at = whole;
    if (t === 0) kernel.start();
    kernel.step(position - whole);
    adder.add(kernel.re, kernel.im);
  }
}

/** The same in double precision, on any host. */
function stretchPlainly(
  { frames, inputFrames, bins, rate }: StretchFrames,
  frameAt: FrameReader,
  adder: FrameAdder,
): void {
  const read = (t: number, polar: PolarFrame): void => {
    if (t >= inputFrames) {
      clearPolar(polar);
      return;
    }
    const { re, im } = frameAt(t);
    toPolar(re, im, polar);
  };
  stretchFrames({ frames, bins, rate, read }, (_, re, im) => adder.add(re, im));
}
