import { Worker as Thread } from "node:worker_threads";
import { UserError } from "../cli/errors.js";
import type { PieceResult, Work } from "./piece.js";

/** A thread that does one piece of work after another. */
export class WorkThread {
  private readonly thread = new Thread(new URL("./taskThread.js", import.meta.url));
  lives = true;

  /** @throws UserError with the reason; the signal's reason, whereupon the thread is gone */
  run(work: Work, signal?: AbortSignal): Promise<PieceResult> {
    return new Promise((resolve, reject) => {
      // Own listeners alone are taken away: the thread has some of its own, without which it hears no further message.
      const end = (outcome: () => void): void => {
        this.thread.off("message", answered).off("error", die).off("exit", ended);
        signal?.removeEventListener("abort", stop);
        outcome();
      };
      const answered = (answer: { result?: PieceResult; error?: string }): void =>
        end(() => (answer.result ? resolve(answer.result) : reject(new UserError(answer.error ?? ""))));
      const die = (error: Error): void => {
        this.lives = false;
        end(() => reject(error));
      };
      const ended = (code: number): void => die(new UserError(`The thread of a job ended by itself (code ${code}).`));
      const stop = (): void => {
        die(signal?.reason);
        void this.thread.terminate();
      };
      this.thread.on("message", answered).on("error", die).on("exit", ended);
      signal?.addEventListener("abort", stop, { once: true });
      if (signal?.aborted) stop();
      else this.thread.postMessage(work);
    });
  }

  async end(): Promise<void> {
    this.lives = false;
    await this.thread.terminate();
  }
}
