import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ArrowColumn, type ArrowField, encodeArrow } from "@earshot/datasets/node";
import type { FeatureConfig } from "@earshot/dsp";
import { writeJson, writeWhole } from "../run/wholeFile.js";
import { clipFeatures } from "./clipFeatures.js";
import type { Broken } from "./extractAll.js";
import { runTask } from "./task.js";

/** One recording of a shard. */
export interface ShardItem {
  id: string;
  path: string;
  label?: string;
  group?: string;
  split?: string;
}

/**
 * A part of a corpus that is turned into features at once. Plain JSON: it can be given to a thread here or to a machine elsewhere
 * that sees the same files.
 */
export interface Shard {
  /** Made from what is in it, so that the same name is the same work. */
  name: string;
  items: ShardItem[];
}

/** What all shards of an extraction share; plain JSON too. */
export interface ShardJob {
  config: FeatureConfig;
  /** Folder for the parts. */
  parts: string;
  /** Words kept in every part. */
  metadata: Record<string, string>;
}

/** What became of a shard. */
export interface ShardResult {
  name: string;
  items: number;
  broken: Broken[];
  /** Made by an earlier run. */
  reused: boolean;
}

/**
 * Turns a shard into `PARTS/NAME.arrow`, which appears whole or not at all; what an earlier run made is not made again.
 *
 * This is all that a worker does, wherever it runs: paths in, an Arrow file out.
 */
export async function runShard({ name, items }: Shard, { config, parts, metadata }: ShardJob): Promise<ShardResult> {
  const known = await readResult(parts, name);
  if (known) return { ...known, reused: true };
  const featuresOf = clipFeatures(config);
  const rows: PartRow[] = [];
  const broken: Broken[] = [];
  for (const [index, { id, path, ...rest }] of items.entries()) {
    const outcome = await runTask({ index, name: id, path, seed: 0 }, featuresOf);
    if ("error" in outcome) broken.push({ id, reason: outcome.error });
    else rows.push({ id, ...rest, ...outcome });
  }
  const result: ShardResult = { name, items: items.length, broken, reused: false };
  await writeWhole(partPath(parts, name), encodeArrow(partColumns(rows), metadata));
  // Written last: where it stands, its part is whole.
  await writeJson(join(parts, `${name}.json`), result);
  return result;
}

export const partPath = (parts: string, name: string): string => join(parts, `${name}.arrow`);

interface PartRow extends Omit<ShardItem, "path"> {
  hash: string;
  durationSec: number;
  rows: number;
  cols: number;
  data: Float32Array;
}

function partColumns(rows: readonly PartRow[]): ArrowColumn[] {
  return [
    { name: "id", kind: "text", values: rows.map((row) => row.id) },
    { name: "label", kind: "text?", values: rows.map((row) => row.label) },
    { name: "group", kind: "text?", values: rows.map((row) => row.group) },
    { name: "split", kind: "text?", values: rows.map((row) => row.split) },
    { name: "audio", kind: "text", values: rows.map((row) => row.hash) },
    { name: "durationSec", kind: "double", values: rows.map((row) => row.durationSec) },
    { name: "rows", kind: "int", values: rows.map((row) => row.rows) },
    { name: "cols", kind: "int", values: rows.map((row) => row.cols) },
    { name: "values", kind: "list", values: rows.map((row) => row.data) },
  ];
}

/** Columns of every part. */
export const partFields: readonly ArrowField[] = partColumns([]).map(({ name, kind }) => ({ name, kind }));

async function readResult(parts: string, name: string): Promise<ShardResult | undefined> {
  const file = join(parts, `${name}.json`);
  if (!existsSync(file) || !existsSync(partPath(parts, name))) return undefined;
  return JSON.parse(await readFile(file, "utf8")) as ShardResult;
}
