import type { BoostLoss } from "./boost.js";

/** The logarithmic loss of classes; with one score column for two of them. */
export function logLossOf(codes: Int32Array, classes: number, weights: Float64Array | undefined): BoostLoss {
  const k = classes === 2 ? 1 : classes;
  return {
    k,
    baseline: priorScores(codes, classes, weights),
    derive: (scores, gradients, hessians) => derive(scores, codes, k, weights, gradients, hessians),
    mean: (scores) => logLoss(scores, codes, k),
  };
}

/** Half the squared error, whose second derivative is the weight. */
export function squaredErrorOf(targets: Float64Array, weights: Float64Array | undefined): BoostLoss {
  const total = weights ? weights.reduce((a, b) => a + b, 0) : targets.length;
  const mean = targets.reduce((sum, v, i) => sum + (weights?.[i] ?? 1) * v, 0) / total;
  return {
    k: 1,
    baseline: Float64Array.of(mean),
    derive(scores, [gradient], [hessian]) {
      for (let i = 0; i < targets.length; i++) {
        const w = weights ? weights[i] : 1;
        gradient[i] = w * (scores[i] - targets[i]);
        hessian[i] = w;
      }
    },
    mean: (scores) => targets.reduce((sum, v, i) => sum + (scores[i] - v) ** 2, 0) / (2 * targets.length),
  };
}

/** Log-odds of the second class, or centred logarithms of the classes' shares. */
function priorScores(codes: Int32Array, classes: number, weights: Float64Array | undefined): Float64Array {
  const counts = new Float64Array(classes);
  for (let i = 0; i < codes.length; i++) counts[codes[i]] += weights?.[i] ?? 1;
  const total = counts.reduce((a, b) => a + b, 0);
  const logs = counts.map((count) => Math.log(Math.max(count / total, 2.3e-16)));
  if (classes === 2) return Float64Array.of(logs[1] - logs[0]);
  const mean = logs.reduce((a, b) => a + b, 0) / classes;
  return logs.map((v) => v - mean);
}

/** Writes first and second derivatives of the log loss. */
function derive(
  scores: Float64Array,
  codes: Int32Array,
  k: number,
  weights: Float64Array | undefined,
  gradients: readonly Float32Array[],
  hessians: readonly Float32Array[],
): void {
  const n = codes.length;
  if (k === 1) {
    const [g] = gradients;
    const [h] = hessians;
    for (let i = 0; i < n; i++) {
      const z = scores[i];
      const e = Math.exp(-Math.abs(z));
      const p = z >= 0 ? 1 / (1 + e) : e / (1 + e);
      const w = weights ? weights[i] : 1;
      g[i] = w * (p - codes[i]);
      h[i] = w * p * (1 - p);
    }
    return;
  }
  const p = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    softmax(scores, i * k, p);
    const w = weights ? weights[i] : 1;
    for (let c = 0; c < k; c++) {
      gradients[c][i] = w * (p[c] - (codes[i] === c ? 1 : 0));
      hessians[c][i] = w * p[c] * (1 - p[c]);
    }
  }
}

/** Probabilities of one row; returns the logarithm of the sum of the exponentials. */
function softmax(scores: Float64Array, at: number, p: Float64Array): number {
  let top = -Infinity;
  for (let c = 0; c < p.length; c++) top = Math.max(top, scores[at + c]);
  let sum = 0;
  for (let c = 0; c < p.length; c++) {
    p[c] = Math.exp(scores[at + c] - top);
    sum += p[c];
  }
  for (let c = 0; c < p.length; c++) p[c] /= sum;
  return Math.log(sum) + top;
}

function logLoss(scores: Float64Array, codes: Int32Array, k: number): number {
  let loss = 0;
  const p = new Float64Array(k);
  for (let i = 0; i < codes.length; i++) {
    if (k === 1) {
      const z = codes[i] ? scores[i] : -scores[i];
      loss += Math.log1p(Math.exp(-Math.abs(z))) + (z < 0 ? -z : 0);
    } else loss += softmax(scores, i * k, p) - (codes[i] < 0 ? 0 : scores[i * k + codes[i]]);
  }
  return loss / codes.length;
}
