import { createOptimiser, type Optimiser } from "@earshot/engine";
import { createRandom, permutation, type Rng } from "../core/random.js";
import type { Awaitable, EpochLog, ModelState } from "../core/types.js";
import { type Progress, restoreProgress, saveProgress } from "./checkpoint.js";
import { evaluate } from "./evaluate.js";
import type { LayerSpec } from "./layers/specs.js";
import { buildNetwork, type Network } from "./network.js";
import type { NeuralSettings } from "./options.js";
import { cutBatches, drawBalanced, type Labelled, type Samples } from "./samples.js";
import { rateFactor } from "./schedule.js";
import { createGathered, type StepTask, trainBatch } from "./step.js";
import { ORDER, WEIGHTS } from "./streams.js";

export interface TrainingTask extends StepTask {
  validation: Labelled | undefined;
  signal: AbortSignal | undefined;
  onEpoch: ((log: EpochLog) => Awaitable<unknown>) | undefined;
  onStep: ((done: number, loss: number) => void) | undefined;
  /** Gets everything that the next epoch depends on, after each epoch. */
  onCheckpoint: ((checkpoint: ModelState) => Awaitable<void>) | undefined;
  /** Where to go on from. */
  resume: ModelState | undefined;
  /** What to begin with in place of fresh weights: values, and undefined where a weight stays fresh. */
  start: readonly (Float32Array | undefined)[] | undefined;
  /** The training samples of an epoch, counted from 1. */
  refresh?: ((epoch: number) => Promise<Samples>) | undefined;
}

/** All layers: those of the settings, and the output that their loss needs. */
export function layersWithOutput({ layers, loss }: NeuralSettings, classes: number): LayerSpec[] {
  if (loss.kind === "amSoftmax") return [...layers, { kind: "cosine", units: classes, scale: loss.scale }];
  return [...layers, { kind: "dense", units: classes, initialiser: "glorotUniform", useBias: true }];
}

/** The network of some settings for samples of some shape, its output layer included; all zeros unless it gets a source of weights. */
export function networkFor(
  settings: NeuralSettings,
  inputShape: readonly number[],
  classes: number,
  rng?: Rng,
): Network {
  return buildNetwork(layersWithOutput(settings, classes), inputShape, rng, settings.rates);
}

/**
 * Trains a fresh network; the order of samples, dropout, augmentation and weights follow from the seed alone.
 *
 * @returns the weights of the last or best epoch
 * @throws RangeError when the loss is no number any more; the signal's reason when aborted
 */
export async function train(task: TrainingTask): Promise<Float32Array[]> {
  const { settings, signal } = task;
  signal?.throwIfAborted();
  const rng = createRandom(settings.seed, WEIGHTS);
  const network = networkFor(settings, task.train.samples.shape, task.classes, rng);
  const optimiser = createOptimiser(settings.optimizer);
  const progress: Progress = { epoch: 0, waited: 0, drops: 0, sinceDrop: 0 };
  try {
    if (task.start) {
      const fresh = network.getWeights();
      network.setWeights(fresh.map((own, i) => task.start?.[i] ?? own));
    }
    if (task.resume) restoreProgress(task.resume, progress, network, optimiser);
    let coming = freshSamples(task, progress.epoch + 1);
    while (progress.epoch < settings.epochs && !exhausted(progress, settings)) {
      const samples = (await coming) ?? task.train.samples;
      coming = freshSamples(task, progress.epoch + 2);
      const own = { ...task, train: { ...task.train, samples } };
      const log = await trainEpoch(own, network, optimiser, progress).catch((error) => {
        throw outOfMemory(error, progress.epoch + 1, settings) ?? error;
      });
      progress.epoch++;
      if (task.validation) note(log, progress, network, settings);
      const answer = await task.onEpoch?.(log);
      await task.onCheckpoint?.(saveProgress(progress, network, optimiser));
      if (answer === "stop") break;
      signal?.throwIfAborted();
    }
    const { ema, best } = progress;
    if (best && settings.earlyStopping?.restoreBest) return best.weights;
    return ema ?? network.getWeights();
  } finally {
    optimiser.dispose();
    network.dispose();
  }
}

/** What an epoch trains on, in the making; undefined where every epoch trains on the same, or none is left. */
function freshSamples({ refresh, settings }: TrainingTask, epoch: number): Promise<Samples> | undefined {
  if (!refresh || epoch > settings.epochs) return undefined;
  const samples = refresh(epoch);
  // Whoever awaits it hears of it; training may have ended before.
  samples.catch(() => {});
  return samples;
}

