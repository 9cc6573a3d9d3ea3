import { tf, useEngine } from "@earshot/engine";
import { createRandom, permutation } from "../core/random.js";
import { isStateTensor, readState, tensor } from "../core/state.js";
import type { Awaitable, EpochLog, ModelState, StateTensor } from "../core/types.js";
import { cutBatches } from "../neural/samples.js";
import { createDiffusion } from "./diffusion.js";
import { diversity, troubleOf } from "./diversity.js";
import { createGan } from "./gan.js";
import { drawNoise, type NoisePoint } from "./noise.js";
import type { GeneratorSettings, Method } from "./options.js";
import { batchOf, disposePlayer, type Learner, type Player, type Sounds, stepRandom } from "./player.js";
import type { Prior } from "./prior.js";
import { createSampler, type Learned, noiseLength, type Sampler } from "./sampler.js";
import { LOOK, ORDER } from "./streams.js";
import { createVae } from "./vae.js";

/** What an epoch tells. */
export interface GeneratorEpoch {
  log: EpochLog;
  /** Collapse, or a game that one side has won; a sentence. */
  trouble?: string;
  /** Length of the noise that `make` wants. */
  latent: number;
  /** Spectrograms by the weights as they are now. @param codes class of each point, by its place in `classes` */
  make(points: readonly NoisePoint[], codes: readonly number[]): Float32Array[];
}

/** What goes with a fit of a generator beside its data. */
export interface GeneratorFitOptions {
  /** Ends the fit early with the signal's reason. */
  signal?: AbortSignal;
  /** Called after each epoch and awaited; "stop" ends the fit there. */
  onEpoch?: (epoch: GeneratorEpoch) => Awaitable<unknown>;
  /** As training moves on: epochs done, parts included. */
  onStep?: (done: number) => void;
  /** Gets everything that the next epoch depends on; awaited. */
  onCheckpoint?: (checkpoint: ModelState) => Awaitable<void>;
  /** Goes on from a checkpoint, to the same bits. */
  resume?: ModelState;
  /** Workers at most; results do not depend on it. */
  threads?: number;
}

interface Progress {
  epoch: number;
  steps: number;
  ema: Float32Array[];
}

const players: Record<Method, (settings: GeneratorSettings, sounds: Sounds) => Player> = {
  gan: createGan,
  vae: createVae,
  diffusion: createDiffusion,
};

/** Epochs from one look at the diversity to the next: sounds of a diffusion model are made in many steps, and cost what an epoch does. */
const looks: Record<Method, number> = { gan: 1, vae: 1, diffusion: 20 };

/** Trains, and returns what makes sounds. */
export async function trainGenerator(
  settings: GeneratorSettings,
  sounds: Sounds,
  classes: string[],
  options: GeneratorFitOptions,
): Promise<Learned> {
  const { signal, onEpoch, onStep, onCheckpoint, resume, threads } = options;
  await useEngine(threads === undefined ? {} : { threads });
  signal?.throwIfAborted();
  const player = players[settings.method](settings, sounds);
  const sampler = createSampler(settings, sounds);
  try {
    const progress: Progress = { epoch: 0, steps: 0, ema: player.generator.parameters.getWeights() };
    if (resume) restore(resume, progress, player);
    const reference = realDiversity(sounds, settings);
    const latent = noiseLength(settings, sounds.shape);
    const look = lookPoints(settings, latent, sounds.classes);
    while (progress.epoch < settings.epochs) {
      const sums = await trainEpoch(settings, sounds, player, progress, { signal, onStep });
      const log: EpochLog = { epoch: progress.epoch, epochs: settings.epochs, ...sums };
      const broken = Object.values(sums).find((v) => !Number.isFinite(v));
      if (broken !== undefined) throw diverged(settings, progress.epoch);
      const prior = player.prior?.();
      sampler.setWeights(progress.ema);
      if (progress.epoch % looks[settings.method] === 0 || progress.epoch === settings.epochs) {
        log.diversity = madeDiversity(sampler, look, prior) / reference;
      }
      const { realScore, fakeScore, diversity: share } = log;
      const trouble = troubleOf({ diversity: share, realScore, fakeScore }, progress.epoch);
      const make = (points: readonly NoisePoint[], codes: readonly number[]) => sampler.make(points, codes, prior);
      const answer = await onEpoch?.({ log, latent, make, ...(trouble && { trouble }) });
      await onCheckpoint?.(save(progress, player));
      if (answer === "stop") break;
      signal?.throwIfAborted();
    }
    const prior = player.prior?.();
    return { classes, shape: sounds.shape, weights: progress.ema, ...(prior && { prior }) };
  } finally {
    sampler.dispose();
    disposePlayer(player);
  }
}

