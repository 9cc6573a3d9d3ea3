import type { OptimiserOptions } from "@earshot/engine";
import { aNumber, aWhole, maybe, nearest, oneOf, passing, readOptions } from "../core/options.js";
import { aClassWeight, type ClassWeight } from "../linear/classWeight.js";
import type { BatchAugmentation } from "./augment.js";
import type { LayerSpec } from "./layers/specs.js";
import { type Loss, type LossName, type ReadLoss, readLoss } from "./loss.js";
import { type NetworkOptions, namedNetwork } from "./networks.js";
import { readOptimizer } from "./optimizer.js";
import { readSchedule, type Schedule } from "./schedule.js";

/** When a fit ends before its last epoch, and which weights stay. */
export interface EarlyStopping {
  /** Epochs without improvement before the fit ends (default 10). */
  patience?: number;
  /** Share of the training samples that validates, where `fit` got no validation part (default 0.1). */
  validationShare?: number;
  /** What must improve (default valLoss). */
  monitor?: "valLoss" | "valAccuracy";
  /** Improvement that counts (default 0). */
  minDelta?: number;
  /** Whether the best epoch's weights return at the end (default true). */
  restoreBest?: boolean;
}

/** Options of {@link neuralClassifier}. */
export interface NeuralClassifierOptions {
  /** Layers before the output, which has one unit a class and is added (default: one dense layer of 128 with ReLU). */
  layers?: readonly LayerSpec[];
  /** A named network in place of layers: `"cnn"`, or `{ kind: "cnn", width: 0.5, dropout: 0.2 }`. */
  network?: string | ({ kind: string } & NetworkOptions);
  /** What training makes small: a name, or `{ kind: "focal", gamma: 2 }` (default crossEntropy). */
  loss?: LossName | Loss;
  /** Default Adam with a learning rate of 1e-3. */
  optimizer?: OptimiserOptions;
  /** At most (default 100). */
  epochs?: number;
  /** Samples a step at most (default 32); steps of one epoch differ by at most one sample. */
  batchSize?: number;
  /** Batches whose gradients make one step (default 1): 4 batches of 8 step as one of 32, in the memory of 8. */
  accumulate?: number;
  /** Each sample once an epoch, or as many draws with all classes alike (default shuffle). */
  sampling?: "shuffle" | "balanced";
  /** Ends the fit when a held-out part stops improving (default: never). */
  earlyStopping?: EarlyStopping;
  /** Decides initial weights, order, dropout and the held-out part (default 0). */
  seed?: number;
  /** Target mass given to all classes alike, in [0, 1) (default 0). */
  labelSmoothing?: number;
  /** Weights of the classes; "balanced" counters their frequencies. */
  classWeight?: ClassWeight;
  /** The same, under its plural name. */
  classWeights?: ClassWeight;
  /** Gradients of a larger norm are scaled down to this (default: never). */
  clipNorm?: number;
  /** How the learning rate moves (default: not at all). */
  schedule?: Schedule;
  /** Changes made to every batch (default none). */
  augment?: BatchAugmentation;
  /** Decay of a moving average of the weights, which then predicts; 0.999 is usual (default: none). */
  ema?: number;
  /** Looks at each sample that a prediction averages: as it is, mirrored if `flip` is learned, then flipped, cropped, distorted, warped and shifted as while training (default 1). */
  passes?: number;
  /**
   * Factors of the learning rate, one a layer and then the output's (default 1 each). Layers at 0 are frozen: they learn nothing, and their
   * normalisations and dropouts work as while predicting.
   */
  rates?: readonly number[];
  /**
   * Batch normalisation uses and keeps the statistics that it has, while everything else learns (default false): for going on from trained weights
   * with few samples, whose batches tell less about means than what was trained on. Without a `start`, statistics are 0 and 1.
   */
  keepStatistics?: boolean;
}

/** Options with defaults filled in. */
export interface NeuralSettings {
  layers: readonly LayerSpec[];
  loss: ReadLoss;
  optimizer: OptimiserOptions;
  epochs: number;
  batchSize: number;
  accumulate: number;
  sampling: "shuffle" | "balanced";
  earlyStopping: Required<EarlyStopping> | undefined;
  seed: number;
  labelSmoothing: number;
  classWeight: ClassWeight | undefined;
  clipNorm: number | undefined;
  schedule: Schedule;
  augment: BatchAugmentation | undefined;
  ema: number | undefined;
  passes: number;
  rates: readonly number[] | undefined;
  keepStatistics: boolean;
}

const anObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws RangeError naming the option, its rule and the value */
export function readNeuralOptions(given: NeuralClassifierOptions | undefined): NeuralSettings {
  const kind = "neuralClassifier";
  const read = readOptions(kind, given, {
    layers: passing<readonly LayerSpec[] | undefined>(
      undefined,
      (v) => v === undefined || (Array.isArray(v) && v.every((l) => anObject(l) && typeof l.kind === "string")),
      "a list of layers, each with a kind",
    ),
    optimizer: passing<OptimiserOptions>({ kind: "adam", learningRate: 1e-3 }, anObject, "an object with a kind"),
    loss: passing<LossName | Loss>(
      "crossEntropy",
      (v) => typeof v === "string" || anObject(v),
      "a name or an object with a kind",
    ),
    epochs: aWhole(100, { min: 1 }),
    batchSize: aWhole(32, { min: 1 }),
    accumulate: aWhole(1, { min: 1 }),
    sampling: oneOf(["shuffle", "balanced"], "shuffle"),
    earlyStopping: maybe(passing<EarlyStopping>({}, anObject, "an object such as { patience: 10 }")),
    seed: aWhole(0, { min: 0, max: Number.MAX_SAFE_INTEGER }),
    labelSmoothing: passing(0, (v) => typeof v === "number" && v >= 0 && v < 1, "a number in [0, 1)"),
    classWeight: aClassWeight,
    classWeights: aClassWeight,
    clipNorm: maybe(aNumber(1, { above: 0 })),
    network: maybe(
      passing<NonNullable<NeuralClassifierOptions["network"]>>(
        "mlp",
        (v) => typeof v === "string" || (anObject(v) && typeof (v as { kind: unknown }).kind === "string"),
        "a name or an object with a kind",
      ),
    ),
    schedule: passing<Schedule>({ kind: "constant" }, anObject, "an object with a kind"),
    augment: maybe(passing<BatchAugmentation>({}, anObject, "an object such as { mixUp: 0.2 }")),
    passes: aWhole(1, { min: 1, max: 1000 }),
    rates: maybe(
      passing<readonly number[]>(
        [],
        (v) => Array.isArray(v) && v.every((r) => Number.isFinite(r) && r >= 0) && v.some((r) => r > 0),
        "a list of numbers of at least 0, not all 0",
      ),
    ),
    keepStatistics: passing(false, (v) => typeof v === "boolean", "true or false"),
    ema: maybe(passing(0.999, (v) => typeof v === "number" && v > 0 && v < 1, "a number between 0 and 1")),
  });
  const { classWeights, network, ...rest } = read;
  if (network && read.layers) throw new RangeError("neuralClassifier: give layers or a network, not both.");
  const layers = read.layers ?? (network ? layersOf(network) : [{ kind: "dense", units: 128, activation: "relu" }]);
  if (read.rates && read.rates.length !== layers.length + 1) {
    throw new RangeError(
      `neuralClassifier: rates must be ${layers.length + 1} numbers, one a layer and the output's, got ${read.rates.length}.`,
    );
  }
  return {
    ...rest,
    layers,
    loss: readLoss(read.loss),
    schedule: readSchedule(read.schedule),
    augment: read.augment && readAugmentation(read.augment),
    classWeight: read.classWeight ?? classWeights,
    optimizer: readOptimizer(read.optimizer),
    earlyStopping: read.earlyStopping && readEarlyStopping(read.earlyStopping),
  };
}

function readEarlyStopping(given: EarlyStopping): Required<EarlyStopping> {
  return readOptions("neuralClassifier earlyStopping", given, {
    patience: aWhole(10, { min: 1 }),
    validationShare: passing(0.1, (v) => typeof v === "number" && v > 0 && v < 1, "a number between 0 and 1"),
    monitor: passing<"valLoss" | "valAccuracy">(
      "valLoss",
      (v) => v === "valLoss" || v === "valAccuracy",
      "valLoss or valAccuracy",
    ),
    minDelta: aNumber(0, { min: 0 }),
    restoreBest: passing(true, (v) => typeof v === "boolean", "true or false"),
  });
}

function layersOf(network: NonNullable<NeuralClassifierOptions["network"]>): LayerSpec[] {
  if (typeof network === "string") return namedNetwork(network);
  const { kind, ...options } = network;
  const stranger = Object.keys(options).find((key) => key !== "width" && key !== "dropout");
  if (stranger) {
    throw new RangeError(
      `neuralClassifier: network has no option "${stranger}"; ${nearest(stranger, ["width", "dropout"])}`,
    );
  }
  return namedNetwork(kind, options);
}

const aShare = maybe(passing(0, (v) => typeof v === "number" && v >= 0 && v < 1, "a number in [0, 1)"));

function readAugmentation(given: BatchAugmentation): BatchAugmentation {
  const kind = "neuralClassifier augment";
  const anAmount = maybe(aNumber(0, { min: 0 }));
  const aChange = maybe(passing<object>({}, anObject, "an object such as { frames: 0.1 }"));
  const { mask, warp, distort, ...rest } = readOptions(kind, given, {
    mixUp: anAmount,
    cutMix: anAmount,
    shift: maybe(aWhole(0, { min: 0 })),
    flip: maybe(passing(0, (v) => typeof v === "number" && v >= 0 && v <= 1, "a number in [0, 1]")),
    crop: maybe(aWhole(0, { min: 0 })),
    noise: anAmount,
    warp: aChange,
    distort: aChange,
    mask: maybe(passing<NonNullable<BatchAugmentation["mask"]>>({}, anObject, "an object such as { frames: 20 }")),
  });
  const bands = { frames: aWhole(0, { min: 0 }), features: aWhole(0, { min: 0 }), count: aWhole(2, { min: 1 }) };
  const axes = { frames: aShare, features: aShare };
  const moves = { rotate: anAmount, scale: aShare, shear: anAmount, move: anAmount, elastic: anAmount };
  return {
    ...rest,
    ...(mask && { mask: readOptions(`${kind}.mask`, mask, bands) }),
    ...(warp && { warp: readOptions(`${kind}.warp`, warp, axes) }),
    ...(distort && { distort: readOptions(`${kind}.distort`, distort, moves) }),
  };
}
