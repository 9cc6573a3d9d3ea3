import { featureExtractor } from "@earshot/dsp";
import { loadedModel } from "@earshot/live";
import { logisticRegression, pipeline, standardScaler } from "@earshot/models";

const features = {
  kind: "logMel",
  sampleRate: 16_000,
  nFft: 512,
  hopLength: 160,
  nMels: 40,
  center: false,
  topDb: null,
  pool: { statistics: ["mean", "std"], segments: 1 },
};

/** Pooled log-mel and logistic regression on ten classes, fitted on noise: only its cost matters here. */
export async function createModel() {
  const { cols } = featureExtractor(features)(new Float32Array(16_000));
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
  const rows = 200;
  const x = { data: Float32Array.from({ length: rows * cols }, random), rows, cols };
  const y = Array.from({ length: rows }, (_, i) => String(i % 10));
  const model = await pipeline(standardScaler(), logisticRegression()).fit(x, y);
  return loadedModel(model, { name: "logistic", features, extra: { live: { windowSec: 1, stepSec: 0.25 } } });
}
