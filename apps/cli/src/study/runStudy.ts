import { type OptimiserOptions, useEngine } from "@earshot/engine";
import type { LossName } from "@earshot/models/neural";
import { UsageError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import type { Screen } from "../cli/screen.js";
import { describeEnvironment } from "../run/environment.js";
import { createRunFolder } from "../run/runFolder.js";
import { type Descent, descend, trainMoons } from "./descend.js";
import type { FunctionName } from "./functions.js";
import type { LoadedStudy } from "./loadStudy.js";
import { writeStudy } from "./studyPage.js";

/** Ways over one function, by optimiser. */
export interface FunctionResult {
  function: FunctionName;
  paths: { name: string; learningRate: number; path: Descent }[];
}

/** Losses before each step, by optimiser or loss. */
export type Curves = { name: string; losses: number[] }[];

export interface StudyResult {
  functions: FunctionResult[];
  network?: { optimisers: Curves; losses: Curves };
}

/** What is measured of a study: how near each optimiser came, and the network's losses. */
export interface StudyMetrics {
  recipe: string;
  seconds: number;
  functions: Record<
    string,
    Record<string, { learningRate: number; steps: number; start: number; end: number; x: number; y: number }>
  >;
  network: Record<string, { start: number; end: number }>;
}

export interface StudyOptions {
  out?: string;
  threads?: number;
  signal?: AbortSignal;
  screen: Screen;
}

/**
 * Runs a study of optimisers and writes its run folder: `trajectories.csv`, `losses.csv`, `metrics.json`, pictures and a page.
 *
 * @throws UsageError naming an optimiser or option that is not known, or one without a learning rate; nothing is left of the folder then
 */
export async function runStudy(loaded: LoadedStudy, { out, threads, signal, screen }: StudyOptions) {
  const started = performance.now();
  const { name, study } = loaded;
  await useEngine({ threads: threads ?? 1 });
  const folder = await createRunFolder(out, name);
  try {
    const progress = screen.progress("optimisers", study.functions.length * study.optimisers.length);
    let done = 0;
    const functions: FunctionResult[] = [];
    for (const { name: fn, start, steps, learningRates } of study.functions) {
      const paths: FunctionResult["paths"] = [];
      for (const optimiser of study.optimisers) {
        signal?.throwIfAborted();
        const options = optionsOf(optimiser, learningRates, fn);
        paths.push({
          name: optimiser.name,
          learningRate: options.learningRate,
          path: descend(fn, start, steps, options),
        });
        progress.update(++done, `${fn}, ${optimiser.name}`);
        // Ctrl-C is heard between two of them.
        await new Promise((resume) => setTimeout(resume, 0));
      }
      functions.push({ function: fn, paths });
    }
    progress.end();
    const network = study.network ? trainNetworks(study, study.network, signal) : undefined;
    const result = { functions, ...(network && { network }) };
    const metrics: StudyMetrics = {
      recipe: name,
      seconds: Math.round(performance.now() - started) / 1000,
      ...summarise(result),
    };
    await folder.writeJson("metrics.json", metrics);
    const facts = {
      recipe: name,
      status: "done",
      seed: study.seed,
      startedAt: new Date().toISOString(),
      environment: await describeEnvironment(),
    };
    await folder.writeJson("run.json", facts);
    await writeStudy(folder, loaded, result, metrics);
    return { dir: folder.dir, metrics };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

type Study = LoadedStudy["study"];

function optionsOf(
  { name, ...options }: Study["optimisers"][number],
  rates: Record<string, number>,
  where: string,
): OptimiserOptions {
  const learningRate = rates[name];
  if (learningRate === undefined) {
    throw new UsageError(
      `${where} has no learning rate for the optimiser "${name}"; ${nearest(name, Object.keys(rates))}`,
    );
  }
  return { ...options, learningRate } as OptimiserOptions;
}

function trainNetworks(study: Study, { learningRates, ...task }: NonNullable<Study["network"]>, signal?: AbortSignal) {
  const train = (loss: LossName, optimiser: Study["optimisers"][number]): number[] => {
    signal?.throwIfAborted();
    return trainMoons(task, loss, optionsOf(optimiser, learningRates, "network"));
  };
  const one = study.optimisers.find(({ kind }) => kind === "adam") ?? study.optimisers[0];
  return {
    optimisers: study.optimisers.map((optimiser) => ({
      name: optimiser.name,
      losses: train("crossEntropy", optimiser),
    })),
    losses: study.losses.map((loss) => ({ name: loss, losses: train(loss, one) })),
  };
}

function summarise({ functions, network }: StudyResult): Pick<StudyMetrics, "functions" | "network"> {
  const curves = network
    ? [...network.optimisers, ...network.losses.filter(({ name }) => name !== "crossEntropy")]
    : [];
  return {
    functions: Object.fromEntries(
      functions.map(({ function: fn, paths }) => [
        fn,
        Object.fromEntries(
          paths.map(({ name, learningRate, path: { x, y, value } }) => {
            const last = value.length - 1;
            return [name, { learningRate, steps: last, start: value[0], end: value[last], x: x[last], y: y[last] }];
          }),
        ),
      ]),
    ),
    network: Object.fromEntries(
      curves.map(({ name, losses }) => [name, { start: losses[0], end: losses[losses.length - 1] }]),
    ),
  };
}
