import { requirePairs } from "../core/features.js";
import { classOfMax, classWeights, encodeClasses, sampleWeights } from "../core/labels.js";
import { lazily } from "../core/lazily.js";
import { createRandom } from "../core/random.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type {
  Classifier,
  Features,
  FitOptions,
  Matrix,
  ModelKind,
  ModelState,
  StateTensor,
  Tensor,
} from "../core/types.js";
import { type NeuralClassifierOptions, readNeuralOptions } from "./options.js";
import { readWeight } from "./quantise.js";
import { gatherBatch, holdOut, type Labelled, pickLabelled, type Samples, toSamples } from "./samples.js";
import { startingWeights } from "./start.js";
import { DIVISION } from "./streams.js";

/** A network that names classes. */
export interface NeuralClassifier extends Classifier<Matrix | Tensor> {
  fit(x: Matrix | Tensor, y: readonly string[], options?: FitOptions): Promise<this>;
  predictProba(x: Matrix | Tensor): Promise<Matrix>;
  predict(x: Matrix | Tensor): Promise<string[]>;
  getState(): ModelState;
}

interface Learned {
  classes: string[];
  inputShape: number[];
  weights: Float32Array[];
  shapes: number[][];
}

/**
 * A feed-forward network trained by gradient descent on softmax cross-entropy.
 *
 * With `earlyStopping`, a part of every class (whole groups, if `fit` gets them) is held out, and the best epoch's weights return.
 * The same seed, data and engine give the same weights, bit for bit, whatever the number of threads.
 *
 * @throws RangeError for a bad option, a layer that does not fit, one class, features that are not finite, or a loss that
 * stopped being a number; Error for predicting before fit
 */
export function neuralClassifier(options?: NeuralClassifierOptions): NeuralClassifier {
  return build(options);
}

