import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { ModelState } from "@earshot/models";
import { saveModel } from "@earshot/models/folder";
import {
  createSpectrogramCodec,
  type SpectrogramCodec,
  type SpectrogramGenerator,
  spectrogramGenerator,
} from "@earshot/models/generative";
import { stringify } from "yaml";
import { sentenceOf, UserError } from "../cli/errors.js";
import type { Screen } from "../cli/screen.js";
import { type OpenedData, openData } from "../data/openData.js";
import { type Checkpoints, openCheckpoints } from "../run/checkpoints.js";
import { describeEnvironment } from "../run/environment.js";
import { createRunFolder, openRunFolder, type RunFolder } from "../run/runFolder.js";
import { fingerprintOf, readBegun } from "../train/resume.js";
import { leaveUnfinished } from "../train/wayOn.js";
import { debugRecipe } from "./debugRecipe.js";
import { judgeRun } from "./judgeRun.js";
import type { SoundJudgement } from "./judgeSounds.js";
import type { LoadedGenerative } from "./loadGenerative.js";
import { type Parts, prepareSounds } from "./prepareSounds.js";
import { writeGenerativeReport } from "./report.js";
import type { GenerativeRecipe } from "./schema.js";
import { stack } from "./soundJudge.js";
import { writeSamples } from "./writeSamples.js";

export interface GenerativeTrainOptions {
  data?: string;
  out?: string;
  threads?: number;
  debug?: boolean;
  resume?: boolean;
  skipBroken?: boolean;
  signal?: AbortSignal;
  screen: Screen;
  /** Pause between two checkpoints at least (default 2). */
  checkpointEverySec?: number;
}

/** `metrics.json` of a generative run. */
export interface GenerativeMetrics extends Omit<SoundJudgement, "figures"> {
  recipe: string;
  seconds: number;
  data: { kind: string; title: string; items: number; classes: number; broken: number };
  /** Recordings of each part, and stretches cut from them. */
  split: { by: string; own: number; judge: number; test: number; crops: number };
  metrics: SoundJudgement["figures"] &
    Partial<Record<"accuracyWithout" | "accuracyWith", SoundJudgement["figures"]["accuracy"]>>;
  /** What went wrong on the way: collapse, a game that one side won. */
  trouble: string[];
}

/**
 * Trains a generative recipe, judges it, and writes the run folder; it can be killed at any moment and gone on with.
 *
 * @throws UserError, or an error of the packages, in one sentence; what was learned so far stays in the run folder
 */
export async function trainGenerative(
  { name, recipe: asked }: LoadedGenerative,
  given: GenerativeTrainOptions,
): Promise<{ dir: string; metrics: GenerativeMetrics }> {
  const started = performance.now();
  const clock = (): number => (performance.now() - started) / 1000;
  const recipe = given.debug ? debugRecipe(asked) : asked;
  const codec = createSpectrogramCodec(recipe.codec);
  const { seed } = recipe;
  // A bad option is found before anything is read.
  spectrogramGenerator({ ...recipe.model, seed }).dispose();
  const data = await openData(recipe.data, { seed, ...(given.data !== undefined && { root: given.data }) });
  const resolved = { ...recipe, name };
  const named = given.debug ? `${name}-debug` : name;
  const folder = await (given.resume ? openRunFolder : createRunFolder)(given.out, named);
  const begun = given.resume ? await readBegun(folder, resolved) : {};
  if (begun.finished) {
    given.screen.note(`${folder.dir} is finished; train it longer with --resume --set model.epochs=N.`);
    return { dir: folder.dir, metrics: begun.finished as unknown as GenerativeMetrics };
  }
  const checkpoints = await openCheckpoints(folder, { everySec: given.checkpointEverySec ?? 10, clock });
  try {
    await folder.write("recipe.yaml", stringify(resolved, { lineWidth: 120 }));
    const facts = {
      recipe: name,
      seed,
      threads: given.threads ?? availableParallelism(),
      startedAt: begun.facts?.startedAt ?? new Date().toISOString(),
      data: { ...data.corpus, ...(data.root !== undefined && { root: data.root }) },
      environment: await describeEnvironment(),
    };
    await folder.writeJson("run.json", { ...facts, status: "running" });
    const metrics = await run({ name, recipe, codec, data, given, folder, checkpoints, clock, threads: facts.threads });
    await writeGenerativeReport(folder);
    await checkpoints.finish();
    await folder.writeJson("run.json", { ...facts, status: "done", endedAt: new Date().toISOString() });
    return { dir: folder.dir, metrics };
  } catch (error) {
    const { signal } = given;
    throw await leaveUnfinished(error, {
      folder,
      kept: checkpoints.any,
      begun: begun.facts !== undefined,
      ...(signal && { signal }),
    });
  }
}

