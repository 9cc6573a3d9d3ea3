import type { BinnedColumns } from "../tree/bins.js";
import { type GrownTrees, type GrowSettings, growTrees } from "../tree/growTree.js";

/** What a worker is told first: the data of all its jobs. */
export interface ForestData {
  columns: BinnedColumns;
  codes: Int32Array;
  weights: Float64Array;
  settings: GrowSettings;
}

/** Trees `from` to `to` are wanted. */
export interface ForestJob {
  from: number;
  to: number;
}

export type ToWorker = { data: ForestData } | { job: ForestJob };
export type FromWorker = { grown: GrownTrees } | { error: string };

/** Declared by the text that goes before this one: a worker of Node or of a page. */
declare const port: { listen(receive: (message: ToWorker) => void): void; send(message: FromWorker): void };

/** Answers jobs until the thread is ended. */
export function serve(): void {
  let data: ForestData | undefined;
  port.listen((message) => {
    if ("data" in message) {
      data = message.data;
      return;
    }
    try {
      if (!data) throw new Error("the data must come before the first job.");
      const { columns, codes, weights, settings } = data;
      port.send({ grown: growTrees(columns, codes, weights, settings, message.job.from, message.job.to) });
    } catch (error) {
      port.send({ error: String(error) });
    }
  });
}
