import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { currentProcess, SimulatedProcess } from "@earshot/testing/simulation";
import { sentenceOf, UserError } from "../src/cli/errors.js";
import { silentScreen } from "../src/cli/screen.js";
import { runShard, type ShardWork } from "../src/features/shard.js";
import type { PieceResult, Work } from "../src/queue/piece.js";
import type { Thread } from "../src/queue/work.js";
import { writeJson } from "../src/run/wholeFile.js";
import { runFit } from "../src/sweep/fit.js";
import { runTrial } from "../src/sweep/runTrial.js";

/** Between 0 and 1, of what JSON says. */
const numberOf = (value: unknown): number =>
  createHash("sha256").update(JSON.stringify(value)).digest().readUInt32BE(0) / 2 ** 32;

/**
 * A piece of work by the code that ships; only what trainings compute is made up, the same for the same settings.
 *
 * @param trainingMs how long one takes
 */
export function simulatedWork(work: Work, trainingMs: () => number): Promise<PieceResult> {
  const how = { screen: silentScreen };
  if (work.kind === "trial") {
    return runTrial(work, how, async ({ settings, share }) => {
      await sleep(trainingMs());
      const figure = numberOf([settings, share]);
      // Some settings cannot be tried, whoever tries them.
      if (figure < 0.05) throw new UserError("These settings cannot be tried.");
      return figure;
    });
  }
  if (work.kind === "fit") {
    return runFit(work, how, async ({ recipe }, { out = "" }) => {
      await mkdir(out, { recursive: true });
      await sleep(trainingMs());
      await writeJson(join(out, "metrics.json"), { n: 1, metrics: { accuracy: { value: numberOf(recipe) } } });
    });
  }
  return runShard(work as ShardWork);
}

export interface ThreadOptions {
  /** Of the machine: it dies with it. */
  machine: SimulatedProcess;
  trainingMs(): number;
  /** Told of each job that begins; after how long its thread crashes, if it does, ms. */
  onBegin(work: Work): number | undefined;
  onEnd(work: Work): void;
}

/** What stands in for a worker's thread: it can be ended, it can crash, and it goes on while the worker itself stands still. */
export class SimulatedThread implements Thread {
  lives = true;
  private readonly process: SimulatedProcess;

  constructor(private readonly options: ThreadOptions) {
    this.process = new SimulatedProcess(options.machine);
  }

  run(work: Work, signal?: AbortSignal): Promise<PieceResult> {
    const worker = currentProcess();
    return new Promise((resolve, reject) => {
      let crash: ReturnType<typeof setTimeout> | undefined;
      const end = (outcome: () => void): void => {
        clearTimeout(crash);
        this.options.onEnd(work);
        signal?.removeEventListener("abort", stop);
        outcome();
      };
      const say = (what: () => void): void => void worker?.run(() => setTimeout(() => this.lives && end(what), 1));
      const die = (error: Error): void => {
        this.lives = false;
        this.process.kill();
        end(() => reject(error));
      };
      const stop = (): void => die(signal?.reason);
      signal?.addEventListener("abort", stop, { once: true });
      if (signal?.aborted) return stop();
      const crashMs = this.options.onBegin(work);
      const crashed = new UserError("The thread of a job ended by itself (code 134).");
      if (crashMs !== undefined) crash = setTimeout(() => die(crashed), crashMs);
      this.process.run(async () => {
        try {
          const result = await simulatedWork(structuredClone(work), this.options.trainingMs);
          say(() => resolve(structuredClone(result)));
        } catch (error) {
          say(() => reject(new UserError(sentenceOf(error))));
        }
      });
    });
  }

  async end(): Promise<void> {
    this.lives = false;
    this.process.kill();
  }
}
