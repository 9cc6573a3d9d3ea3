/** p = 1 / (1 + exp(a · score + b)). */
export interface Sigmoid {
  a: number;
  b: number;
}

/**
 * Fits a sigmoid to decision values by regularised maximum likelihood.
 *
 * @param positive whether each value belongs to the positive class
 * Source: Platt 1999 with the Newton method of Lin, Lin & Weng 2007; equals libsvm's `sigmoid_train` step for step.
 */
export function fitSigmoid(scores: Float64Array, positive: ArrayLike<boolean | number>): Sigmoid {
  const n = scores.length;
  let prior1 = 0;
  for (let i = 0; i < n; i++) if (positive[i]) prior1++;
  const prior0 = n - prior1;
  const high = (prior1 + 1) / (prior1 + 2);
  const low = 1 / (prior0 + 2);
  const target = Float64Array.from({ length: n }, (_, i) => (positive[i] ? high : low));
  let a = 0;
  let b = Math.log((prior0 + 1) / (prior1 + 1));
  let value = deviance(scores, target, a, b);
  for (let iteration = 0; iteration < 100; iteration++) {
    let h11 = 1e-12;
    let h22 = 1e-12;
    let h21 = 0;
    let g1 = 0;
    let g2 = 0;
    for (let i = 0; i < n; i++) {
      const z = scores[i] * a + b;
      const e = Math.exp(-Math.abs(z));
      const p = z >= 0 ? e / (1 + e) : 1 / (1 + e);
      const q = 1 - p;
      const d2 = p * q;
      h11 += scores[i] * scores[i] * d2;
      h22 += d2;
      h21 += scores[i] * d2;
      const d1 = target[i] - p;
      g1 += scores[i] * d1;
      g2 += d1;
    }
    if (Math.abs(g1) < 1e-5 && Math.abs(g2) < 1e-5) break;
    const det = h11 * h22 - h21 * h21;
    const da = -(h22 * g1 - h21 * g2) / det;
    const db = -(-h21 * g1 + h11 * g2) / det;
    const slope = g1 * da + g2 * db;
    let step = 1;
    for (; step >= 1e-10; step /= 2) {
      const next = deviance(scores, target, a + step * da, b + step * db);
      if (next < value + 1e-4 * step * slope) {
        a += step * da;
        b += step * db;
        value = next;
        break;
      }
    }
    if (step < 1e-10) break;
  }
  return { a, b };
}

/** Probability that belongs to a score, by Platt's sigmoid: 1 / (1 + exp(a · score + b)). */
export function applySigmoid(score: number, { a, b }: Sigmoid): number {
  const z = score * a + b;
  const e = Math.exp(-Math.abs(z));
  return z >= 0 ? e / (1 + e) : 1 / (1 + e);
}

function deviance(scores: Float64Array, target: Float64Array, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const z = scores[i] * a + b;
    sum += (z >= 0 ? target[i] * z : (target[i] - 1) * z) + Math.log1p(Math.exp(-Math.abs(z)));
  }
  return sum;
}

/**
 * Class probabilities from those of all pairs.
 *
 * @param pairwise k × k; entry (i, j) is P(i | i or j)
 * @param out receives k probabilities
 * Source: Wu, Lin & Weng 2004, second method; the iteration of libsvm's `multiclass_probability`.
 */
export function couplePairs(pairwise: Float64Array, k: number, out: Float64Array): void {
  const q = new Float64Array(k * k);
  const qp = new Float64Array(k);
  const eps = 0.005 / k;
  for (let t = 0; t < k; t++) {
    out[t] = 1 / k;
    for (let j = 0; j < k; j++) {
      if (j === t) continue;
      q[t * k + t] += pairwise[j * k + t] ** 2;
      q[t * k + j] = -pairwise[j * k + t] * pairwise[t * k + j];
    }
  }
  for (let iteration = 0; iteration < Math.max(100, k); iteration++) {
    let pqp = 0;
    for (let t = 0; t < k; t++) {
      qp[t] = 0;
      for (let j = 0; j < k; j++) qp[t] += q[t * k + j] * out[j];
      pqp += out[t] * qp[t];
    }
    if (qp.every((v) => Math.abs(v - pqp) < eps)) return;
    for (let t = 0; t < k; t++) {
      const diff = (-qp[t] + pqp) / q[t * k + t];
      out[t] += diff;
      pqp = (pqp + diff * (diff * q[t * k + t] + 2 * qp[t])) / (1 + diff) ** 2;
      for (let j = 0; j < k; j++) {
        qp[j] = (qp[j] + diff * q[t * k + j]) / (1 + diff);
        out[j] /= 1 + diff;
      }
    }
  }
}
