import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import type { Chance } from "@earshot/testing/fuzz";
import type { VirtualClock } from "@earshot/testing/simulation";
import type { WorkerReply, WorkerRequest } from "../src/inference/messages.js";
import { modelInfos, probabilityOf } from "./models.js";

/** How often the models of a thread misbehave, each as a share of the calls. */
export interface Mischief {
  throws: number;
  hangs: number;
  dies: number;
  dawdles: number;
}

/** What stands in for an inference thread: it answers later, sometimes much later, sometimes wrongly, sometimes never. */
class InferenceThread extends EventEmitter {
  private ended = false;

  constructor(
    private readonly clock: VirtualClock,
    private readonly chance: Chance,
    private readonly mischief: () => Mischief,
  ) {
    super();
  }

  postMessage(request: WorkerRequest): void {
    if (request.type === "load") {
      const infos = modelInfos.map((info) => ({ ...info }));
      this.answer(50 + 200 * this.chance.next(), { type: "loaded", infos, native: [] });
    } else this.work(request);
  }

  private work({ id, count, frames }: Extract<WorkerRequest, { type: "run" }>): void {
    const { throws, hangs, dies, dawdles } = this.mischief();
    const fate = this.chance.next();
    const ms = (2 + this.chance.next()) * count + (this.chance.next() < dawdles ? 4000 * this.chance.next() : 0);
    if (fate < hangs) return;
    if (fate < hangs + dies) this.clock.after(5, () => this.die());
    else if (fate < hangs + dies + throws) this.answer(ms, { type: "failed", id, message: "the model threw" });
    else this.answer(ms, { type: "result", id, probabilities: answers(frames, count) });
  }

  private die(): void {
    if (this.ended) return;
    this.ended = true;
    this.emit("error", new Error("the thread crashed"));
    this.emit("exit", 1);
  }

  unref(): this {
    return this;
  }

  async terminate(): Promise<number> {
    this.ended = true;
    return 1;
  }

  private answer(ms: number, reply: WorkerReply): void {
    this.clock.after(ms, () => {
      if (!this.ended) this.emit("message", reply);
    });
  }
}

/** At once: the memory that the frames lie in is used again when the answer has come. */
function answers(frames: Float32Array, count: number): Float32Array {
  const size = frames.length / count;
  const probabilities = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const p = probabilityOf(frames.subarray(i * size, (i + 1) * size));
    probabilities.set([p, 1 - p], 2 * i);
  }
  return probabilities;
}

export const inferenceThread = (clock: VirtualClock, chance: Chance, mischief: () => Mischief): Worker =>
  new InferenceThread(clock, chance, mischief) as unknown as Worker;