function build(given?: NeuralClassifierOptions, restored?: Learned): NeuralClassifier {
  const kind = "neuralClassifier";
  const settings = readNeuralOptions(given);
  let learned = restored;

  const need = (fn: string): Learned => {
    if (!learned) throw notFitted(kind, fn);
    return learned;
  };
  const samplesOf = (fn: string, x: Features): Samples => {
    const samples = toSamples(kind, x);
    const { inputShape } = need(fn);
    if (samples.shape.join() !== inputShape.join()) {
      throw new RangeError(`${kind}: fitted on samples of shape [${inputShape}], got [${samples.shape}].`);
    }
    return samples;
  };
  /** The network of what was learned; it keeps its memory until `dispose` or the next fit. */
  const predictor = lazily(async () => {
    const { inputShape, classes, weights } = need("predict");
    const { makePredictor } = await import("./predictor.js");
    return await makePredictor(settings, inputShape, classes.length, weights);
  });
  const probabilities = async (fn: string, x: Features): Promise<Matrix> => {
    const samples = samplesOf(fn, x);
    const { classes } = need(fn);
    const data = await (await predictor.get()).probabilities(samples);
    return { data, rows: samples.n, cols: classes.length };
  };

  return {
    kind,
    get classes() {
      return learned?.classes ?? [];
    },
    async fit(x, y, options = {}) {
      options.signal?.throwIfAborted();
      const samples = toSamples(kind, x);
      requirePairs(kind, samples.n, y.length);
      if (options.groups) requirePairs(kind, samples.n, options.groups.length, "groups");
      const labels = encodeClasses(kind, y);
      const weights = sampleWeights(
        kind,
        samples.n,
        options.sampleWeight,
        labels.codes,
        classWeights(kind, settings.classWeight, labels),
      );
      const parts = divide(samples, labels.codes, weights, options);
      const [{ useEngine }, { train, networkFor }] = await Promise.all([
        import("@earshot/engine"),
        import("./trainer.js"),
      ]);
      const { refresh, start, threads } = options;
      // Before the first tensor: it would be made by tfjs' plain backend, which advises on the console to install another.
      await useEngine(threads === undefined ? {} : { threads });
      const plan = networkFor(settings, samples.shape, labels.classes.length);
      const shapes = plan.weights.map((w) => w.variable.shape);
      const own = plan.layers[plan.layers.length - 1].weights.length;
      plan.dispose();
      const result = await train({
        ...parts,
        refresh: refresh && (async (epoch) => refreshed(await refresh(epoch), samples, parts.index)),
        settings,
        classes: labels.classes.length,
        validation: options.validation
          ? validationPart(options.validation, labels.classes, samples.shape)
          : parts.validation,
        signal: options.signal,
        onEpoch: options.onEpoch,
        onStep: options.onStep,
        onCheckpoint: options.onCheckpoint,
        resume: options.resume,
        start: start && startingWeights(start, shapes, own, labels.classes),
      });
      predictor.release();
      learned = { classes: labels.classes, inputShape: samples.shape, weights: result, shapes };
      return this;
    },
    predictProba: (x) => probabilities("predictProba", x),
    async predict(x) {
      return classOfMax(await probabilities("predict", x), need("predict").classes);
    },
    getState() {
      const { classes, inputShape, weights, shapes } = need("getState");
      return {
        kind,
        options: JSON.parse(JSON.stringify(settings)),
        classes,
        inputShape,
        weights: weights.map((w, i) => tensor(w, shapes[i])),
      };
    },
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose: predictor.release,
  };

  function divide(samples: Samples, codes: Int32Array, weights: Float64Array, { validation, groups }: FitOptions) {
    const all: Labelled = { samples, codes };
    if (!settings.earlyStopping || validation) return { train: all, weights, validation: undefined, index: undefined };
    const division = holdOut(
      codes,
      settings.earlyStopping.validationShare,
      createRandom(settings.seed, DIVISION),
      groups,
    );
    if (division.validation.length === 0) {
      throw new RangeError(
        `${kind}: earlyStopping holds out ${settings.earlyStopping.validationShare} of each class, which is no sample of any; ` +
          "raise validationShare or give fit a validation part.",
      );
    }
    return {
      train: pickLabelled(all, division.train),
      weights: Float64Array.from(division.train, (i) => weights[i]),
      validation: pickLabelled(all, division.validation),
      index: division.train,
    };
  }

  /** Samples changed anew, without those held out. */
  function refreshed(x: Features, { n, shape, size }: Samples, index: Int32Array | undefined): Samples {
    const samples = toSamples(`${kind} refresh`, x);
    if (samples.n !== n || samples.shape.join() !== shape.join()) {
      throw new RangeError(
        `${kind}: refresh must give ${n} samples of shape [${shape}], got ${samples.n} of [${samples.shape}].`,
      );
    }
    return index ? { data: gatherBatch(samples, index), n: index.length, shape, size } : samples;
  }

  function validationPart(
    { x, y }: { x: Features; y: readonly string[] },
    classes: string[],
    shape: number[],
  ): Labelled {
    const samples = toSamples(`${kind} validation`, x);
    requirePairs(`${kind} validation`, samples.n, y.length);
    if (samples.shape.join() !== shape.join()) {
      throw new RangeError(`${kind}: validation samples have shape [${samples.shape}], training ones [${shape}].`);
    }
    const stranger = y.find((label) => !classes.includes(label));
    if (stranger !== undefined)
      throw new RangeError(`${kind}: validation names class "${stranger}", which is not in y.`);
    return { samples, codes: Int32Array.from(y, (label) => classes.indexOf(label)) };
  }
}

export const neuralClassifierKind: ModelKind = {
  create: (options) => neuralClassifier(options as NeuralClassifierOptions),
  restore(state) {
    const read = readState(state);
    const stored = Array.isArray(state.weights) ? state.weights.map(readWeight) : [undefined];
    const weights = stored.filter((w): w is StateTensor => w !== undefined);
    if (weights.length < stored.length) {
      throw new RangeError('neuralClassifier: "weights" of the state must be a list of float32 tensors.');
    }
    return build(read.options() as NeuralClassifierOptions, {
      classes: read.texts("classes"),
      inputShape: read.numbers("inputShape"),
      weights: weights.map((w) => w.data as Float32Array),
      shapes: weights.map((w) => w.shape),
    });
  },
};
