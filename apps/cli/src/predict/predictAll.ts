import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../cli/errors.js";
import type { Broken } from "../features/extractAll.js";
import { withParts } from "../queue/parts.js";
import type { PieceRunner } from "../queue/piece.js";
import { shardsOf, writeLists } from "../queue/shards.js";
import { earshotVersion } from "../run/environment.js";
import { openPlace, splitAddress, wholeAddress } from "../storage/place.js";
import type { JudgedFiles } from "./judgeFiles.js";
import { predictionHeader, predictionLine, type TableShape } from "./predictionTable.js";
import type { PredictOptions } from "./predictSamples.js";
import { answersName, listName, modelFolder, modelHash, type PredictResult } from "./predictShard.js";

export interface PredictAllOptions {
  /** Run folder, or `s3://bucket/key`. */
  run: string;
  /** Table to write: a path, or `s3://bucket/key`. */
  csv: string;
  /** What its columns are. */
  shape: TableShape;
  options: PredictOptions;
  /** What judges the files. */
  runner: PieceRunner;
  signal?: AbortSignal;
  onProgress?: (done: number) => void;
  onTrouble?: (reason: string) => void;
}

/** What became of the files. */
export interface PredictedFiles {
  /** Lines of the table. */
  judged: number;
  broken: Broken[];
}

/**
 * Has files judged in shards and writes one table of all; called again after it was stopped, it goes on where it was.
 *
 * @param files as people name them: paths or `s3://bucket/key`
 */
export function predictAll(files: readonly string[], options: PredictAllOptions): Promise<PredictedFiles> {
  const out = wholeAddress(options.csv);
  const parts = `${out}.parts`;
  return withParts(openPlace(parts), out, () => predictBy(parts, out, files, options), options.signal);
}

async function predictBy(
  parts: string,
  out: string,
  files: readonly string[],
  { run, shape, options, runner, signal, onProgress = () => {}, onTrouble }: PredictAllOptions,
): Promise<PredictedFiles> {
  const address = wholeAddress(run);
  const model = await modelHash(await modelFolder(address));
  const all = files.map((name) => ({ name, path: wholeAddress(name) }));
  const shards = shardsOf(all, { model, options, version: earshotVersion() }, { path: (file) => file.path });
  const place = openPlace(parts);
  await writeLists(place, shards, listName);
  let done = 0;
  await runner<PredictResult>(
    shards.map(({ name, items }) => ({
      work: { kind: "predict", name, place: parts, run: address, model, options },
      items: items.length,
    })),
    {
      title: out,
      ...(signal && { signal }),
      ...(onTrouble && { onTrouble }),
      onResult({ items }) {
        done += items;
        onProgress(done);
        return undefined;
      },
    },
  );
  const folder = await mkdtemp(join(tmpdir(), "earshot-"));
  try {
    const path = join(folder, "all.csv");
    const file = await open(path, "w");
    const broken: Broken[] = [];
    let judged = 0;
    try {
      await file.write(predictionHeader(shape));
      for (const { name } of shards) {
        const answers = JSON.parse(Buffer.from(await place.read(answersName(name))).toString()) as JudgedFiles;
        await file.write(answers.predictions.map((prediction) => predictionLine(prediction, shape)).join(""));
        judged += answers.predictions.length;
        broken.push(...answers.broken);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (judged === 0 && broken.length > 0) throw new UserError(broken[0].reason);
    const target = splitAddress(out);
    await openPlace(target.folder).take(target.name, path);
    await place.remove();
    return { judged, broken };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
