import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** What a part of the program reports. */
export interface Killed {
  kills: number;
  /** What came out, in words. */
  what: string;
}

/** Address of a built module of this package. */
export const built = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

/** A process that runs some lines with `await import`, as a user's process would: built code, plain Node. */
export class Victim {
  readonly child: ChildProcess;
  private readonly ended: Promise<string | number | null>;
  private readonly lines: AsyncIterator<string>;

  /** @param quiet whether its complaints are known and expected */
  constructor(code: string, quiet = false) {
    this.child = spawn(process.execPath, ["-e", `(async () => { ${code} })()`], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: ["ignore", "pipe", quiet ? "ignore" : "inherit"],
    });
    this.ended = new Promise((done) => this.child.once("exit", (exit, signal) => done(signal ?? exit)));
    this.lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  /** What it prints next. */
  async line(): Promise<string> {
    return (await this.lines.next()).value ?? "";
  }

  /** Kills it. @returns whether it was still there to be killed */
  async kill(): Promise<boolean> {
    this.child.kill("SIGKILL");
    return (await this.ended) === "SIGKILL";
  }

  /** How it ended. @throws Error if it failed by itself */
  async end(): Promise<string | number | null> {
    const how = await this.ended;
    if (how !== 0 && how !== "SIGKILL") throw new Error(`a process ended by itself with ${how}.`);
    return how;
  }

  /** Whether it ends within so many milliseconds. */
  async endsWithin(ms: number): Promise<boolean> {
    const stop = new AbortController();
    const late = sleep(ms, false, { signal: stop.signal }).catch(() => false);
    const first = await Promise.race([this.ended.then(() => true), late]);
    stop.abort();
    return first;
  }
}
