import { selectSamples } from "../core/features.js";
import type { Classifier, Features, FitOptions, Matrix } from "../core/types.js";
import type { Fold } from "../selection/split.js";
import type { MakeClassifier } from "./makers.js";

export interface FirstLevel {
  /** Probabilities that each classifier gives for samples held out of its training: samples × classes. */
  parts: Matrix[];
  /** The classifiers, fitted to all samples. */
  estimators: Classifier[];
}

/** A fit that has begun, and what is to be done after it. */
interface Begun {
  fit: Promise<unknown>;
  after(): Promise<void> | void;
}

/** With threads their fits wait for workers and touch nothing else meanwhile. */
const grownAside = new Set(["randomForest", "extraTrees"]);

/**
 * Fits every classifier to each fold and to everything.
 *
 * Forests of one fold grow in workers while this thread fits the others and begins the next fold: neither waits for the other.
 */
export async function fitFirstLevel(
  make: readonly MakeClassifier[],
  x: Features,
  y: readonly string[],
  given: { classes: readonly string[]; folds: readonly Fold[]; options: FitOptions },
): Promise<FirstLevel> {
  const { classes, folds } = given;
  const { signal, sampleWeight, threads } = given.options;
  const k = classes.length;
  const parts = make.map(() => ({ data: new Float64Array(y.length * k), rows: y.length, cols: k }));
  // Ends what grows aside when anything else fails.
  const stop = new AbortController();
  const abort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });

  /** Fits each classifier; gives those that still grow. */
  const begin = async (
    trainX: Features,
    labels: readonly string[],
    weight: ArrayLike<number> | undefined,
    after: (model: Classifier, m: number) => Promise<void> | void,
  ): Promise<Begun[]> => {
    const growing: Begun[] = [];
    for (const [m, makeOne] of make.entries()) {
      signal?.throwIfAborted();
      const model = await makeOne();
      const fit = model.fit(trainX, labels, { signal: stop.signal, threads, ...(weight && { sampleWeight: weight }) });
      if (fit instanceof Promise && grownAside.has(model.kind)) {
        // A failure shows when it is waited for.
        fit.catch(() => {});
        growing.push({ fit, after: () => after(model, m) });
        continue;
      }
      await fit;
      await after(model, m);
    }
    return growing;
  };

  const beginFold = ({ train, test }: Fold): Promise<Begun[]> => {
    const testX = selectSamples(x, test);
    const labels = Array.from(train, (i) => y[i]);
    const weight = sampleWeight && Array.from(train, (i) => sampleWeight[i]);
    return begin(selectSamples(x, train), labels, weight, async (model, m) => {
      const { data } = await model.predictProba(testX);
      for (const [c, label] of model.classes.entries()) {
        const column = classes.indexOf(label);
        for (let t = 0; t < test.length; t++) {
          parts[m].data[test[t] * k + column] = data[t * model.classes.length + c];
        }
      }
      model.dispose();
    });
  };

  const estimators: Classifier[] = [];
  const beginAll = (): Promise<Begun[]> =>
    begin(x, y, sampleWeight, (model, m) => {
      estimators[m] = model;
    });

  try {
    let growing: Begun[] = [];
    for (const start of [...folds.map((fold) => () => beginFold(fold)), beginAll, async () => []]) {
      const begun = await start();
      for (const { fit, after } of growing) {
        await fit;
        await after();
      }
      growing = begun;
    }
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
  return { parts, estimators };
}
