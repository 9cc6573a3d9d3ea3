import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { saveModel } from "@earshot/models/folder";

import { type OpenedData, openData } from "../data/openData.js";
import { describeFinal } from "../decision/describeFinal.js";
import { featureConfig } from "../features/featureConfig.js";
import { judge } from "../judge/judge.js";
import { predictionsCsv } from "../judge/predictions.js";
import type { LoadedRecipe } from "../recipe/load.js";
import { recipeYaml } from "../recipe/write.js";
import { decidingWords } from "../report/words.js";
import { writeReport } from "../report/writeReport.js";
import { type Metrics, metricsOf } from "../run/metrics.js";
import { tableFacts } from "../table/tableFacts.js";
import { openTracker } from "../tracking/openTracker.js";
import { sendPictures } from "../tracking/sendPictures.js";
import { flatSettings, type Tracker } from "../tracking/tracker.js";
import { buildModel } from "./buildModel.js";
import { copiesFor } from "./copies.js";
import { byHeart, debugPlan, drawDebugItems, knowsByHeart } from "./debugPlan.js";
import { allowing, requireHonestSplit } from "./honestSplit.js";
import { type Job, splitOptions, type TrainOptions } from "./job.js";
import { finalModel, judgeBeside, judgeMethods, judgeOptions } from "./judgeRun.js";
import { inRun, type OpenRun, writeFacts } from "./openRun.js";
import { type Plan, planSplit } from "./planSplit.js";
import { type Prepared, prepareData } from "./prepareData.js";
import { prepareExtra } from "./prepareExtra.js";
import { fingerprintOf, requireMoreEpochs } from "./resume.js";
import { runTurns, type TurnOptions } from "./runTurns.js";
import { submissionOf } from "./submission.js";

export type { TrainOptions };

/** A finished run. */
export interface TrainedRun {
  dir: string;
  metrics: Metrics;
}

/** Where a run writes, and who follows it. */
interface Place extends OpenRun {
  tracker: Tracker;
}

/**
 * Trains a recipe, judges it, and writes the run folder.
 *
 * The run can be killed at any moment and gone on with (`resume`): its weights and log end at the same bits.
 *
 * @throws UserError, or an error of the packages, in one sentence; what was learned so far stays in the run folder, else nothing is left of it
 */
export async function train(loaded: LoadedRecipe, given: TrainOptions): Promise<TrainedRun> {
  const started = performance.now();
  const job = await startJob(loaded, given);
  // A bad split is found before hours of features, not after.
  const plan = job.plan(job.data.items);
  if (!given.debug) requireHonestSplit(job, job.data, plan);
  const { screen, signal, resume, out } = given;
  const name = given.debug ? `${job.name}-debug` : job.name;
  const everySec = given.checkpointEverySec ?? 2;
  return await inRun({ out, name, resume, resolved: job.resolved, everySec, started, screen, signal }, async (run) => {
    const wanted = { folder: run.folder.dir, name: basename(run.folder.dir), experiment: job.name };
    const tracker = await openTracker(given.track ?? [], wanted);
    try {
      const metrics = await runJob(job, { ...run, tracker });
      await tracker.close("finished");
      return metrics;
    } catch (error) {
      await tracker.close(signal?.aborted ? "interrupted" : "failed").catch(() => {});
      throw error;
    }
  });
}

async function startJob({ name, recipe: asked }: LoadedRecipe, given: TrainOptions): Promise<Job> {
  const wanted = allowing(asked, given.allowLeakage);
  const recipe = given.debug ? byHeart(wanted) : wanted;
  const options = { ...given, threads: given.threads ?? availableParallelism() };
  const config = featureConfig(recipe.features, recipe.data.kind);
  (await buildModel(recipe, given.models)).dispose();
  const data = await openData(recipe.data, {
    seed: recipe.seed,
    screen: given.screen,
    ...(given.data !== undefined && { root: given.data }),
  });
  if (given.debug) data.items = drawDebugItems(data.items);
  const { threads, signal, screen, models } = options;
  const plan = (items: Prepared["items"]): Plan =>
    given.debug ? debugPlan(items) : planSplit(items, recipe.split, splitOptions(recipe, data));
  const turn = { threads, screen, ...(signal && { signal }), ...(models && { models }) };
  // What a corpus is about, the recipe may leave to it.
  const positive = recipe.report.positive ?? data.positive ?? null;
  const judged = { ...recipe, report: { ...recipe.report, positive } };
  return { name, recipe: judged, config, resolved: { ...judged, name, features: config }, data, options, plan, turn };
}

