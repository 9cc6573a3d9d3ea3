import { requireFinite, requireInRange, requireSampleRate } from "../core/check.js";
import { createRowBuffer } from "../core/rowStream.js";
import { createSampleSink } from "../core/sampleSink.js";
import type { FrameStream } from "../core/stream.js";
import type { Matrix } from "../core/types.js";
import { createContours, timbreWidth, width } from "./contours.js";

/** Options of {@link egemapsDescriptors} and {@link egemapsDescriptorsStream}. */
export interface EgemapsOptions {
  /** Hz, 11 025 to 96 000; 16 000 is what the agreement was measured at. */
  sampleRate: number;
}

export function checkEgemaps(fn: string, sampleRate: number): void {
  requireSampleRate(fn, sampleRate);
  requireInRange(fn, "sampleRate", sampleRate, 11_025, 96_000);
}

/**
 * Low-level descriptors of the extended Geneva minimalistic acoustic parameter set (eGeMAPS v02), each 10 ms, smoothed over three frames.
 *
 * @param samples mono audio, length n; not modified
 * @returns frames × 25, in the order of {@link egemapsDescriptorNames}; none when n is shorter than 60 ms
 * @throws RangeError if the sample rate is out of range, or a sample is NaN or ±∞
 * @see egemapsDescriptorsStream for chunks
 * Source: Eyben et al. 2016; openSMILE 3.0. Frames agree with it on pitch, spectrum and formants; see the README for each descriptor.
 */
export function egemapsDescriptors(samples: Float32Array, options: EgemapsOptions): Matrix {
  requireFinite("egemapsDescriptors", "samples", samples);
  const smoother = createDescriptors("egemapsDescriptors", options);
  smoother.process(samples);
  smoother.finish();
  const rows = smoother.sink.ready / width;
  return { data: smoother.sink.take().slice(), rows, cols: width };
}

/**
 * Streaming twin of {@link egemapsDescriptors}: the same rows for any chunking. A row leaves when its pitch is certain, 0.5 s after its sound at most.
 */
export function egemapsDescriptorsStream(options: EgemapsOptions): FrameStream {
  const fn = "egemapsDescriptorsStream";
  const { sink, process, finish, reset } = createDescriptors(fn, options);
  const rowsOf = createRowBuffer(width);
  const taken = (): Matrix => {
    const out = rowsOf(sink.ready / width);
    sink.take(out.data.length, out.data);
    return out;
  };
  return {
    process(chunk) {
      requireFinite(fn, "chunk", chunk);
      process(chunk);
      return taken();
    },
    flush() {
      finish();
      const out = taken();
      reset();
      return out;
    },
    reset,
  };
}

/** Averages of each frame with its neighbours, as they become known; the ends are repeated, and what is 0 for want of a voice stays 0. */
function createDescriptors(fn: string, { sampleRate }: EgemapsOptions) {
  checkEgemaps(fn, sampleRate);
  const sink = createSampleSink();
  let [before, now, after] = [0, 1, 2].map(() => new Float64Array(width));
  const row = new Float32Array(width);
  let seen = 0;
  const emit = (): void => {
    for (let c = 0; c < width; c++) {
      const [a, b, d] = [before[c], now[c], after[c]];
      if (c < timbreWidth) row[c] = (a + b + d) / 3;
      else row[c] = b === 0 ? 0 : (a + b + d) / (1 + (a === 0 ? 0 : 1) + (d === 0 ? 0 : 1));
    }
    sink.push(row, 0, width);
  };
  const take = (values: Float64Array): void => {
    after.set(values);
    if (seen > 0) emit();
    const free = seen === 0 ? undefined : before;
    if (free) [before, now, after] = [now, after, free];
    else {
      now.set(values);
      before.set(values);
    }
    seen++;
  };
  // The first frame of 20 ms beyond the last of 60 ms smooths the latter.
  let tails = 0;
  const contours = createContours(sampleRate, {
    frame: take,
    tail(values) {
      if (tails++ > 0 || seen === 0) return;
      after.set(now);
      after.set(values);
    },
  });
  return {
    sink,
    process: contours.process,
    finish(): void {
      contours.finish();
      if (seen > 0) {
        if (tails === 0) after.set(now);
        emit();
      }
    },
    reset(): void {
      contours.reset();
      sink.reset();
      seen = tails = 0;
    },
  };
}
