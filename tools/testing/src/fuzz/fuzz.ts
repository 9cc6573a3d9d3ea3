import { type Chance, createChance } from "./chance.js";
import { mutate } from "./mutate.js";

/** Something that eats bytes of strangers. */
export interface FuzzTarget {
  name: string;
  /** What damage starts from: good and bad inputs, those kept from earlier runs among them. */
  seeds: readonly Uint8Array[];
  /** Executions of a run, as a share of those asked for (default 1): for targets that are slow. */
  share?: number;
  /** Longest that one execution may take, ms (default 50, and as much again for each MiB). */
  limitMs?: number;
  /** Most that may come out of an input, bytes (default 1 MiB and 4,096 times the input). */
  limitBytes?: (inputBytes: number) => number;
  /** Damages a seed (default: {@link mutate}, which knows bytes alone). */
  damage?(seed: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array;
  /** Runs it; throws what it throws. Returns the bytes of the result. */
  run(bytes: Uint8Array): number | Promise<number>;
  /** Is this an error that it may throw? */
  allows(error: unknown): boolean;
}

/** An input that did what none may do. */
export interface FuzzFailure {
  execution: number;
  /** What it shares with others of its kind. */
  way: string;
  what: string;
  bytes: Uint8Array;
}

export interface FuzzRecord {
  name: string;
  executions: number;
  accepted: number;
  refused: number;
  slowestMs: number;
  seconds: number;
  failures: FuzzFailure[];
  /** One input for each way in which the target ended that no seed had shown: what a corpus grows by. */
  novel: Uint8Array[];
}

/** Different failures after which a run stops; of each, the first input is told. */
const enough = 20;

/** Ways to end that are told apart, at most: messages that hold much of the input would be new for ever. */
const mostWays = 400;

/**
 * Damages seeds at random and runs the target on them; inputs that end in a new way become seeds of the same run. Seven times in ten the damage
 * starts from a seed that the target accepts.
 *
 * A failure is an error that the target may not throw, a stack overflow, more memory than allowed, or an answer that is late six times in a row.
 *
 * @param seed the same seed, the same inputs
 */
export async function fuzz(target: FuzzTarget, executions: number, seed: number): Promise<FuzzRecord> {
  const { name, run, allows, limitMs = 50 } = target;
  const { limitBytes = (n: number) => 2 ** 20 + 4096 * n, damage = mutate } = target;
  const chance = createChance(seed);
  const found: Uint8Array[] = [];
  const record: FuzzRecord = {
    name,
    executions: 0,
    accepted: 0,
    refused: 0,
    slowestMs: 0,
    seconds: 0,
    failures: [],
    novel: found,
  };
  const ways = new Set<string>();
  const began = performance.now();

  const once = async (bytes: Uint8Array, execution: number): Promise<string> => {
    let way = "accepted";
    const fail = (what: string) => {
      if (!record.failures.some((one) => one.way === way)) record.failures.push({ execution, way, what, bytes });
      way = "";
    };
    const start = performance.now();
    try {
      const result = run(bytes);
      // Ten million needless turns of the event loop would take longer than the decoding.
      const held = typeof result === "number" ? result : await result;
      record.accepted++;
      if (held > limitBytes(bytes.length)) fail(`${held} bytes came out of ${bytes.length}`);
    } catch (error) {
      record.refused++;
      way = wayOf(error);
      if (!allows(error) || way.startsWith("RangeError: Maximum call stack")) {
        fail(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      }
    }
    const took = performance.now() - start;
    if (took > record.slowestMs) record.slowestMs = took;
    const limit = limitMs * (1 + bytes.length / 2 ** 20);
    // A pause of the machine is not the target's: what is slow must be slow again.
    if (took > limit && (await timeAgain(run, bytes)) > limit) fail(`${took.toFixed(0)} ms`);
    return way;
  };

  const good: Uint8Array[] = [];
  const broken: Uint8Array[] = [];
  for (const bytes of target.seeds) {
    const refused = record.refused;
    ways.add(await once(bytes, -1));
    (record.refused > refused ? broken : good).push(bytes);
  }
  record.accepted = 0;
  record.refused = 0;
  for (let i = 0; i < executions && record.failures.length < enough; i++) {
    // What is broken already is refused early, whatever else is done to it: most damage starts from what is accepted.
    const from = good.length === 0 || (broken.length > 0 && chance.next() < 0.3) ? broken : good;
    const bytes = damage(chance.of(from), chance.of(target.seeds), chance);
    const way = await once(bytes, i);
    if (way && ways.size < mostWays && !ways.has(way) && bytes.length < 65_536) {
      ways.add(way);
      found.push(bytes);
      broken.push(bytes);
    }
  }
  record.executions = record.accepted + record.refused;
  record.seconds = (performance.now() - began) / 1000;
  return record;
}

/** How it ended, without what was in the input: quoted words and numbers differ each time. */
function wayOf(error: unknown): string {
  if (!(error instanceof Error)) return "no error";
  const plain = error.message
    .slice(0, 300)
    .replace(/"[^"]*"?|'[^']*'?/g, "Q")
    .replace(/[-\d.e+]*\d+/g, "N");
  return `${error.name}: ${plain.slice(0, 120)}`;
}

/** Processor time, ms: on a machine that is busy with other things the clock on the wall goes on. */
async function timeAgain(run: FuzzTarget["run"], bytes: Uint8Array): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = process.cpuUsage();
    try {
      await run(bytes);
    } catch {
      // How it ends was looked at before.
    }
    const { user, system } = process.cpuUsage(start);
    fastest = Math.min(fastest, (user + system) / 1000);
  }
  return fastest;
}