const exhausted = ({ waited }: Progress, { earlyStopping }: NeuralSettings): boolean =>
  earlyStopping !== undefined && waited >= earlyStopping.patience;

async function trainEpoch(
  task: TrainingTask,
  network: Network,
  optimiser: Optimiser,
  progress: Progress,
): Promise<EpochLog> {
  const { settings, signal, validation, classes } = task;
  const { n } = task.train.samples;
  const rng = createRandom(settings.seed, ORDER + progress.epoch + 1);
  const order = settings.sampling === "balanced" ? drawBalanced(task.train.codes, rng) : permutation(n, rng);
  const batches = cutBatches(order, settings.batchSize);
  const sums = { loss: 0, right: 0, weight: 0 };
  let pause = performance.now();
  let learningRate = 0;
  const gathered = createGathered();
  signal?.throwIfAborted();
  for (const [i, batch] of batches.entries()) {
    const done = (progress.epoch + i / batches.length) / settings.epochs;
    learningRate =
      settings.optimizer.learningRate * rateFactor(settings.schedule, done, progress.epoch, progress.drops);
    const last = (i + 1) % settings.accumulate === 0 || i === batches.length - 1;
    trainBatch(task, network, optimiser, batch, { learningRate, gathered, last }, sums);
    if (settings.ema && last) average(progress, network, settings.ema, optimiser.steps);
    task.onStep?.(progress.epoch + (i + 1) / batches.length, sums.loss / sums.weight);
    if (performance.now() - pause > 50) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      pause = performance.now();
    }
  }
  const log: EpochLog = {
    epoch: progress.epoch + 1,
    epochs: settings.epochs,
    loss: sums.loss / sums.weight,
    accuracy: sums.right / n,
    learningRate,
  };
  if (!Number.isFinite(log.loss)) throw diverged(log.epoch, settings);
  if (validation)
    Object.assign(
      log,
      withAverage(progress, network, () => evaluate(network, validation, classes, settings.loss)),
    );
  return log;
}

/** Early stopping and plateaus: what the validation part says of the epoch. */
function note(
  log: EpochLog,
  progress: Progress,
  network: Network,
  { earlyStopping: stop, schedule }: NeuralSettings,
): void {
  const score = stop?.monitor === "valAccuracy" ? log.valAccuracy : -log.valLoss;
  const better = !progress.best || score > progress.best.score + (stop?.minDelta ?? 0);
  if (better) progress.best = { score, weights: progress.ema?.map((w) => w.slice()) ?? network.getWeights() };
  progress.waited = better ? 0 : progress.waited + 1;
  progress.sinceDrop = better ? 0 : progress.sinceDrop + 1;
  if (schedule.kind === "plateau" && progress.sinceDrop >= (schedule.patience ?? 5)) {
    progress.drops++;
    progress.sinceDrop = 0;
  }
}

/** Moving average of all weights; it follows fast at first, so that the random start does not linger. */
function average(progress: Progress, network: Network, decay: number, steps: number): void {
  const now = network.getWeights();
  if (!progress.ema) {
    progress.ema = now.map((w) => w.slice());
    return;
  }
  const keep = Math.min(decay, (1 + steps) / (10 + steps));
  for (const [i, own] of progress.ema.entries()) {
    for (let k = 0; k < own.length; k++) own[k] = keep * own[k] + (1 - keep) * now[i][k];
  }
}

/** Runs with the averaged weights in the network, where there are any. */
function withAverage<T>({ ema }: Progress, network: Network, run: () => T): T {
  if (!ema) return run();
  const own = network.getWeights();
  network.setWeights(ema);
  try {
    return run();
  } finally {
    network.setWeights(own);
  }
}

function diverged(epoch: number, { optimizer }: NeuralSettings): RangeError {
  return new RangeError(
    `neuralClassifier: the loss is no number any more in epoch ${epoch}; lower optimizer.learningRate (${optimizer.learningRate}), ` +
      "standardise the features, or set clipNorm.",
  );
}

/** What an allocation that failed means here; undefined for other errors. */
function outOfMemory(error: unknown, epoch: number, { batchSize }: NeuralSettings): RangeError | undefined {
  const message = error instanceof RangeError ? error.message : "";
  if (!/tensors need|allocation failed|Invalid typed array length|[Oo]ut of memory/.test(message)) return undefined;
  return new RangeError(
    `neuralClassifier: out of memory in epoch ${epoch} with batches of ${batchSize}; lower batchSize, or the width of the network (${message.replace(/\.$/, "")}).`,
    { cause: error },
  );
}
