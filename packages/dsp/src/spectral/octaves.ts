import { createCache } from "../core/cache.js";
import type { PadMode } from "../core/frame.js";
import { resampleStream } from "../core/resample.js";
import { createSampleSink } from "../core/sampleSink.js";
import { spectrumStream } from "../core/stft.js";
import type { SampleStream } from "../core/stream.js";
import type { ComplexMatrix } from "../core/types.js";
import { type Wavelet, wavelet } from "./wavelet.js";

/** Some bins of a constant-Q transform, and the sound that they look at. */
export interface OctavePlan {
  /** Of the transform's bins, the first. */
  first: number;
  /** Hz. */
  frequencies: Float64Array;
  /** Hz of the sound, which is halved so many times. */
  rate: number;
  halvings: number;
  hop: number;
  nFft: number;
  /** Centre frequency over bandwidth. */
  q: number;
  /** Hz before the halving. */
  sampleRate: number;
}

/** Rows of the octaves of a signal, each at a rate of its own. */
export interface Octaves {
  /** Sound for all octaves. */
  process(chunk: Float32Array): void;
  finish(): void;
  /** Sound for one octave, at its rate. */
  feed(octave: number, sound: Float32Array): void;
  /** Rows that all octaves have. */
  ready(): number;
  take(rows: number, out: ComplexMatrix): void;
  reset(): void;
}

export function createOctaves(
  fn: string,
  plans: readonly OctavePlan[],
  framing: { center: boolean; padMode?: PadMode },
): Octaves {
  const octaves = plans.map((plan) => createOctave(fn, plan, framing));
  // Between neighbouring octaves, where the rate changes.
  const halvers = plans.map(({ halvings }, i) => (plans[i + 1]?.halvings > halvings ? createHalver() : undefined));
  return {
    process(chunk) {
      let sound = chunk;
      for (let i = 0; i < octaves.length; i++) {
        octaves[i].process(sound);
        sound = halvers[i]?.process(sound) ?? sound;
      }
    },
    finish() {
      let rest: Float32Array = new Float32Array(0);
      for (let i = 0; i < octaves.length; i++) {
        octaves[i].process(rest);
        octaves[i].finish();
        const halver = halvers[i];
        if (!halver) continue;
        const head = halver.process(rest).slice();
        const tail = halver.flush();
        rest = new Float32Array(head.length + tail.length);
        rest.set(head);
        rest.set(tail, head.length);
      }
    },
    feed: (octave, sound) => octaves[octave].process(sound),
    ready() {
      let rows = Number.POSITIVE_INFINITY;
      for (const octave of octaves) rows = Math.min(rows, octave.ready());
      return rows;
    },
    take(rows, out) {
      for (const octave of octaves) octave.take(rows, out);
    },
    reset() {
      for (const octave of octaves) octave.reset();
      for (const halver of halvers) halver?.reset();
    },
  };
}

/** Half the rate at the same energy. */
function createHalver(): SampleStream {
  const stream = resampleStream({ from: 2, to: 1 });
  const lifted = (samples: Float32Array): Float32Array => {
    for (let i = 0; i < samples.length; i++) samples[i] *= Math.SQRT2;
    return samples;
  };
  return {
    process: (chunk) => lifted(stream.process(chunk)),
    flush: () => lifted(stream.flush()),
    reset: stream.reset,
  };
}

/** Making filters costs more than the transform of a clip; they are not written to. */
const banks = createCache<(Wavelet & { height: number })[]>(32);

/** Products of the frames' spectra with those of the filters. */
function createOctave(
  fn: string,
  { first, frequencies, rate, hop, nFft, q, sampleRate }: OctavePlan,
  framing: { center: boolean; padMode?: PadMode },
) {
  const frames = spectrumStream(fn, { nFft, hopLength: hop, window: "boxcar", ...framing });
  const scale = Math.sqrt(sampleRate / rate);
  const filters = banks([q, rate, nFft, scale, ...frequencies].join(), () =>
    Array.from(frequencies, (frequency) => ({
      ...wavelet(frequency, (q * rate) / frequency, rate, nFft, scale),
      height: Math.sqrt(frequency / (q * sampleRate)),
    })),
  );
  const cols = filters.length;
  const values = new Float32Array(2 * cols);
  // Real and imaginary part of each bin, row after row.
  const sink = createSampleSink();
  const project = ({ re, im }: ComplexMatrix): void => {
    for (let t = 0, from = 0; t < re.rows; t++, from += re.cols) {
      for (let k = 0; k < cols; k++) {
        const { at, fRe, fIm, height } = filters[k];
        let sumRe = 0;
        let sumIm = 0;
        for (let i = 0; i < at.length; i++) {
          const b = from + at[i];
          sumRe += fRe[i] * re.data[b] - fIm[i] * im.data[b];
          sumIm += fRe[i] * im.data[b] + fIm[i] * re.data[b];
        }
        values[2 * k] = sumRe * height;
        values[2 * k + 1] = sumIm * height;
      }
      sink.push(values, 0, values.length);
    }
  };
  return {
    process: (sound: Float32Array): void => project(frames.process(sound)),
    finish: (): void => project(frames.flush()),
    ready: (): number => sink.ready / values.length,
    take(rows: number, out: ComplexMatrix): void {
      const taken = sink.take(rows * values.length);
      for (let t = 0, i = 0; t < rows; t++) {
        for (let at = t * out.re.cols + first; at < t * out.re.cols + first + cols; at++, i += 2) {
          out.re.data[at] = taken[i];
          out.im.data[at] = taken[i + 1];
        }
      }
    },
    reset() {
      frames.reset();
      sink.reset();
    },
  };
}
