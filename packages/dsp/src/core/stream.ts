import type { ComplexMatrix, Matrix } from "./types.js";

/** Filter with memory: feed chunks of any length, in order. */
export interface SampleStream {
  /** Filters `chunk`; into `out` (at least as long) when it is given, else into a new array. */
  process(chunk: Float32Array, out?: Float32Array): Float32Array;
  /** Samples still inside, at the end of the signal. */
  flush(): Float32Array;
  /** Forgets all samples seen so far. */
  reset(): void;
}

/**
 * Feature with memory: feed chunks of any length, in order, and get the frames that became complete.
 *
 * The matrix returned is valid until the next call: its buffer is used again, so that the steady state allocates nothing. Copy what must last.
 */
export interface FrameStream {
  /** Frames that `chunk` completed, possibly none. */
  process(chunk: Float32Array): Matrix;
  /** Frames that only the end of the signal completes. */
  flush(): Matrix;
  /** Forgets all samples seen so far. */
  reset(): void;
}

/** {@link FrameStream} of complex spectra. */
export interface SpectrumStream {
  process(chunk: Float32Array): ComplexMatrix;
  flush(): ComplexMatrix;
  reset(): void;
}
