import { requireInteger, requireSamples } from "./check.js";
import { frameCount, type PadMode, readFrame, requireFraming } from "./frame.js";
import { createRealFft } from "./realFft.js";
import type { FloatArray } from "./types.js";
import { checkWindow, type WindowSpec, windowDoubles } from "./window.js";

/** Options of {@link stft}. */
export interface StftOptions {
  /** Samples a transform, ≥ 1; any length (default 2048). */
  nFft?: number;
  /** Samples between frames (default ⌊winLength / 4⌋). */
  hopLength?: number;
  /** Length of the window, centred in the frame, 1..nFft (default nFft). */
  winLength?: number;
  /** Default "hann". */
  window?: WindowSpec;
  /** Frame t is centred on sample t·hopLength (true, the default), or begins there (what streams do). */
  center?: boolean;
  /** Beyond the ends when centred (default "constant": zeros). */
  padMode?: PadMode;
}

export type ResolvedStft = Required<StftOptions>;

/** Fills defaults and checks. */
export function resolveStft(fn: string, options: StftOptions = {}): ResolvedStft {
  const { nFft = 2048 } = options;
  const { winLength = nFft } = options;
  const { hopLength = Math.max(1, Math.floor(winLength / 4)) } = options;
  const { window = "hann", center = true, padMode = "constant" } = options;
  requireFraming(fn, { frameLength: nFft, hopLength, padMode, lengthName: "nFft" });
  requireInteger(fn, "winLength", winLength, 1, nFft, "nFft");
  checkWindow(fn, window);
  return { nFft, hopLength, winLength, window, center, padMode };
}

/** The window of a frame: `winLength` values in the middle of nFft, zeros around. */
export function frameWindow({ nFft, winLength, window }: ResolvedStft): Float64Array {
  const out = new Float64Array(nFft);
  out.set(windowDoubles(window, winLength), Math.floor((nFft - winLength) / 2));
  return out;
}

/** Turns frames of one signal after the other into spectra, in double precision. */
export interface Analyser {
  readonly bins: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Spectrum of the frame that begins at `start` (may lie before the signal) into `re` and `im`. */
  analyse(samples: FloatArray, start: number): void;
}

export function createAnalyser(options: ResolvedStft): Analyser {
  const { nFft, padMode } = options;
  const plan = createRealFft(nFft);
  const window = frameWindow(options);
  const buffer = new Float64Array(nFft);
  const re = new Float64Array(plan.bins);
  const im = new Float64Array(plan.bins);
  return {
    bins: plan.bins,
    re,
    im,
    analyse(samples, start) {
      readFrame(samples, start, buffer, padMode);
      for (let i = 0; i < nFft; i++) buffer[i] *= window[i];
      plan.forward(buffer, re, im);
    },
  };
}

/** Frames of a signal under these options; an empty signal is refused. Does not look at the samples. */
export function stftFrames(fn: string, samples: FloatArray, options: ResolvedStft): { rows: number; first: number } {
  requireSamples(fn, "samples", samples);
  if (samples.length === 0) throw new RangeError(`${fn}: samples must not be empty.`);
  const { nFft, hopLength, center } = options;
  return {
    rows: frameCount(samples.length, { frameLength: nFft, hopLength, center }),
    first: center ? -Math.floor(nFft / 2) : 0,
  };
}