interface Job {
  name: string;
  recipe: GenerativeRecipe;
  codec: SpectrogramCodec;
  data: OpenedData;
  given: GenerativeTrainOptions;
  folder: RunFolder;
  checkpoints: Checkpoints;
  threads: number;
  clock(): number;
}

async function run(job: Job): Promise<GenerativeMetrics> {
  const { name, recipe, codec, data, given, folder, checkpoints, threads } = job;
  const { screen, signal, skipBroken } = given;
  const parts = await prepareSounds(data, recipe, codec, {
    screen,
    ...(signal && { signal }),
    ...(skipBroken && { skipBroken }),
  });
  checkpoints.setData(fingerprintOf(parts));
  const trouble: string[] = [];
  const generator = await learn(job, parts, trouble);
  const judgement = await judgeRun({ recipe, codec, parts, generator, folder, checkpoints, screen, signal, threads });
  const { figures, ...rest } = judgement;
  const metrics: GenerativeMetrics = {
    recipe: name,
    seconds: Math.round(1000 * (checkpoints.seconds + job.clock())) / 1000,
    data: {
      kind: data.corpus.kind,
      title: data.corpus.title,
      items: parts.items.length,
      classes: generator.classes.length,
      broken: parts.left.length,
    },
    split: {
      by: recipe.split.by,
      own: new Set(parts.own.ids).size,
      judge: new Set(parts.judge.ids).size,
      test: new Set(parts.test.ids).size,
      crops: parts.own.ids.length,
    },
    ...rest,
    metrics: figures,
    trouble,
  };
  const { title, licence, citation, url } = data.corpus;
  await saveModel(folder.path("model"), generator, {
    name,
    overwrite: true,
    features: { kind: "spectrogramCodec", ...codec.options },
    data: { name: title, licence, citation, url },
    metrics: figures as unknown as Record<string, unknown>,
    notes: [
      "Makes sounds; `earshot generate` writes them as WAV files.",
      `Learned from ${metrics.split.own} recordings; judged by a classifier that was taught by ${metrics.split.judge} others.`,
    ],
    // What was judged is what `generate` makes unless told otherwise.
    extra: { seed: recipe.seed, truncation: recipe.judge.truncation },
  });
  generator.dispose();
  await folder.writeJson("metrics.json", metrics);
  return metrics;
}

/** The game, from where it stopped. */
async function learn(job: Job, { own }: Parts, trouble: string[]): Promise<SpectrogramGenerator> {
  const { recipe, codec, given, folder, checkpoints, threads } = job;
  const { screen, signal } = given;
  const stage = checkpoints.stage("generator");
  const generator = spectrogramGenerator({ ...recipe.model, seed: recipe.seed });
  const classes = [...new Set(own.labels)].sort();
  const { every, perClass } = recipe.samples;
  const samples = { codec, classes, latent: generator.latent, perClass, seed: recipe.seed };
  const resume = await stage.training();
  const epochs = Number(recipe.model.epochs ?? 60);
  if (stage.epoch > epochs) {
    throw new UserError(
      `${folder.dir} has trained ${stage.epoch} epochs already, and ${epochs} are asked for; ask for more, or train anew with another --out.`,
    );
  }
  const progress = screen.progress("training", epochs, stage.epoch);
  let full = false;
  try {
    await generator.fit(stack(own.spectrograms, codec.shape), own.labels, {
      threads,
      ...(signal && { signal }),
      ...(resume && { resume }),
      onStep: (done) => progress.update(Math.floor(10 * done) / 10),
      onEpoch: async ({ log, trouble: met, make }) => {
        if (met && !trouble.includes(met)) {
          trouble.push(met);
          screen.warn(`Epoch ${log.epoch}: ${met}`);
        }
        await folder.log({ turn: basename(folder.dir), ...log, ...(met && { trouble: met }) });
        if (log.epoch !== 1 && log.epoch !== epochs && log.epoch % every !== 0) return;
        await writeSamples(folder, { log, make }, samples).catch((error: NodeJS.ErrnoException) => {
          // Samples are to look at: a disk without room for them must not end what is learned.
          if (!["ENOSPC", "EDQUOT", "EACCES", "EROFS"].includes(error.code ?? "")) throw error;
          if (!full) screen.warn(`${sentenceOf(error)} Training goes on without these samples.`);
          full = true;
        });
      },
      onCheckpoint: (state: ModelState) => stage.note(state),
    });
  } finally {
    progress.end();
    await stage.flush().catch(() => false);
  }
  return generator;
}
