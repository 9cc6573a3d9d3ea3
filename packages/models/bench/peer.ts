import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The peers' process: one JSON line there, one back. */
export interface Peer {
  ask(job: object): Promise<{ seconds: number; score: number | null }>;
  end(): void;
}

/** Starts tools/peers/models.py with the interpreter that `pnpm bench` found; undefined where there is none. */
export function startPeer(python = process.env.EARSHOT_PEERS_PYTHON): Peer | undefined {
  if (!python) return undefined;
  const script = fileURLToPath(new URL("../../../tools/peers/models.py", import.meta.url));
  // One thread, as ours is one: forests are told so themselves.
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("the peers' process ended; its error is above.");
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}
