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
import { sentenceOf } from "../cli/errors.js";
import type { Screen } from "../cli/screen.js";
import { type OpenedData, openData } from "../data/openData.js";
import { inRun, type OpenRun, writeFacts } from "../train/openRun.js";
import { fingerprintOf, requireMoreEpochs } from "../train/resume.js";
import { debugRecipe } from "./debugRecipe.js";
import { judgeRun } from "./judgeRun.js";
import type { LoadedGenerative } from "./loadGenerative.js";
import type { GenerativeMetrics } from "./metrics.js";
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
  const { screen, signal, resume, out, debug } = given;
  const recipe = debug ? debugRecipe(asked) : asked;
  const codec = createSpectrogramCodec(recipe.codec);
  const { seed } = recipe;
  // A bad option is found before anything is read.
  spectrogramGenerator({ ...recipe.model, seed }).dispose();
  const data = await openData(recipe.data, { seed, ...(given.data !== undefined && { root: given.data }) });
  const resolved = { ...recipe, name };
  const everySec = given.checkpointEverySec ?? 10;
  const threads = given.threads ?? availableParallelism();
  return await inRun(
    { out, name: debug ? `${name}-debug` : name, resume, resolved, everySec, started, screen, signal },
    async (place) => {
      const { folder, checkpoints } = place;
      await folder.write("recipe.yaml", stringify(resolved, { lineWidth: 120 }));
      const facts = await writeFacts(place, { recipe: name, seed, threads, data });
      const metrics = await run({ ...place, name, recipe, codec, data, given, threads });
      await writeGenerativeReport(folder);
      await checkpoints.finish();
      await folder.writeJson("run.json", { ...facts, status: "done", endedAt: new Date().toISOString() });
      return metrics;
    },
  );
}

interface Job extends OpenRun {
  name: string;
  recipe: GenerativeRecipe;
  codec: SpectrogramCodec;
  data: OpenedData;
  given: GenerativeTrainOptions;
  threads: number;
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
  const samples = { codec, classes, perClass, seed: recipe.seed };
  const resume = await stage.training();
  const epochs = Number(recipe.model.epochs ?? 60);
  requireMoreEpochs(epochs, stage.epoch, folder.dir);
  const progress = screen.progress("training", epochs, stage.epoch);
  let full = false;
  try {
    await generator.fit(stack(own.spectrograms, codec.shape), own.labels, {
      threads,
      ...(signal && { signal }),
      ...(resume && { resume }),
      onStep: (done) => progress.update(Math.floor(10 * done) / 10),
      onEpoch: async ({ log, trouble: met, ...maker }) => {
        if (met && !trouble.includes(met)) {
          trouble.push(met);
          screen.warn(`Epoch ${log.epoch}: ${met}`);
        }
        await folder.log({ turn: basename(folder.dir), ...log, ...(met && { trouble: met }) });
        if (log.epoch !== 1 && log.epoch !== epochs && log.epoch % every !== 0) return;
        await writeSamples(folder, { log, ...maker }, samples).catch((error: NodeJS.ErrnoException) => {
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
