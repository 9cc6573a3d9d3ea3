/**
 * Roots of a polynomial with real coefficients, highest power first and not 0, by Aberth's simultaneous Newton steps.
 *
 * @returns real and imaginary parts, one pair a root, in no order
 */
export function polynomialRoots(coefficients: ArrayLike<number>): { re: Float64Array; im: Float64Array } {
  const degree = coefficients.length - 1;
  const re = new Float64Array(degree);
  const im = new Float64Array(degree);
  let radius = 0;
  for (let k = 1; k <= degree; k++) {
    radius = Math.max(radius, Math.abs(coefficients[k] / coefficients[0]) ** (1 / k));
  }
  // Starting points on a circle that no symmetry of the roots shares.
  for (let i = 0; i < degree; i++) {
    const angle = (2 * Math.PI * i) / degree + 0.4;
    re[i] = radius * 0.9 * Math.cos(angle);
    im[i] = radius * 0.9 * Math.sin(angle);
  }
  for (let round = 0; round < 200; round++) {
    let largestStep = 0;
    for (let i = 0; i < degree; i++) largestStep = Math.max(largestStep, aberthStep(coefficients, re, im, i));
    if (largestStep < 1e-14 * (radius || 1)) break;
  }
  return { re, im };
}

/** Moves root i; returns how far. */
function aberthStep(coefficients: ArrayLike<number>, re: Float64Array, im: Float64Array, i: number): number {
  const x = re[i];
  const y = im[i];
  let valueRe = coefficients[0];
  let valueIm = 0;
  let slopeRe = 0;
  let slopeIm = 0;
  for (let k = 1; k < coefficients.length; k++) {
    const nextSlopeRe = slopeRe * x - slopeIm * y + valueRe;
    slopeIm = slopeRe * y + slopeIm * x + valueIm;
    slopeRe = nextSlopeRe;
    const nextRe = valueRe * x - valueIm * y + coefficients[k];
    valueIm = valueRe * y + valueIm * x;
    valueRe = nextRe;
  }
  if (valueRe === 0 && valueIm === 0) return 0;
  // Step = 1 / (p′/p − Σ 1/(z − other)).
  const norm = valueRe * valueRe + valueIm * valueIm;
  let sumRe = (slopeRe * valueRe + slopeIm * valueIm) / norm;
  let sumIm = (slopeIm * valueRe - slopeRe * valueIm) / norm;
  for (let j = 0; j < re.length; j++) {
    if (j === i) continue;
    const dx = x - re[j];
    const dy = y - im[j];
    const d2 = dx * dx + dy * dy || 1e-300;
    sumRe -= dx / d2;
    sumIm += dy / d2;
  }
  const size = sumRe * sumRe + sumIm * sumIm;
  if (!(size > 0) || !Number.isFinite(size)) return 0;
  const stepRe = sumRe / size;
  const stepIm = -sumIm / size;
  re[i] = x - stepRe;
  im[i] = y - stepIm;
  return Math.hypot(stepRe, stepIm);
}
