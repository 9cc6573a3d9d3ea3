/** Replaces scores of rows from … to by the derivative of the mean logistic loss with respect to them; returns their part of the loss. */
export function binaryResiduals(
  scores: Float64Array,
  codes: Int32Array,
  weights: Float64Array,
  total: number,
  from: number,
  to: number,
): number {
  let loss = 0;
  for (let i = from; i < to; i++) {
    const z = scores[i];
    const e = Math.exp(-Math.abs(z));
    const p = z >= 0 ? 1 / (1 + e) : e / (1 + e);
    const share = weights[i] / total;
    loss += share * (Math.log1p(e) + Math.max(z, 0) - (codes[i] ? z : 0));
    scores[i] = share * (p - codes[i]);
  }
  return loss;
}
