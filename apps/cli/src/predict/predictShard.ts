import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../cli/errors.js";
import { once } from "../queue/once.js";
import type { PieceResult, WorkPlace } from "../queue/piece.js";
import { onRuntime, openModel, type TrainedModel } from "../run/trainedRun.js";
import { localFolder } from "../storage/localCopy.js";
import { type JudgedFiles, judgeFiles, type NamedFile } from "./judgeFiles.js";
import type { PredictOptions } from "./predictSamples.js";

/** Files that a model is to judge; `NAME.items.json` lists them. */
export interface PredictWork extends WorkPlace {
  kind: "predict";
  /** Run or model folder, or `s3://bucket/key`. */
  run: string;
  /** Fingerprint of the model: a machine that has another one there refuses. */
  model: string;
  options: PredictOptions;
}

export interface PredictResult extends PieceResult {
  items: number;
  broken: number;
}

/** Names of what belongs to a shard. */
export const listName = (name: string): string => `${name}.items.json`;
export const answersName = (name: string): string => `${name}.answers.json`;

/** Judges some files and writes `NAME.answers.json`: each file is judged, or broken with the reason. */
export function runPredictShard({ name, place: at, run, model, options }: PredictWork): Promise<PredictResult> {
  return once<Omit<PredictResult, keyof PieceResult>>(
    { name, place: at },
    async (place) => {
      const files = JSON.parse(Buffer.from(await place.read(listName(name))).toString()) as NamedFile[];
      const judged: JudgedFiles = await judgeFiles(await modelOf(run, model), files, options);
      await place.write(answersName(name), JSON.stringify(judged));
      return { items: files.length, broken: judged.broken.length };
    },
    (_, place) => place.has(answersName(name)),
  );
}

/** Folder of this machine with the model of a run, wherever that is. */
export const modelFolder = (run: string): Promise<string> =>
  localFolder(run, (name) => /^(model\/|recipe\.yaml$|[^/]+$)/.test(name));

/** What a model is known by: its manifest names the hashes of everything else. */
export async function modelHash(folder: string): Promise<string> {
  const inRun = join(folder, "model", "model.json");
  const file = existsSync(inRun) ? inRun : join(folder, "model.json");
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex")
    .slice(0, 24);
}

/** The model that this thread used last: shard follows shard. */
const opened = new Map<string, TrainedModel>();

async function modelOf(run: string, hash: string): Promise<TrainedModel> {
  const known = opened.get(hash);
  if (known) return known;
  const folder = await modelFolder(run);
  if (!existsSync(folder)) {
    throw new UserError(
      `This machine does not see ${run}; work over a queue needs a run folder that all machines share, under the same path, or s3://bucket/key.`,
    );
  }
  if ((await modelHash(folder)) !== hash) {
    throw new UserError(`The model of ${run} is another one on this machine than where the work was asked for.`);
  }
  for (const [key, { model }] of opened) {
    model.dispose();
    opened.delete(key);
  }
  const trained = await onRuntime(await openModel(folder));
  opened.set(hash, trained);
  return trained;
}
