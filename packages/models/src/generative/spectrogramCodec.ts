import { fixLength, type Matrix, melSpectrogram, melToAudio, normalizeLoudness } from "@earshot/dsp";

/** How sound becomes a picture of one size, and sound again. Plain JSON: it is stored with the model. */
export interface SpectrogramCodecOptions {
  /** Hz. */
  sampleRate: number;
  /** Samples a transform (default 512). */
  nFft?: number;
  /** Samples from frame to frame (default a quarter of nFft: what the inversion needs). */
  hopLength?: number;
  /** Bands (default 64). */
  nMels?: number;
  /** Frames (default 64). */
  frames?: number;
  /** Hz, lowest and highest of the bands (default 20 and half the sample rate). */
  fMin?: number;
  fMax?: number;
  /** Decibels from the loudest point to what counts as silence (default 60). */
  topDb?: number;
}

/** Sound ↔ log-mel spectrogram with values from −1 (silence) to 1 (the loudest point). */
export interface SpectrogramCodec {
  readonly options: Required<SpectrogramCodecOptions>;
  /** frames × bands. */
  readonly shape: readonly [number, number];
  /** Samples that a spectrogram covers. */
  readonly length: number;
  /**
   * @param samples mono, at the codec's sample rate; shorter clips are followed by silence
   * @param start first sample looked at (default: where the loudest stretch begins, if the clip is longer than the picture)
   * @returns frames × bands, row-major, in [−1, 1]
   * @throws RangeError for silence, or samples that are NaN or ±∞
   */
  encode(samples: Float32Array, start?: number): Float32Array;
  /**
   * Sound whose spectrogram is the given one: non-negative least squares back to a linear spectrum, fast Griffin–Lim for the phases,
   * loudness −20 LUFS, no sample beyond ±0.97.
   *
   * @param options.seed phases to begin with (default 0), @param options.nIter rounds (default 60)
   */
  decode(values: Float32Array, options?: { seed?: number; nIter?: number }): Float32Array;
}

/**
 * @throws RangeError for an option out of range
 * What is lost is phases and the detail within bands: `decode(encode(x))` is the ceiling that a report shows.
 */
export function createSpectrogramCodec(given: SpectrogramCodecOptions): SpectrogramCodec {
  const { sampleRate, nFft = 512, nMels = 64, frames = 64, fMin = 20, topDb = 60 } = given;
  const { hopLength = Math.floor(nFft / 4), fMax = sampleRate / 2 } = given;
  const options = { sampleRate, nFft, hopLength, nMels, frames, fMin, fMax, topDb };
  for (const [name, value, least] of [
    ["sampleRate", sampleRate, 4000],
    ["nFft", nFft, 16],
    ["hopLength", hopLength, 1],
    ["nMels", nMels, 4],
    ["frames", frames, 4],
  ] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(
        `createSpectrogramCodec: ${name} must be a whole number of at least ${least}, got ${value}.`,
      );
    }
  }
  if (!(topDb > 0)) throw new RangeError(`createSpectrogramCodec: topDb must be above 0, got ${topDb}.`);
  if (hopLength > nFft / 2) {
    throw new RangeError(
      `createSpectrogramCodec: hopLength must be at most half of nFft (${nFft / 2}) for the way back, got ${hopLength}.`,
    );
  }
  const length = (frames - 1) * hopLength;
  const mel = { sampleRate, nFft, hopLength, nMels, fMin, fMax };
  return {
    options,
    shape: [frames, nMels],
    length,
    encode(samples, start) {
      const cut = fixLength(samples.subarray(start ?? loudestStretch(samples, length)), { length });
      const { data } = melSpectrogram(cut, mel);
      const loudest = data.reduce((a, b) => Math.max(a, b), 0);
      if (loudest < 1e-10) throw new RangeError("createSpectrogramCodec: encode needs sound, got silence.");
      return Float32Array.from(data, (power) => {
        const db = 10 * Math.log10(Math.max(power, 1e-30) / loudest);
        return Math.max(-1, 1 + (2 * db) / topDb);
      });
    },
    decode(values, { seed = 0, nIter = 60 } = {}) {
      if (values.length !== frames * nMels) {
        throw new RangeError(`createSpectrogramCodec: decode needs ${frames} × ${nMels} values, got ${values.length}.`);
      }
      const power: Matrix = {
        // The floor is silence, not noise 60 dB below.
        data: Float32Array.from(values, (v) => (v <= -0.999 ? 0 : 10 ** ((Math.min(v, 1) - 1) * (topDb / 20)))),
        rows: frames,
        cols: nMels,
      };
      const audio = melToAudio(power, { ...mel, griffinLim: { hopLength, nIter, seed, length } });
      return normalizeLoudness(audio, { sampleRate, targetLufs: -20, maxPeak: 0.97 });
    },
  };
}

/** Where the stretch of most energy begins, to a 16th of its length; 0 where everything fits. */
export function loudestStretch(samples: Float32Array, length: number): number {
  if (samples.length <= length) return 0;
  const step = Math.max(1, Math.floor(length / 16));
  let best = 0;
  let most = -1;
  for (let from = 0; from + length <= samples.length; from += step) {
    let energy = 0;
    for (let i = from; i < from + length; i++) energy += samples[i] * samples[i];
    // A louder stretch counts only where it is clearly louder: equal ones begin at the first.
    if (energy > most * 1.001) {
      most = energy;
      best = from;
    }
  }
  return best;
}
