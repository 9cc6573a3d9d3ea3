import { resampleStream, type SampleStream } from "@earshot/dsp";
import type { OperatorFunction } from "rxjs";
import type { AudioChunk } from "../core/types.js";
import { processWith } from "./processWith.js";

/**
 * Brings a stream of audio to another sample rate; time stays what it was. The filter's few milliseconds of look-ahead leave when the stream ends.
 *
 * @param sampleRate Hz wanted
 * @throws RangeError (as the stream's error) if samples hold NaN or ±∞, or the ratio of the rates is out of range
 */
export function resampleTo(sampleRate: number): OperatorFunction<AudioChunk, AudioChunk> {
  return processWith(() => {
    let stream: SampleStream | undefined;
    let originSec = 0;
    let made = 0;
    let receivedMs = 0;
    const chunk = (samples: Float32Array): AudioChunk[] => {
      if (samples.length === 0) return [];
      const startSec = originSec + made / sampleRate;
      made += samples.length;
      return [{ startSec, sampleRate, samples: samples.slice(), receivedMs }];
    };
    return {
      process(input) {
        receivedMs = input.receivedMs;
        if (input.sampleRate === sampleRate && !stream) return [input];
        if (!stream) {
          stream = resampleStream({ from: input.sampleRate, to: sampleRate });
          originSec = input.startSec;
        }
        return chunk(stream.process(input.samples));
      },
      flush: () => (stream ? chunk(stream.flush()) : []),
    };
  });
}
