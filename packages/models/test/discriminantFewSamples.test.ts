import { describe, expect, it } from "vitest";
import { createRandom, linearDiscriminant } from "../src/index.js";

describe("linearDiscriminant on fewer samples than columns", () => {
  const rng = createRandom(4);
  const [rows, cols, shrinkage] = [14, 30, 0.2];
  const y = Array.from({ length: rows }, (_, i) => "abc"[i % 3]);
  const data = Float64Array.from({ length: rows * cols }, (_, i) => rng.normal() + (i % cols === 0 ? 5 : 0));

  it.each([shrinkage, 1])("divides means by the covariance drawn towards a ball by %s", (share) => {
    const model = linearDiscriminant({ shrinkage: share }).fit({ data, rows, cols }, y);
    const { learned } = model.getState() as unknown as { learned: { coef: { data: Float64Array } } };
    const { coef } = learned;
    // Slow twin: the covariance in full, times the coefficients, gives the means back.
    const means = ["a", "b", "c"].map((c) => {
      const own = y.flatMap((label, i) => (label === c ? [i] : []));
      return Float64Array.from(
        { length: cols },
        (_, j) => own.reduce((s, i) => s + data[i * cols + j], 0) / own.length,
      );
    });
    const centred = Array.from(data, (v, i) => v - means["abc".indexOf(y[Math.floor(i / cols)])][i % cols]);
    const covariance = (j: number, k: number): number =>
      y.reduce((s, _, i) => s + centred[i * cols + j] * centred[i * cols + k], 0) / rows;
    const ball = Array.from({ length: cols }, (_, j) => covariance(j, j)).reduce((a, b) => a + b) / cols;
    for (const [c, mean] of means.entries()) {
      for (let j = 0; j < cols; j++) {
        let product = share * ball * coef.data[c * cols + j];
        for (let k = 0; k < cols; k++) product += (1 - share) * covariance(j, k) * coef.data[c * cols + k];
        expect(product).toBeCloseTo(mean[j], 9);
      }
    }
  });

  it("takes columns that never vary as they come", () => {
    const flat = { data: data.map((_, i) => i % cols), rows, cols };
    const model = linearDiscriminant({ shrinkage }).fit(flat, y);
    expect([...model.predictProba(flat).data].every(Number.isFinite)).toBe(true);
  });
});
