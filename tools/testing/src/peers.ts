import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The peers' Python process: one JSON line there, one back. */
export interface Peers<Answer> {
  /** @throws Error if the process ended; its own words are on stderr */
  ask(job: object): Promise<Answer>;
  end(): void;
}

/** What a peer says of a job: how long it took by its own clock, and what came out. */
export interface PeerAnswer {
  seconds: number;
  value: unknown;
}

/**
 * Starts `tools/peers/NAME.py`, on one thread, with the interpreter that `pnpm bench` found.
 *
 * @param python interpreter (default `$EARSHOT_PEERS_PYTHON`)
 * @returns nothing where there is no interpreter
 */
export function startPeers<Answer = PeerAnswer>(
  name: string,
  python = process.env.EARSHOT_PEERS_PYTHON,
): Peers<Answer> | undefined {
  if (!python) return undefined;
  const script = fileURLToPath(new URL(`../../peers/${name}.py`, import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("The peers' process ended; its error is above.");
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}

/** A row of a benchmark, as `--json` writes it. */
export interface BenchRow {
  work: string;
  /** Median of ours, in `unit`. */
  ours: number;
  /** Median of the peer's; null without one. */
  peer: number | null;
  peerName: string;
  unit: string;
  /** Peer's time by ours: above 1 we are faster. */
  ratio: number | null;
  /** Distance of the quartiles of ours, by the median. */
  spread: number;
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

/** A row from the seconds that each round took. */
export function benchRow(
  work: string,
  ours: readonly number[],
  { name, seconds }: { name: string; seconds: readonly number[] },
): BenchRow {
  const sorted = [...ours].sort((a, b) => a - b);
  const quartile = (share: number): number => sorted[Math.floor(share * sorted.length)];
  const peer = seconds.length > 0 ? median(seconds) : null;
  return {
    work,
    ours: median(ours),
    peer,
    peerName: name,
    unit: "s",
    ratio: peer === null ? null : peer / median(ours),
    spread: (quartile(0.75) - quartile(0.25)) / median(ours),
  };
}
