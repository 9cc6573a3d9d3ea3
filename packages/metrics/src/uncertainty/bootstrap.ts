import { requireItems, requireOneOf, requireSameLength, requireWhole } from "../check.js";
import { bcaInterval, jackknifeUnits, withoutUnit } from "./bca.js";
import { type Interval, percentileInterval } from "./interval.js";
import { createResampler, type ResampleOptions } from "./resample.js";
import { createRng } from "./rng.js";

/** Options of {@link bootstrap} and {@link bootstrapIndices}. */
export interface BootstrapOptions extends ResampleOptions {
  /** How many times to resample, ≥ 1, default 1000. */
  replicates?: number;
  /** Share of replicates the interval covers, in (0, 1), default 0.95. */
  confidence?: number;
  /** Same seed, same interval; default 0. */
  seed?: number;
  /**
   * "percentile" (default), or "bca": corrected for bias and skew, more honest on small samples, at the price of one more
   * evaluation for each item (or group).
   */
  method?: "percentile" | "bca";
}

/**
 * Bootstrap interval: the statistic on `replicates` resamples of the items, with replacement.
 *
 * @param data columns of the same n items, resampled together: `[yTrue, yPred]`, `[yTrue, yScore]`
 * @param statistic from such columns to a number; NaN where it is undefined
 * @throws RangeError if columns differ in length, hold nothing, or an option is out of range; TypeError if it is no array
 * @see bootstrapIndices for data that are not columns
 * Source: Efron & Tibshirani 1993, ch. 13; the percentiles are linear between order statistics, as NumPy's default.
 */
export function bootstrap<T extends readonly ArrayLike<unknown>[]>(
  data: readonly [...T],
  statistic: (...columns: T) => number,
  options: BootstrapOptions = {},
): Interval {
  requireItems("bootstrap", "data", data.length);
  const n = data[0].length;
  for (const column of data) requireSameLength("bootstrap", "each column", column.length, "the first", n);
  const take = (indices: Uint32Array) => data.map((column) => pick(column, indices)) as unknown as T;
  return intervals(
    "bootstrap",
    n,
    (indices) => [indices ? statistic(...take(indices)) : statistic(...(data as T))],
    options,
  )[0];
}

/**
 * As {@link bootstrap}, for a statistic that takes item numbers: for matrices, and for several figures from one resample.
 *
 * @param n items
 * @param statistics from item numbers (some repeated, some missing) to one or more figures; NaN where undefined
 * @returns one interval a figure
 * @throws RangeError if n is 0 or an option is out of range
 */
export function bootstrapIndices(
  n: number,
  statistics: (indices: Uint32Array) => readonly number[],
  options: BootstrapOptions = {},
): Interval[] {
  const all = Uint32Array.from({ length: n }, (_, i) => i);
  return intervals("bootstrapIndices", n, (indices) => statistics(indices ?? all), options);
}

function intervals(
  fn: string,
  n: number,
  statistics: (indices?: Uint32Array) => readonly number[],
  { replicates = 1000, confidence = 0.95, seed = 0, strata, groups, method = "percentile" }: BootstrapOptions,
): Interval[] {
  checkBootstrap(fn, { replicates, confidence, seed });
  requireOneOf(fn, "method", method, ["percentile", "bca"]);
  const resample = createResampler(fn, n, { strata, groups }, createRng(seed));
  const values = statistics();
  const drawn = values.map(() => new Float64Array(replicates));
  for (let r = 0; r < replicates; r++) {
    const figures = replicate(fn, strata, statistics, resample());
    for (let f = 0; f < drawn.length; f++) drawn[f][r] = figures[f];
  }
  if (method === "percentile") return values.map((value, f) => percentileInterval(value, drawn[f], confidence));
  const left = jackknifeUnits(n, { strata, groups }).map((units) =>
    units.map((unit) => [...statistics(withoutUnit(n, unit))]),
  );
  return values.map((value, f) => {
    const jackknife = left.map((units) => units.map((figures) => figures[f]));
    return bcaInterval(value, drawn[f], jackknife, confidence);
  });
}

/** The figures of one replicate; what cannot be told of it, as a ranking of one class, says how to draw others. */
function replicate(
  fn: string,
  strata: ResampleOptions["strata"],
  statistics: (indices: Uint32Array) => readonly number[],
  indices: Uint32Array,
): readonly number[] {
  try {
    return statistics(indices);
  } catch (error) {
    if (strata || !(error instanceof RangeError)) throw error;
    const way = "strata: yTrue draws replicates in which every class keeps its size, and NaN leaves one out";
    throw new RangeError(`${fn}: the statistic of a replicate failed (${error.message}) ${way}.`, { cause: error });
  }
}

export function checkBootstrap(
  fn: string,
  { replicates, confidence, seed }: { replicates: number; confidence: number; seed: number },
): void {
  requireWhole(fn, "replicates", replicates, 1);
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`${fn}: confidence must be in (0, 1), got ${confidence}.`);
  }
  requireWhole(fn, "seed", seed, 0);
}

function pick(column: ArrayLike<unknown>, indices: Uint32Array): ArrayLike<unknown> {
  if (ArrayBuffer.isView(column)) {
    const source = column as Float64Array;
    const out = new (source.constructor as Float64ArrayConstructor)(indices.length);
    for (let i = 0; i < indices.length; i++) out[i] = source[indices[i]];
    return out;
  }
  return Array.from(indices, (i) => column[i]);
}
