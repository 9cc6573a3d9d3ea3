import { requireMatrix, requirePairs, selectSamples } from "../core/features.js";
import { encodeClasses, type LabelCodes } from "../core/labels.js";
import { aList, aNumber, aWhole, oneOf, readOptions } from "../core/options.js";
import { createRandom, permutation, type Rng } from "../core/random.js";
import { stateToJson } from "../core/state.js";
import type { Matrix, ModelKind, ModelState, Resampler } from "../core/types.js";
import { type SmoteVariant, smoteSamples } from "./smoteSamples.js";

/** A resampler that answers at once. */
export interface SyncResampler extends Resampler<Matrix> {
  fitResample(x: Matrix, y: readonly string[]): { x: Matrix; y: string[] };
}

interface SamplingOptions {
  /** Each smaller class is brought to this share of the largest (default 1: all equal). */
  ratio?: number;
  /** Default 0. */
  seed?: number;
}

/** Options of {@link smote}. */
export interface SmoteOptions extends SamplingOptions {
  /** Neighbours among which the other end of a line is drawn (default 5). */
  kNeighbors?: number;
  /** "regular" (default), "borderline" (from samples near other classes), "adasyn" (more where others are near). */
  variant?: SmoteVariant;
  /** Columns that hold categories as numbers: new samples take the neighbours' most frequent one (SMOTE-NC). */
  categoricalFeatures?: readonly number[];
}

type Make = (job: { x: Matrix; labels: LabelCodes; wanted: Int32Array; rng: Rng }) => { x: Matrix; codes: number[] };

function build(
  kind: string,
  options: { seed: number; ratio: number },
  targets: (counts: Int32Array, ratio: number) => Int32Array,
  make: Make,
): SyncResampler {
  const state: ModelState = { kind, options: JSON.parse(JSON.stringify(options)) };
  return {
    kind,
    fitResample(x, y) {
      requirePairs(kind, requireMatrix(kind, x).rows, y.length);
      const labels = encodeClasses(kind, y);
      const counts = new Int32Array(labels.classes.length);
      for (const code of labels.codes) counts[code]++;
      const wanted = targets(counts, options.ratio);
      const { x: made, codes } = make({ x, labels, wanted, rng: createRandom(options.seed) });
      return { x: made, y: codes.map((code) => labels.classes[code]) };
    },
    getState: () => state,
    toJSON: () => stateToJson(state),
    dispose() {},
  };
}

const raise = (counts: Int32Array, ratio: number): Int32Array => {
  const largest = Math.max(...counts);
  return counts.map((count) => Math.max(count, Math.round(ratio * largest)));
};

const lower = (counts: Int32Array, ratio: number): Int32Array => {
  const smallest = Math.min(...counts);
  return counts.map((count) => Math.min(count, Math.round(smallest / ratio)));
};

const samplingReaders = { ratio: aNumber(1, { above: 0, max: 1 }), seed: aWhole(0) };

/** Repeats random samples of the smaller classes until all are as large as the largest (or `ratio` of it). */
export function randomOverSampler(options?: SamplingOptions): SyncResampler {
  return build(
    "randomOverSampler",
    readOptions("randomOverSampler", options, samplingReaders),
    raise,
    ({ x, labels, wanted, rng }) => {
      const index = [...labels.codes.keys()];
      for (const [c, members] of membersOf(labels).entries()) {
        for (let extra = wanted[c] - members.length; extra > 0; extra--) index.push(members[rng.below(members.length)]);
      }
      return { x: selectSamples(x, index), codes: index.map((i) => labels.codes[i]) };
    },
  );
}

/** Drops random samples of the larger classes until all are as small as the smallest (divided by `ratio`). */
export function randomUnderSampler(options?: SamplingOptions): SyncResampler {
  return build(
    "randomUnderSampler",
    readOptions("randomUnderSampler", options, samplingReaders),
    lower,
    ({ x, labels, wanted, rng }) => {
      const left = wanted.slice();
      const index = permutation(x.rows, rng)
        .filter((i) => left[labels.codes[i]]-- > 0)
        .sort();
      return { x: selectSamples(x, index), codes: Array.from(index, (i) => labels.codes[i]) };
    },
  );
}

const smoteReaders = {
  ...samplingReaders,
  kNeighbors: aWhole(5, { min: 1 }),
  variant: oneOf(["regular", "borderline", "adasyn"], "regular"),
  categoricalFeatures: aList(aWhole(0, { min: 0 })),
};

/**
 * Makes up samples of the smaller classes, on lines between neighbours. Use it inside a pipeline: there it sees training samples alone.
 *
 * @throws RangeError if a class that must grow has no two samples, or there is one class
 * Sources: Chawla et al. 2002 (SMOTE, SMOTE-NC); Han et al. 2005 (borderline); He et al. 2008 (ADASYN).
 */
export function smote(options?: SmoteOptions): SyncResampler {
  const read = readOptions("smote", options, smoteReaders);
  return build("smote", read, raise, ({ x, labels, wanted, rng }) => {
    const made = smoteSamples(x, labels, wanted, read, rng);
    const data = new Float64Array(x.rows * x.cols + made.rows.length);
    data.set(x.data);
    data.set(made.rows, x.data.length);
    return { x: { data, rows: data.length / x.cols, cols: x.cols }, codes: [...labels.codes, ...made.codes] };
  });
}

function membersOf({ classes, codes }: LabelCodes): number[][] {
  const members: number[][] = classes.map(() => []);
  for (let i = 0; i < codes.length; i++) members[codes[i]].push(i);
  return members;
}

const kindOf = (make: (options?: object) => SyncResampler): ModelKind => ({
  create: (options) => make(options),
  restore: (state) => make(state.options as object),
});

export const randomOverSamplerKind = kindOf(randomOverSampler);
export const randomUnderSamplerKind = kindOf(randomUnderSampler);
export const smoteKind = kindOf(smote);
