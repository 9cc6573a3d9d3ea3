import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** What a run depends on beside its recipe and data. */
export interface Environment {
  earshot: string;
  node: string;
  platform: string;
  cpu: string;
  cores: number;
  memoryGiB: number;
  /** Commit of the sources that ran; with "+" where they were changed since. Absent outside of a git checkout. */
  commit?: string;
}

/** Version of this package. */
export function earshotVersion(): string {
  const file = fileURLToPath(new URL("../../package.json", import.meta.url));
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Describes this machine and installation. */
export async function describeEnvironment(): Promise<Environment> {
  const commit = await sourceCommit();
  return {
    earshot: earshotVersion(),
    node: process.versions.node,
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    ...(commit && { commit }),
  };
}

async function sourceCommit(): Promise<string | undefined> {
  const here = dirname(fileURLToPath(import.meta.url));
  const tracked = await git(here, "ls-files", "--error-unmatch", "../../package.json");
  if (tracked === undefined) return undefined;
  const commit = await git(here, "rev-parse", "--short=12", "HEAD");
  if (!commit) return undefined;
  const changes = await git(here, "status", "--porcelain", "--untracked-files=no");
  return changes ? `${commit}+` : commit;
}

function git(cwd: string, ...args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("git", args, { cwd, timeout: 3000 }, (error, stdout) => resolve(error ? undefined : stdout.trim()));
  });
}