async function runJob(job: Job, place: Place): Promise<Metrics> {
  const { name, recipe, config, resolved, data, options } = job;
  const { folder, checkpoints, tracker } = place;
  const turn = { ...job.turn, checkpoints };
  const clock = createClock(options.signal);
  await folder.write("recipe.yaml", recipeYaml(resolved));
  await tracker.settings(flatSettings(resolved));
  const { seed } = recipe;
  const facts = await writeFacts(place, { recipe: name, seed, threads: options.threads, data });

  const prepared = await clock("features", async () => {
    const how = { config, augment: copiesFor(recipe, data.items.length) };
    const fresh = recipe.augment?.fresh ?? false;
    const settings = { skipBroken: false, seed: recipe.seed, fresh, ...options };
    const own = await prepareData(data, how, settings);
    if (options.debug) return own;
    const extra = await prepareExtra(recipe.data, data, new Set(own.items.map((item) => item.label)), how, settings);
    return { ...own, ...(extra && { extra }) };
  });
  checkpoints.setData(fingerprintOf(prepared));
  const plan = job.plan(prepared.items);
  for (const number of plan.turns.keys()) {
    requireMoreEpochs(recipe.model.epochs, checkpoints.stage(`turn-${number + 1}`).epoch, folder.dir);
  }
  const leakage = options.debug ? [] : requireHonestSplit(job, prepared, plan);
  const onEpoch: TurnOptions["onEpoch"] = async (turnName, log) => {
    await folder.log({ turn: turnName, ...log });
    // Curves of several folds would be drawn over each other: the first stands for all.
    if (turnName === plan.turns[0].name) await tracker.scalars(log.epoch, log);
    return options.debug && knowsByHeart(log) ? "stop" : undefined;
  };
  const { predictions, model } = await clock("training", () =>
    runTurns(recipe, prepared, plan, { ...turn, title: "training", onEpoch }),
  );
  const judgement = judge(predictions, judgeOptions(recipe, plan));
  const methods = judgeMethods(recipe, predictions, prepared.items);
  const beside = await clock("beside", () => judgeBeside({ ...job, turn }, prepared));
  const final = await clock("finalFit", () => finalModel({ ...job, turn }, prepared, plan, model));
  const { fields, notes, calibration } = await clock("calibration", () =>
    describeFinal({ recipe, config, prepared, plan, predictions, model: final, heldOut: !options.debug }),
  );
  await saveModel(folder.path("model"), final, {
    name,
    overwrite: true,
    ...fields,
    ...(config && { features: config }),
    data: pick(data.corpus),
    metrics: judgement.metrics,
    notes: [`Judged on ${judgement.n} items: ${plan.sentence}.`, ...notes],
    date: facts.startedAt,
    extra: { seed: recipe.seed, earshot: facts.environment.earshot },
  });
  const words = decidingWords(final);
  if (words) await folder.writeJson("words.json", words);
  if (data.table) {
    const facts = await tableFacts({ ...data, table: data.table }, recipe, predictions.ids, final);
    await folder.writeJson("table.json", facts);
  }
  const submission = await clock("submission", () =>
    submissionOf(final, data, config, { skipBroken: false, ...options }),
  );
  if (submission !== undefined) await folder.write("submission.csv", submission);
  final.dispose();

  await folder.write("predictions.csv", predictionsCsv(predictions));
  const seconds = Math.round(1000 * (checkpoints.seconds + place.clock())) / 1000;
  const metrics = metricsOf({
    recipe: name,
    data,
    prepared,
    plan,
    leakage,
    judgement,
    methods,
    beside,
    calibration,
    seconds,
  });
  await folder.writeJson("metrics.json", metrics);
  const done = {
    ...facts,
    seconds: clock.seconds,
    soundSec: Math.round(prepared.durationSec),
    ...(prepared.cached && { featureCache: prepared.cached }),
  };
  await folder.writeJson("run.json", { ...done, status: "running" });
  const items = new Map(data.items.map((item) => [item.id, item]));
  options.signal?.throwIfAborted();
  await writeReport(folder, { contentOf: async (id) => items.get(id)?.load() });
  await tracker.scalars(
    0,
    Object.fromEntries(Object.entries(metrics.metrics).map(([key, { value }]) => [`test/${key}`, value])),
  );
  await sendPictures(tracker, folder.path("plots"));
  await checkpoints.finish();
  await folder.writeJson("run.json", { ...done, status: "done", endedAt: new Date().toISOString() });
  return metrics;
}

const pick = ({ title, licence, citation, url }: OpenedData["corpus"]) => ({ name: title, licence, citation, url });

/** Runs steps and remembers how long each took. */
function createClock(signal?: AbortSignal) {
  const seconds: Record<string, number> = {};
  const clock = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    const from = performance.now();
    const result = await work();
    seconds[step] = Math.round(performance.now() - from) / 1000;
    return result;
  };
  return Object.assign(clock, { seconds });
}
