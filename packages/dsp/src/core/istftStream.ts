import { resolveStft, type StftOptions } from "./analysis.js";
import { requireFinite, requireShape } from "./check.js";
import { createFrameSynthesis } from "./frameSynthesis.js";
import { createSampleSink } from "./sampleSink.js";
import type { ComplexMatrix } from "./types.js";

/** Samples from blocks of spectra: feed them in order. The samples returned are valid until the next call. */
export interface SynthesisStream {
  process(spectrum: ComplexMatrix): Float32Array;
  flush(): Float32Array;
  reset(): void;
}

/**
 * Streaming twin of `istft`: blocks of frames in, the samples that they complete out, equal to the batch result within 1e-6 of the peak and the same to
 * the last bit for any cutting of the frames. Frames are added four at a time; `flush` adds the rest.
 *
 * @param options those of the `stft`; nFft as there (default 2048)
 * @throws RangeError if a block does not fit nFft, or a number in it is NaN or ±∞
 */
export function istftStream(options: Omit<StftOptions, "padMode"> = {}): SynthesisStream {
  const fn = "istftStream";
  const stft = resolveStft(fn, options);
  const { nFft, hopLength, center } = stft;
  const bins = 1 + Math.floor(nFft / 2);
  const synthesis = createFrameSynthesis(stft);
  const { kernel } = synthesis;
  const sink = createSampleSink();
  const { push } = sink;
  let frames = 0;
  let waiting = 0;
  let given = 0;
  /** Samples that the frames so far are sure to make. */
  const sure = (): number =>
    frames === 0 ? 0 : Math.max(0, nFft + hopLength * (frames - 1) - (center ? 2 * Math.floor(nFft / 2) : 0));
  const reset = () => {
    synthesis.reset();
    sink.reset();
    frames = waiting = given = 0;
  };
  return {
    process({ re, im }) {
      requireShape(fn, "re", re);
      requireShape(fn, "im", im);
      if (re.cols !== bins || im.cols !== bins || re.rows !== im.rows) {
        throw new RangeError(
          `${fn}: nFft = ${nFft} needs re and im of one shape with ${bins} columns, got ${re.rows} × ${re.cols} and ${im.rows} × ${im.cols}.`,
        );
      }
      requireFinite(fn, "re", re.data);
      requireFinite(fn, "im", im.data);
      for (let t = 0, at = 0; t < re.rows; t++) {
        for (let k = waiting * bins; k < (waiting + 1) * bins; k++, at++) {
          kernel.re[k] = re.data[at];
          kernel.im[k] = im.data[at];
        }
        frames++;
        if (++waiting === kernel.capacity) waiting = synthesis.write(waiting, frames, false, push);
      }
      waiting = synthesis.write(waiting, frames, false, push);
      const out = sink.take(sure() - given);
      given += out.length;
      return out;
    },
    flush() {
      const rest = new Float32Array(sure() - given);
      if (frames > 0) synthesis.write(waiting, frames, true, push);
      sink.take(rest.length, rest);
      reset();
      return rest;
    },
    reset,
  };
}