async function trainEpoch(
  settings: GeneratorSettings,
  sounds: Sounds,
  player: Player,
  progress: Progress,
  { signal, onStep }: Pick<GeneratorFitOptions, "signal" | "onStep">,
): Promise<Record<string, number>> {
  const order = permutation(sounds.n, createRandom(settings.seed, ORDER + progress.epoch));
  const batches = cutBatches(order, settings.batchSize);
  const sums: Record<string, number> = {};
  const counts: Record<string, number> = {};
  let pause = performance.now();
  for (const [i, batch] of batches.entries()) {
    const told = tf.tidy(() =>
      player.step(batchOf(sounds, batch), stepRandom(settings, progress.steps), progress.steps),
    );
    progress.steps++;
    average(progress, player, settings.ema);
    for (const [key, value] of Object.entries(told)) {
      sums[key] = (sums[key] ?? 0) + value;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    onStep?.(progress.epoch + (i + 1) / batches.length);
    if (performance.now() - pause > 50) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      pause = performance.now();
    }
  }
  progress.epoch++;
  return Object.fromEntries(Object.entries(sums).map(([key, sum]) => [key, sum / counts[key]]));
}

/** Moving average of the generator; it follows fast at first, so that the random start does not linger. */
function average(progress: Progress, { generator }: Player, decay: number): void {
  const { trained, states } = generator.parameters;
  const keep = Math.min(decay, (1 + progress.steps) / (10 + progress.steps));
  for (const [i, variable] of [...trained, ...states].entries()) {
    const own = progress.ema[i];
    const now = variable.dataSync();
    for (let k = 0; k < own.length; k++) own[k] = keep * own[k] + (1 - keep) * now[k];
  }
}

/** Sounds that tell how various a class is: a few of each. */
const few = 6;

function realDiversity({ data, shape, codes, classes, n }: Sounds, { seed }: GeneratorSettings): number {
  const size = shape[0] * shape[1];
  const order = permutation(n, createRandom(seed, LOOK));
  const own = Array.from({ length: classes }, (_, c) =>
    Array.from(order)
      .filter((i) => codes[i] === c)
      .slice(0, few)
      .map((i) => data.subarray(i * size, (i + 1) * size)),
  ).filter((list) => list.length > 1);
  return own.reduce((sum, list) => sum + diversity(list), 0) / Math.max(1, own.length) || 1;
}

const lookPoints = ({ seed }: GeneratorSettings, latent: number, classes: number) => ({
  points: Array.from({ length: classes }, (_, c) => drawNoise(latent, few, seed + 7919 * (c + 1))).flat(),
  codes: Array.from({ length: classes * few }, (_, i) => Math.floor(i / few)),
});

function madeDiversity(
  sampler: Sampler,
  { points, codes }: ReturnType<typeof lookPoints>,
  prior: Prior | undefined,
): number {
  const made = sampler.make(points, codes, prior);
  const classes = made.length / few;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += diversity(made.slice(c * few, (c + 1) * few));
  return sum / classes;
}

const diverged = ({ method }: GeneratorSettings, epoch: number): RangeError =>
  new RangeError(
    `spectrogramGenerator: training has diverged in epoch ${epoch} (a loss is no number any more); lower learningRate${
      method === "gan" ? " or otherLearningRate" : ""
    }.`,
  );

const tensors = (arrays: readonly Float32Array[]): StateTensor[] => arrays.map((a) => tensor(a.slice()));

const kind = "generatorCheckpoint";

function save({ epoch, steps, ema }: Progress, { generator, other }: Player): ModelState {
  const optimiser = (learner?: Learner) => {
    const { steps, slots } = learner?.optimiser?.getState() ?? { steps: 0, slots: [] };
    return {
      steps,
      slots: slots.map((own) => Object.fromEntries(Object.entries(own).map(([key, v]) => [key, tensor(v.slice())]))),
    };
  };
  return {
    kind,
    version: 1,
    ...{ epoch, steps },
    generator: tensors(generator.parameters.getWeights()),
    other: tensors(other?.parameters.getWeights() ?? []),
    ema: tensors(ema),
    generatorOptimiser: optimiser(generator),
    otherOptimiser: optimiser(other),
  };
}

function restore(from: ModelState, progress: Progress, player: Player): void {
  const read = readState(from);
  if (from.kind !== kind || read.number("version") !== 1) {
    throw new RangeError(`spectrogramGenerator: the checkpoint is a "${from.kind}", not a ${kind} of version 1.`);
  }
  const arrays = (key: string, like: readonly Float32Array[]): Float32Array[] => {
    const list = from[key] as unknown;
    const fits =
      Array.isArray(list) &&
      list.length === like.length &&
      list.every((t, i) => isStateTensor(t) && t.data instanceof Float32Array && t.data.length === like[i].length);
    if (!fits) throw new RangeError(`spectrogramGenerator: "${key}" of the checkpoint is of another network.`);
    return (list as StateTensor[]).map((t) => t.data as Float32Array);
  };
  const { generator, other } = player;
  const now = generator.parameters.getWeights();
  generator.parameters.setWeights(arrays("generator", now));
  const others = arrays("other", other?.parameters.getWeights() ?? []);
  other?.parameters.setWeights(others);
  progress.ema = arrays("ema", now).map((w) => w.slice());
  progress.epoch = read.number("epoch");
  progress.steps = read.number("steps");
  for (const [key, optimiser] of [
    ["generatorOptimiser", generator.optimiser],
    ["otherOptimiser", other?.optimiser],
  ] as const) {
    const state = from[key] as unknown as { steps: number; slots: Record<string, StateTensor>[] };
    optimiser?.setState({
      steps: state.steps,
      slots: state.slots.map((own) =>
        Object.fromEntries(Object.entries(own).map(([name, t]) => [name, t.data as Float32Array])),
      ),
    });
  }
}
