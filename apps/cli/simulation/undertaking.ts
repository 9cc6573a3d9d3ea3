import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { silentScreen } from "../src/cli/screen.js";
import { type ExtractCorpusOptions, extractCorpus } from "../src/features/extractCorpus.js";
import type { Piece, PieceRunner } from "../src/queue/piece.js";
import { type Sweep, sweep } from "../src/sweep/sweep.js";
import { simulatedWork } from "./thread.js";

/** Something that a command does over a queue, and what must come out whatever happens. */
export interface Undertaking {
  /** File or folder that it makes: its title, too. */
  out: string;
  /** One call of the command. */
  call(runner: PieceRunner, signal?: AbortSignal): Promise<unknown>;
  /** What came out, in one text. */
  outcome(returned: unknown): string;
}

const config: ExtractCorpusOptions["config"] = {
  kind: "mfcc",
  sampleRate: 8000,
  nFft: 256,
  hopLength: 128,
  nMels: 8,
  nMfcc: 4,
};

/** An extraction of some recordings, two a shard. @param paths of recordings, on the machine's own disk */
export function extraction(out: string, items: number, paths: readonly string[]): Undertaking {
  const corpus = {
    title: "simulated",
    licence: "none",
    items: Array.from({ length: items }, (_, i) => ({
      id: `i${i}`,
      label: String(i % 3),
      path: paths[i % paths.length],
      load: () => Promise.reject(),
    })),
  };
  return {
    out,
    call: (runner, signal) =>
      extractCorpus(corpus, { config, out, runner, shard: 2, skipBroken: false, ...(signal && { signal }) }),
    outcome: () => readFileSync(out).toString("base64"),
  };
}

/** A sweep with successive halving: trials beget trials, and the best is fitted. */
export function halving(out: string, trials: number): Undertaking {
  return {
    out,
    call: (runner, signal) =>
      sweep("quickstart", {
        settings: ["model.c=log:0.001..1000"],
        search: { kind: "halving", trials, seed: 1, eta: 2, budget: "items=0.25..1" },
        ...{ out, folds: 2, threads: 1, screen: silentScreen, runner },
        // Kinds of models are loaded from the machine's disk, which knows nothing of this time.
        check: async () => {},
        ...(signal && { signal }),
      }),
    outcome(returned) {
      const { trials: all, best, run } = returned as Sweep;
      const told = all.map(({ number, rung, figure, error }) => ({ number, rung, figure, error }));
      return JSON.stringify([told, best.number, basename(run.dir), run.metrics]);
    },
  };
}

/** One piece after the other, with nobody in between: the slow twin of every way to have them done. */
export const oneByOne: PieceRunner = async (pieces, { onResult }) => {
  const open: Piece[] = [...pieces];
  for (let piece = open.shift(); piece; piece = open.shift()) {
    const result = await simulatedWork(piece.work, () => 1);
    open.push(...((await onResult(result as never)) ?? []));
  }
};

/** A runner that complains where a piece is told of twice, or not at all. */
export const counting =
  (runner: PieceRunner, complain: (what: string) => void): PieceRunner =>
  async (pieces, { onResult, ...options }) => {
    const asked = new Map(pieces.map(({ work }) => [work.name, 0]));
    await runner(pieces, {
      ...options,
      async onResult(result) {
        const count = (asked.get(result.name) ?? Number.NaN) + 1;
        if (count !== 1) complain(`${options.title}: ${result.name} was told of ${count} times`);
        asked.set(result.name, count);
        const more = (await onResult(result as never)) ?? [];
        for (const { work } of more) asked.set(work.name, 0);
        return more;
      },
    });
    for (const [name, count] of asked)
      if (count !== 1) complain(`${options.title}: ${name} was told of ${count} times`);
  };
