import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The peers' Python process: one JSON line there, one back. */
export interface PythonPeers {
  ask(job: object): Promise<{ seconds?: number }>;
  end(): void;
}

/** Starts tools/peers/datasets.py with the interpreter that `pnpm bench` found; undefined where there is none. */
export function startPython(python = process.env.EARSHOT_PEERS_PYTHON): PythonPeers | undefined {
  if (!python) return undefined;
  const script = fileURLToPath(new URL("../../../tools/peers/datasets.py", import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "ignore"], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("The peers' process ended.");
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}
