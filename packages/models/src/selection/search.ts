import { selectSamples } from "../core/features.js";
import { encodeClasses } from "../core/labels.js";
import { createRandom, permutation } from "../core/random.js";
import type { Awaitable, Classifier, Features, Regressor } from "../core/types.js";
import type { MakeClassifier } from "../ensemble/makers.js";
import { type CrossValidateOptions, crossValidate } from "./crossValidate.js";
import type { MakeRegressor, RegressorCrossValidateOptions } from "./crossValidateRegressor.js";
import { stratifiedShare } from "./split.js";

/** Values to try for each setting. */
export type SearchSpace = Readonly<Record<string, readonly unknown[]>>;

interface Strategy {
  /** "grid" tries all combinations (default), "random" draws `draws` of them, "halving" drops the worse half as samples double. */
  strategy?: "grid" | "random" | "halving";
  /** Combinations of "random" and "halving" (default: random 20, halving all). */
  draws?: number;
  /** Called after each combination. */
  onTrial?: (trial: Trial) => void;
}

/** Options of {@link search} and {@link search}. */
export type SearchOptions = CrossValidateOptions & Strategy;
/** Options of {@link search} and {@link search}. */
export type RegressorSearchOptions = RegressorCrossValidateOptions & Strategy;

/** One setting that a search tried. */
export interface Trial {
  settings: Record<string, unknown>;
  /** Mean over the parts. */
  score: number;
  scores: number[];
  /** Samples it was tried on. */
  samples: number;
}

/** What a search tried, and its best. */
export interface SearchResult {
  best: Trial;
  /** In the order tried. */
  trials: Trial[];
}

/**
 * Tries combinations of settings by cross-validation on the same parts and gives the best; of equals the first.
 *
 * @param make a fresh classifier or pipeline with some settings; a regressor where `y` are numbers
 * @throws RangeError for an empty space
 */
export function search(
  make: (settings: Record<string, unknown>) => Awaitable<Classifier>,
  space: SearchSpace,
  x: Features,
  y: readonly string[],
  options?: SearchOptions,
): Promise<SearchResult>;
export function search(
  make: (settings: Record<string, unknown>) => Awaitable<Regressor>,
  space: SearchSpace,
  x: Features,
  y: ArrayLike<number>,
  options?: RegressorSearchOptions,
): Promise<SearchResult>;
export async function search(
  make: (settings: Record<string, unknown>) => Awaitable<Classifier | Regressor>,
  space: SearchSpace,
  x: Features,
  y: readonly string[] | ArrayLike<number>,
  { strategy = "grid", draws, onTrial, ...options }: SearchOptions | RegressorSearchOptions = {},
): Promise<SearchResult> {
  let settings = combinations(space);
  const seed = options.seed ?? 0;
  const wanted = draws ?? (strategy === "random" ? 20 : settings.length);
  if (strategy !== "grid" && wanted < settings.length) {
    const all = settings;
    settings = Array.from(permutation(all.length, createRandom(seed)).subarray(0, wanted).sort(), (i) => all[i]);
  }
  const trials: Trial[] = [];
  const round = async (list: Record<string, unknown>[], index: Int32Array | undefined): Promise<Trial[]> => {
    const seenX = index ? selectSamples(x, index) : x;
    const seenY = index ? Array.from<number, string | number>(index, (i) => y[i]) : y;
    const groups = options.groups && index ? Array.from(index, (i) => options.groups?.[i] ?? "") : options.groups;
    const done: Trial[] = [];
    for (const one of list) {
      const { scores, mean } = await validate(() => make(one), seenX, seenY, { ...options, groups });
      const trial = { settings: one, score: mean, scores, samples: seenY.length };
      onTrial?.(trial);
      done.push(trial);
    }
    trials.push(...done);
    return done.toSorted((a, b) => b.score - a.score);
  };
  let ranked: Trial[];
  if (strategy === "halving") {
    const rounds = Math.ceil(Math.log2(settings.length)) + 1;
    const { classes, codes } = isNumeric(y)
      ? { classes: [""], codes: new Int32Array(y.length) }
      : encodeClasses("search", y as readonly string[]);
    for (let r = 0; ; r++) {
      const share = 2 ** (r + 1 - rounds);
      ranked = await round(settings, share < 1 ? stratifiedShare(codes, classes.length, share, seed) : undefined);
      if (r + 1 >= rounds) break;
      settings = ranked.slice(0, Math.max(1, Math.ceil(settings.length / 2))).map((trial) => trial.settings);
    }
  } else ranked = await round(settings, undefined);
  return { best: ranked[0], trials };
}

const isNumeric = (y: ArrayLike<unknown>): y is ArrayLike<number> => typeof y[0] === "number";

function validate(
  make: () => Awaitable<Classifier | Regressor>,
  x: Features,
  y: ArrayLike<string | number>,
  options: CrossValidateOptions | RegressorCrossValidateOptions,
): Promise<{ scores: number[]; mean: number }> {
  return isNumeric(y)
    ? crossValidate(make as MakeRegressor, x, y, options as RegressorCrossValidateOptions)
    : crossValidate(make as MakeClassifier, x, y as readonly string[], options as CrossValidateOptions);
}

function combinations(space: SearchSpace): Record<string, unknown>[] {
  let list: Record<string, unknown>[] = [{}];
  for (const [key, values] of Object.entries(space)) {
    if (values.length === 0) throw new RangeError(`search: "${key}" has no values to try.`);
    list = list.flatMap((one) => values.map((value) => ({ ...one, [key]: value })));
  }
  return list;
}
