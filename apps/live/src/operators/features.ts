import { createFeatureStream, type FeatureConfig } from "@earshot/dsp";
import type { OperatorFunction } from "rxjs";
import type { AudioChunk, FrameChunk } from "../core/types.js";
import { processWith } from "./processWith.js";

/** Options of {@link features}. */
export interface FeaturesOptions {
  /**
   * When frames are needed next: the number of samples, counted from the start, at which somebody wants all frames up to there. Until then samples
   * wait, at most half a second, so that the features' fixed costs are not paid for every chunk (default: at every chunk).
   */
  dueAfter?: (samples: number) => number;
  /** Silence to append when the stream ends, in samples, by how many there were (default none). */
  tailSamples?: (samples: number) => number;
  /** Frames are views that the next chunk overwrites, which spares a copy to who reads them at once (default false). */
  views?: boolean;
}

/**
 * Feature frames of a stream of audio at the config's rate: concatenated, they equal `extractFeatures` of the whole.
 *
 * @param config without steps that need the whole clip: see `createFeatureStream`
 * @throws RangeError (as the stream's error) if the config cannot stream, the chunks have another rate, or samples hold NaN or ±∞
 */
export function features(
  config: FeatureConfig,
  { dueAfter = (n) => n + 1, tailSamples = () => 0, views = false }: FeaturesOptions = {},
): OperatorFunction<AudioChunk, FrameChunk> {
  return processWith(() => {
    const stream = createFeatureStream(config);
    let waiting = new Float32Array(0);
    let length = 0;
    let seen = 0;
    let due = dueAfter(0);
    let receivedMs = 0;
    const frames = (samples: Float32Array, asView: boolean): FrameChunk => {
      const { data, rows, cols } = stream.process(samples);
      return { frames: { data: asView ? data : data.slice(), rows, cols }, receivedMs };
    };
    const take = (asView = views): FrameChunk[] => {
      const chunk = frames(waiting.subarray(0, length), asView);
      length = 0;
      due = dueAfter(seen);
      return chunk.frames.rows > 0 ? [chunk] : [];
    };
    return {
      process({ samples, sampleRate, receivedMs: now }) {
        if (sampleRate !== config.sampleRate) {
          throw new RangeError(`features: chunks must have ${config.sampleRate} Hz, got ${sampleRate}.`);
        }
        if (length + samples.length > waiting.length) {
          const larger = new Float32Array(length + samples.length);
          larger.set(waiting.subarray(0, length));
          waiting = larger;
        }
        waiting.set(samples, length);
        length += samples.length;
        seen += samples.length;
        receivedMs = now;
        return seen >= due || length >= sampleRate / 2 ? take() : [];
      },
      flush() {
        const silence = tailSamples(seen);
        // Two chunks leave at once: a copy of the first outlives the second.
        const rest = take(false);
        if (silence === 0) return rest;
        const audioSamples = seen;
        return [...rest, { ...frames(new Float32Array(silence), views), audioSamples }];
      },
    };
  });
}
