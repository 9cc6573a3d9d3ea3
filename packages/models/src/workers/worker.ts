import type { BinnedColumns } from "../tree/bins.js";
import { type GrownTrees, type GrowSettings, growTrees } from "../tree/growTree.js";

/** What a worker is told before the first job of a forest. */
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

/** Data of a forest, one of its jobs, or that no more jobs of it come. */
export type ToWorker =
  | { forest: number; data: ForestData }
  | { forest: number; index: number; job: ForestJob }
  | { forest: number; done: true };

export type FromWorker = { forest: number; index: number } & ({ grown: GrownTrees } | { error: string });

/** Declared by the text that goes before this one: a worker of Node or of a page. */
declare const port: { listen(receive: (message: ToWorker) => void): void; send(message: FromWorker): void };

/** Answers jobs until the thread is ended. */
export function serve(): void {
  const known = new Map<number, ForestData>();
  port.listen((message) => {
    const { forest } = message;
    if ("data" in message) known.set(forest, message.data);
    else if ("done" in message) known.delete(forest);
    else {
      const { index, job } = message;
      try {
        const data = known.get(forest);
        if (!data) throw new Error("the data must come before the first job.");
        const { columns, codes, weights, settings } = data;
        port.send({ forest, index, grown: growTrees(columns, codes, weights, settings, job.from, job.to) });
      } catch (error) {
        port.send({ forest, index, error: String(error) });
      }
    }
  });
}
