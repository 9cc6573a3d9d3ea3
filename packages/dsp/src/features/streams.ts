import { createRowStream } from "../core/rowStream.js";
import type { FrameStream } from "../core/stream.js";
import { type LfccOptions, lfccPlan, type MfccOptions, mfccPlan } from "./cepstrum.js";
import { prepare } from "./computeRows.js";
import type { RowPlan } from "./rowKernel.js";
import {
  type LogMelOptions,
  logMelPlan,
  type MelSpectrogramOptions,
  melPlan,
  type SpectrogramOptions,
  spectrogramPlan,
} from "./spectrogram.js";

/** Streaming twin of `spectrogram`: the same rows for any chunking. Centred, it takes padMode "constant" or "edge". */
export function spectrogramStream(options: SpectrogramOptions = {}): FrameStream {
  return rowsOf("spectrogramStream", options, spectrogramPlan);
}

/** Streaming twin of `melSpectrogram`. */
export function melSpectrogramStream(options: MelSpectrogramOptions): FrameStream {
  return rowsOf("melSpectrogramStream", options, melPlan);
}

/** Streaming twin of `logMelSpectrogram`; `topDb` looks at the whole clip, so it must be null. */
export function logMelSpectrogramStream(options: LogMelOptions): FrameStream {
  return logMelStream("logMelSpectrogramStream", options);
}

/** The same for others, which name themselves in its errors. */
export function logMelStream(fn: string, options: LogMelOptions): FrameStream {
  requireNoLimit(fn, options);
  return rowsOf(fn, options, logMelPlan);
}

/** Streaming twin of `mfcc`; `topDb` looks at the whole clip, so it must be null. */
export function mfccStream(options: MfccOptions): FrameStream {
  requireNoLimit("mfccStream", options);
  return rowsOf("mfccStream", options, mfccPlan);
}

/** Streaming twin of `lfcc`; `topDb` looks at the whole clip, so it must be null. */
export function lfccStream(options: LfccOptions): FrameStream {
  requireNoLimit("lfccStream", options);
  return rowsOf("lfccStream", options, lfccPlan);
}

function requireNoLimit(fn: string, { topDb }: { topDb?: number | null }): void {
  if (topDb !== null) {
    throw new RangeError(`${fn}: topDb needs the whole clip; set topDb: null, got ${topDb}.`);
  }
}

export function rowsOf<Options extends object>(
  fn: string,
  options = {} as Options,
  makePlan: (fn: string, options: Options) => RowPlan,
): FrameStream {
  const { plan, kernel } = prepare(fn, options, () => makePlan(fn, options));
  const { nFft, hopLength, center, padMode } = plan.stft;
  return createRowStream(fn, kernel, { frameLength: nFft, hopLength, center, padMode });
}
