import { type ArrowColumn, type ArrowField, encodeArrow } from "@earshot/datasets/node";
import type { FeatureConfig } from "@earshot/dsp";
import { once } from "../queue/once.js";
import type { PieceResult, WorkPlace } from "../queue/piece.js";
import { localFiles } from "../storage/localCopy.js";
import { clipFeatures } from "./clipFeatures.js";
import type { Broken } from "./extractAll.js";
import { runTask } from "./task.js";

/** One recording of a shard. */
export interface ShardItem {
  id: string;
  /** Path or URL. */
  path: string;
  label?: string;
  group?: string;
  split?: string;
}

/** What all shards of an extraction share. */
export interface ShardJob {
  config: FeatureConfig;
  /** Words kept in every part. */
  metadata: Record<string, string>;
}

/** A part of a corpus that is turned into features at once; its recordings are listed in `NAME.items.json`. */
export interface ShardWork extends WorkPlace {
  kind: "shard";
  job: ShardJob;
}

/** What became of a shard. */
export interface ShardResult extends PieceResult {
  items: number;
  /** How many cannot be used; `NAME.broken.json` says which, where there are any. */
  broken: number;
}

/**
 * Turns a shard into `NAME.arrow`; each of its recordings is a row of it, or named in `NAME.broken.json`.
 *
 * This is all that a worker does, wherever it runs: a list of files in, an Arrow file out.
 */
export function runShard({ name, place: at, job: { config, metadata } }: ShardWork): Promise<ShardResult> {
  return once<Omit<ShardResult, keyof PieceResult>>(
    { name, place: at },
    async (place) => {
      const items = JSON.parse(Buffer.from(await place.read(listName(name))).toString()) as ShardItem[];
      const featuresOf = clipFeatures(config);
      const rows: PartRow[] = [];
      const broken: Broken[] = [];
      let index = 0;
      for await (const { path, error } of localFiles(items.map((item) => item.path))) {
        const { id, path: _, ...rest } = items[index];
        // The storage may not give it.
        const outcome = error
          ? { error: `${id}: ${error.message}` }
          : await runTask({ index, name: id, path, seed: 0 }, featuresOf);
        if ("error" in outcome) broken.push({ id, reason: outcome.error });
        else rows.push({ id, ...rest, ...outcome });
        index++;
      }
      await place.write(partName(name), encodeArrow(partColumns(rows), metadata));
      if (broken.length > 0) await place.write(brokenName(name), JSON.stringify(broken));
      return { items: items.length, broken: broken.length };
    },
    (_, place) => place.has(partName(name)),
  );
}

/** Names of what belongs to a shard. */
export const listName = (name: string): string => `${name}.items.json`;
export const partName = (name: string): string => `${name}.arrow`;
export const brokenName = (name: string): string => `${name}.broken.json`;

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
