import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** ffmpeg at work: what it writes, and how it ended. */
export interface RunningFfmpeg {
  child: ChildProcess;
  /** Standard output, then pipe 3 where it was asked for. */
  outputs: Readable[];
  /** Resolves with the exit code and what ffmpeg said; rejects with one sentence if it cannot be run. */
  done: Promise<{ code: number | null; log: string }>;
}

/** Starts ffmpeg with as many pipes to read from as are asked for: pipe:1, then pipe:3. */
export function startFfmpeg(fn: string, command: string, args: readonly string[], pipes: 1 | 2): RunningFfmpeg {
  const child = spawn(command, ["-nostdin", "-hide_banner", ...args], {
    stdio: ["ignore", "pipe", "pipe", ...(pipes === 2 ? (["pipe"] as const) : [])],
  });
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    // The head tells what the file is, the end what went wrong.
    log = log.length < 16_000 ? log + chunk.toString() : log.slice(0, 12_000) + (log + chunk.toString()).slice(-4000);
  });
  const done = new Promise<{ code: number | null; log: string }>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === "ENOENT"
          ? "only ffmpeg reads videos, and it is not installed; install it."
          : `ffmpeg cannot be run (${error.message}).`;
      reject(new Error(`${fn}: ${reason}`, { cause: error }));
    });
    child.on("close", (code) => resolve({ code, log }));
  });
  // Whoever stops reading early never looks at how ffmpeg ended.
  done.catch(() => {});
  return { child, outputs: [child.stdout as Readable, ...(pipes === 2 ? [child.stdio[3] as Readable] : [])], done };
}

/** Options that come before a file: only this file is opened, whatever it says of others. */
export const inputArgs = (path: string, mostSec?: number): string[] => [
  ...["-protocol_whitelist", "file,pipe"],
  ...(mostSec === undefined ? [] : ["-t", String(mostSec)]),
  ...["-i", `file:${path}`],
];

/** The last line of what ffmpeg said, without the file's name. */
export const lastLine = (log: string): string =>
  (log.trim().split("\n").pop() ?? "").replace(/^.*?file:[^:]*: /, "").replace(/\.$/, "") || "it says nothing";
