/** Row-major numbers, frames × features. Structural, so that no package owns it. */
export interface Matrix {
  data: Float32Array;
  rows: number;
  cols: number;
}

/** Mono audio. */
export interface AudioClip {
  /** Samples in [-1, 1]. */
  samples: Float32Array;
  /** Hz. */
  sampleRate: number;
}

/** A piece of a stream of mono audio. Time travels with it, so that nothing downstream counts samples. */
export interface AudioChunk extends AudioClip {
  /** Time of the first sample, in seconds since the session began. */
  startSec: number;
  /** `performance.now()` when the last sample arrived: lag is counted from here. */
  receivedMs: number;
}

/** A stretch of audio of fixed length. */
export interface AudioWindow extends AudioChunk {
  /** Time just after the last sample, s. */
  endSec: number;
}

/** Feature frames of a stream, in order and without gaps. */
export interface FrameChunk {
  /** Frames × features. */
  frames: Matrix;
  /** `performance.now()` when the audio behind the last frame arrived. */
  receivedMs: number;
  /** Set on frames of the silence that pads the end: how many samples of audio there were. */
  audioSamples?: number;
}

/** The features of a stretch of audio: what a model eats. */
export interface FrameWindow {
  /** Time of the first sample of the stretch, s. */
  startSec: number;
  /** Time just after its last sample, s. */
  endSec: number;
  /** Frames × features; always the same number of frames. */
  frames: Matrix;
  /** `performance.now()` when its last sample arrived. */
  receivedMs: number;
  /** Why the model should not be asked about it. */
  notJudged?: string;
}

/** What a model says of one window. */
export interface Prediction {
  startSec: number;
  endSec: number;
  /** One a class, in the order of the model's classes; they sum to 1. */
  probabilities: readonly number[];
  /** `performance.now()` when the last sample of the window arrived. */
  receivedMs: number;
  /** Set where the window is unlike anything in training: why, in words for people. The probabilities mean nothing then. */
  notJudged?: string;
}
