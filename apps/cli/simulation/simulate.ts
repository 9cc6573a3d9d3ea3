import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "@earshot/datasets";
import { createChance } from "@earshot/testing/fuzz";
import { startVirtualClock, startVirtualDisk } from "@earshot/testing/simulation";
import { Attendant } from "./command.js";
import { longestStandstillMs, Machine } from "./machine.js";
import { SimulatedRedis } from "./redis.js";
import { extraction, halving, oneByOne, type Undertaking } from "./undertaking.js";
import { hourMs, minuteMs, type Told, World } from "./world.js";

export interface Simulated extends Told {
  seed: number;
  hours: number;
  steps: number;
  /** Violated invariants, each with its time. None is what a simulation is for. */
  violations: string[];
}

const root = "/simulated";
/** What people do, again and again: so many recordings, so many candidates. */
const recordings = [5, 16, 31, 60];
const candidates = [2, 5, 9];
/** Most jobs and files that may be kept at once: some times what all that runs at once has. */
const mostJobs = 5000;
const mostFiles = 20_000;

/**
 * Commands, workers and the queue between them under virtual time, from one seed: distribution, workers, cancelling, retrying, extraction,
 * sweeps, and what they write are the code that ships; only time, the disk, the broker, threads and what trainings compute are simulated.
 *
 * Invariants: whatever is done comes out as if nobody had been disturbed; a command is told once of each piece; files appear whole, under one
 * name the same; every call ends, with a result or a sentence; what was called off is dropped; nothing is left in the queue or on the disk in the end.
 *
 * @param hours simulated
 */
export async function simulate(seed: number, hours: number): Promise<Simulated> {
  const chance = createChance(seed);
  const folder = mkdtempSync(join(tmpdir(), "earshot-simulation-"));
  const paths = [0, 1, 2].map((i) => {
    const path = join(folder, `${i}.wav`);
    const samples = Float32Array.from({ length: 600 }, (_, t) => 0.5 * Math.sin(t * (i + 1) * 0.1));
    writeFileSync(path, encodeWav({ samples, sampleRate: 8000 }));
    return path;
  });
  const kinds = kindsOf(paths);
  // Before time stops: what is loaded when it is first needed is then there.
  const expected: string[] = [];
  for (const [i, kind] of kinds.entries()) {
    const one = kind(join(folder, `alone${i}`));
    expected.push(one.outcome(await one.call(oneByOne)));
  }
  const clock = startVirtualClock(seed);
  const appeared = new Map<string, string>();
  const disk = startVirtualDisk(root, {
    // Reading what a job is about is what takes long.
    takesMs: (path) =>
      path.endsWith(".items.json") ? 1000 + world.random(chance.of([5000, 20_000])) : 0.2 + 5 * chance.next(),
    onAppear: (path, content) => appear(world, appeared, path, content),
  });
  const world = new World(clock, chance, new SimulatedRedis(clock), disk);
  try {
    const begin = (name: string): Promise<void> => {
      const i = chance.integer(0, kinds.length - 1);
      return new Attendant(world, kinds[i](`${root}/${name}`), expected[i]).attend();
    };
    await run(world, hours * hourMs, begin);
  } catch (error) {
    world.complain((error as Error).message);
  } finally {
    disk.restore();
    clock.restore();
    rmSync(folder, { recursive: true, force: true });
  }
  if (process.env.EARSHOT_SIMULATION_SENTENCES) console.error(world.sentences);
  return { seed, hours, steps: clock.steps, ...world.told, violations: world.violations };
}

const kindsOf = (paths: readonly string[]): ((out: string) => Undertaking)[] => [
  ...recordings.map((items) => (out: string) => extraction(`${out}.arrow`, items, paths)),
  ...candidates.map((trials) => (out: string) => halving(out, trials)),
];

/** @param start has something done, under a name */
async function run(world: World, lengthMs: number, start: (name: string) => Promise<void>): Promise<void> {
  const { clock, server, disk, told } = world;
  const running = new Set<Promise<void>>();
  const machines = Array.from({ length: 3 }, () => new Machine(world));
  let number = 0;
  const begin = (): Promise<void> => {
    const one = start(String(number++));
    running.add(one);
    return one.finally(() => running.delete(one));
  };
  world.beginFaults();
  world.every(6 * minuteMs, () => void begin());
  const watch = (): void => {
    const { completed, ...open } = server.counts;
    const jobs = Object.values(open).reduce((sum, count) => sum + count, completed);
    told.mostJobs = Math.max(told.mostJobs, jobs);
    told.mostFiles = Math.max(told.mostFiles, disk.files.size);
    if (jobs > mostJobs) world.complain(`${jobs} jobs are kept`);
    if (disk.files.size > mostFiles) world.complain(`${disk.files.size} files are kept`);
    clock.after(5 * minuteMs, watch);
  };
  watch();
  await clock.run(clock.nowMs + lengthMs);

  world.calm = true;
  // Once all that was bad is over, everything comes to its end; whoever still stands still moves again.
  for (const one of [...running]) await clock.until(one, 12 * hourMs);
  await clock.run(clock.nowMs + longestStandstillMs);
  const { wait, delayed, active } = server.counts;
  if (wait + delayed + active > 0)
    world.complain(`${wait} jobs wait, ${delayed} are delayed, ${active} run in the end`);
  const left = [...disk.files.keys()].filter((path) => path.includes(".parts/"));
  if (left.length > 0) world.complain(`${left.length} parts are left, such as ${left[0]}`);
  // What was done is forgotten after a day.
  clock.jump(25 * hourMs);
  await clock.until(begin(), 12 * hourMs);
  const { completed } = server.counts;
  if (completed > 64) world.complain(`${completed} jobs that were done are still kept a day later`);
  await clock.until(Promise.all(machines.map((machine) => machine.end())), 12 * hourMs);
}

/** Whoever writes a file, and however often: it is whole, and what it was. */
function appear(world: World, appeared: Map<string, string>, path: string, content: Uint8Array): void {
  const text = Buffer.from(content).toString("latin1");
  if (path.endsWith(".json")) {
    try {
      JSON.parse(text);
    } catch {
      world.complain(`${path} is no JSON`);
    }
  } else if (path.endsWith(".arrow") && !(text.startsWith("ARROW1") && text.endsWith("ARROW1"))) {
    world.complain(`${path} is half an Arrow file`);
  }
  const before = appeared.get(path);
  // How long a training took is part of what came of it.
  const now = text.replace(/"seconds":[\d.]+/, "");
  if (before !== undefined) {
    world.told.twice++;
    if (before !== now) world.complain(`${path} was something else before`);
  }
  appeared.set(path, now);
}
