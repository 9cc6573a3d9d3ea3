import { requireFinite, requireInteger, requirePositive } from "../core/check.js";

/** Options of {@link muCompress} and {@link muExpand}. */
export interface MuLawOptions {
  /** Compression, > 0; with quantising, 1 + mu levels (default 255, as telephones). */
  mu?: number;
  /** Compressed values are (or become) whole numbers in [−(mu+1)/2, (mu−1)/2] (default true). */
  quantize?: boolean;
}

/**
 * µ-law compression, sign(x)·ln(1 + mu·|x|)/ln(1 + mu).
 *
 * @param samples mono audio in [−1, 1]
 * @returns n compressed values: whole numbers, or in [−1, 1] with `quantize: false`
 * @throws RangeError if a sample is outside [−1, 1] or not finite, mu ≤ 0, or mu + 1 is no even number while quantising
 * Source: ITU-T G.711 (its continuous form). Equals librosa 0.11 `mu_compress`.
 */
export function muCompress(samples: Float32Array, { mu = 255, quantize = true }: MuLawOptions = {}): Float32Array {
  checkMu("muCompress", mu, quantize);
  checkUnit("muCompress", samples);
  const scale = 1 / Math.log1p(mu);
  const top = (mu + 1) / 2;
  return samples.map((v) => {
    const y = Math.sign(v) * Math.log1p(mu * Math.abs(v)) * scale;
    // Levels of width 2/(1 + mu), numbered from the lowest upwards, as digitize does against their upper edges.
    return quantize ? Math.max(-top, Math.min(top - 1, Math.ceil(((y + 1) * mu) / 2) - top)) : y;
  });
}

/**
 * Undoes {@link muCompress}.
 *
 * @param values compressed, whole numbers or in [−1, 1] with `quantize: false`
 * @returns n samples in [−1, 1]
 * @throws RangeError if a value is out of range or not finite, or mu ≤ 0
 * Equals librosa 0.11 `mu_expand`.
 */
export function muExpand(values: Float32Array, { mu = 255, quantize = true }: MuLawOptions = {}): Float32Array {
  checkMu("muExpand", mu, quantize);
  const unit = quantize ? values.map((v) => (v * 2) / (1 + mu)) : values;
  checkUnit("muExpand", unit);
  return unit.map((v) => (Math.sign(v) / mu) * ((1 + mu) ** Math.abs(v) - 1));
}

/**
 * The sound of a µ-law telephone channel: compressed, rounded to 1 + mu levels and expanded again.
 *
 * @param samples mono audio; what is outside [−1, 1] is clipped
 * @returns n samples
 * @throws RangeError if mu + 1 is no even number ≥ 2, or a sample is NaN or ±∞
 */
export function muLaw(samples: Float32Array, { mu = 255 }: { mu?: number } = {}): Float32Array {
  requireFinite("muLaw", "samples", samples);
  checkMu("muLaw", mu, true);
  const half = (mu + 1) / 2;
  const compressed = muCompress(
    samples.map((v) => Math.max(-1, Math.min(1, v))),
    { mu, quantize: false },
  );
  return muExpand(
    compressed.map((y) => Math.max(-half, Math.min(half - 1, Math.round(y * half))) / half),
    { mu, quantize: false },
  );
}

function checkMu(fn: string, mu: number, quantize: boolean): void {
  requirePositive(fn, "mu", mu);
  if (quantize) requireInteger(fn, "mu", mu, 1);
  if (quantize && mu % 2 === 0) throw new RangeError(`${fn}: mu must be odd to quantise, got ${mu}.`);
}

function checkUnit(fn: string, values: Float32Array): void {
  requireFinite(fn, "samples", values);
  const at = values.findIndex((v) => Math.abs(v) > 1);
  if (at >= 0) throw new RangeError(`${fn}: samples must be in [-1, 1], got ${values[at]} at index ${at}.`);
}
