import { importBuiltin } from "../setup/host.js";

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
  signal?: AbortSignal;
  /** Gets every line that the command prints. */
  onLine?: (line: string) => void;
}

/**
 * Runs a command without a shell.
 *
 * @returns what it printed, and its exit code; the code is undefined where it does not start
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, signal, onLine }: CommandOptions = {},
): Promise<{ code: number | undefined; lines: string[] }> {
  const [{ spawn }, { createInterface }] = await Promise.all([
    importBuiltin<typeof import("node:child_process")>("node:child_process"),
    importBuiltin<typeof import("node:readline")>("node:readline"),
  ]);
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      onLine?.(line);
    });
  }
  const code = await new Promise<number | undefined>((resolve) => {
    child.on("error", () => resolve(undefined));
    child.on("close", (status, killed) => resolve(status ?? (killed ? 128 : 1)));
  });
  signal?.throwIfAborted();
  return { code, lines };
}

/** Runs Node's own npm: by its script where it lies beside Node, which needs no shell on Windows, else by name. */
export async function runNpm(args: readonly string[], options: CommandOptions): ReturnType<typeof runCommand> {
  const [{ existsSync }, { dirname, join }] = await Promise.all([
    importBuiltin<typeof import("node:fs")>("node:fs"),
    importBuiltin<typeof import("node:path")>("node:path"),
  ]);
  const bin = dirname(process.execPath);
  const script = [
    join(bin, "node_modules/npm/bin/npm-cli.js"),
    join(bin, "../lib/node_modules/npm/bin/npm-cli.js"),
  ].find((path) => existsSync(path));
  return await (script ? runCommand(process.execPath, [script, ...args], options) : runCommand("npm", args, options));
}
