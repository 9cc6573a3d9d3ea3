import {
  delta,
  type FeatureConfig,
  featureExtractor,
  normalizeFeatures,
  poolFeatures,
  resolveFeatureConfig,
} from "@earshot/dsp";
import type { Matrix } from "../core/types.js";

/** Frames of a local fit, as `extractFeatures` has it; fewer frames than that repeat the end ones. */
const deltaWidth = 9;

/**
 * The steps of a config that look at a whole window, applied to its frames: `topDb` of a log-mel spectrogram, `deltas`, `normalize`, `pool`.
 *
 * @returns a function of frames (not modified) that gives what `extractFeatures(window, config)` gives. Its matrix may be the frames themselves, or
 * one that the next call overwrites
 */
export function windowSteps(features: FeatureConfig): (frames: Matrix) => Matrix {
  const config = resolveFeatureConfig(features);
  const topDb = config.kind === "logMel" ? (config.topDb ?? null) : null;
  let normalized: Matrix = { data: new Float32Array(0), rows: 0, cols: 0 };
  return (frames) => {
    let matrix = topDb === null ? frames : limitRange(frames, topDb);
    if (config.deltas !== 0) matrix = appendDeltas(matrix, config.deltas);
    if (config.normalize !== "none") {
      const { rows, cols } = matrix;
      if (rows !== normalized.rows || cols !== normalized.cols) {
        normalized = { data: new Float32Array(rows * cols), rows, cols };
      }
      matrix = normalizeFeatures(matrix, { variance: config.normalize === "meanVariance" }, normalized);
    }
    return config.pool ? poolFeatures(matrix, config.pool) : matrix;
  };
}

/** Features of a window's samples, for configs that cannot share frames. */
export function windowExtractor(features: FeatureConfig): (samples: Float32Array) => Matrix {
  return featureExtractor(features);
}

function limitRange(frames: Matrix, topDb: number): Matrix {
  let max = Number.NEGATIVE_INFINITY;
  for (const v of frames.data) if (v > max) max = v;
  const floor = Math.fround(max - topDb);
  return { ...frames, data: frames.data.map((v) => Math.max(v, floor)) };
}

function appendDeltas(frames: Matrix, orders: 1 | 2): Matrix {
  const { rows, cols } = frames;
  const wide = cols * (1 + orders);
  const data = new Float32Array(rows * wide);
  const put = (part: Matrix, column: number) => {
    for (let t = 0; t < rows; t++) data.set(part.data.subarray(t * cols, (t + 1) * cols), t * wide + column);
  };
  put(frames, 0);
  for (let order = 1; order <= orders; order++) {
    put(delta(frames, { order, mode: rows < deltaWidth ? "nearest" : "interp" }), order * cols);
  }
  return { data, rows, cols: wide };
}
