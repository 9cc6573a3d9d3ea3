import { createRng } from "@earshot/dsp";

// What an extraction of a hundred million clips would take: a simulation, job by job, of workers that take shards from one Redis, fetch clips from
// one storage, die now and then, and are replaced. `node --import tsx --conditions=@earshot/source apps/cli/bench/manyClips.ts [--clips 1e8] …`; every
// number of the plan below can be given as --NAME VALUE. Those of Earshot and Redis are what `bench/queue.ts` measured; those of storage, deaths and
// prices are assumptions, to be replaced by one's own.

const plan = {
  clips: 1e8,
  /** Bytes of a clip of five seconds (FLAC, 16 kHz) and of its features (MFCC, 13 numbers every 10 ms). */
  clipBytes: 80e3,
  featureBytes: 26e3,
  /** Milliseconds of one core to decode a clip and extract it. */
  clipMs: 4,
  /** Milliseconds until storage answers, clips asked for at once by a worker, and bytes a second it gives to all of them. */
  latencyMs: 30,
  ahead: 16,
  storageBytes: 5e9,
  /** Milliseconds of Redis' one processor for a job, bytes that it keeps of one, and its memory. */
  redisMs: 0.4,
  redisBytes: 1900,
  redisMemory: 8e9,
  /** Commands that hand out, a part of the clips each; milliseconds of one for a shard and each of its files; bytes it holds of a file, its memory. */
  commands: 20,
  shardMs: 3,
  fileMs: 0.04,
  itemBytes: 400,
  commandMemory: 4e9,
  /** Hours that a worker lives on average, seconds until its job is given to another, seconds until it is replaced. */
  lifeHours: 48,
  silentSec: 30,
  replacedSec: 120,
  /** Dollars for a core and hour, a million requests that read and that write, a gigabyte and month. */
  coreHour: 0.04,
  reads: 0.4,
  writes: 5,
  gigabyteMonth: 0.023,
  seed: 1,
};
for (let i = 2; i + 1 < process.argv.length; i += 2) {
  const name = process.argv[i].replace(/^--/, "");
  if (!(name in plan)) throw new Error(`--${name} is none of ${Object.keys(plan).join(", ")}.`);
  plan[name as keyof typeof plan] = Number(process.argv[i + 1]);
}

interface Outcome {
  hours: number;
  /** Of workers, in all, and what was done twice or waited for. */
  workerHours: number;
  lostHours: number;
  deaths: number;
  /** Of the time, 0..1. */
  redis: number;
  /** Jobs a second that are taken and told, when all work. */
  jobRate: number;
}

/** The earliest of many times: a binary heap of [time, worker]. */
function createHeap() {
  const heap: [number, number][] = [];
  return {
    get size() {
      return heap.length;
    },
    push(entry: [number, number]): void {
      let at = heap.push(entry) - 1;
      for (let up = (at - 1) >> 1; at > 0 && heap[up][0] > heap[at][0]; at = up, up = (at - 1) >> 1)
        [heap[at], heap[up]] = [heap[up], heap[at]];
    },
    pop(): [number, number] {
      const [first] = heap;
      const last = heap.pop() as [number, number];
      if (heap.length > 0) {
        heap[0] = last;
        for (let at = 0; ; ) {
          const [left, right] = [2 * at + 1, 2 * at + 2];
          let least = at;
          if (left < heap.length && heap[left][0] < heap[least][0]) least = left;
          if (right < heap.length && heap[right][0] < heap[least][0]) least = right;
          if (least === at) break;
          [heap[at], heap[least]] = [heap[least], heap[at]];
          at = least;
        }
      }
      return first;
    },
  };
}

/** Seconds that a worker needs for a clip, with so many at work: its core, its wait, or its part of what storage gives. */
function clipSeconds(workers: number): number {
  const wait = (plan.latencyMs + plan.clipMs) / plan.ahead;
  const alone = Math.max(plan.clipMs, wait) / 1000;
  return Math.max(alone, (workers * (plan.clipBytes + plan.featureBytes)) / plan.storageBytes);
}

/** Plays the whole extraction; every shard must end with exactly one result. */
function simulate(workers: number, shard: number, commands: number): Outcome {
  const rng = createRng(plan.seed);
  const jobs = Math.ceil(plan.clips / shard);
  const done = new Uint8Array(jobs);
  const redo: { job: number; from: number }[] = [];
  const each = clipSeconds(workers) * shard;
  const life = (): number => -Math.log(1 - rng.next()) * plan.lifeHours * 3600;
  const dies = Float64Array.from({ length: workers }, life);
  const free = createHeap();
  for (let worker = 0; worker < workers; worker++) free.push([0, worker]);
  let [next, finished, deaths, lost, busy, redisFree, end] = [0, 0, 0, 0, 0, 0, 0];
  while (finished < jobs) {
    const [now, worker] = free.pop();
    // Jobs are handed out as fast as the commands make them.
    const ready = ((next + 1) * (plan.shardMs + plan.fileMs * shard)) / 1000 / commands;
    const again = redo.findIndex(({ from }) => from <= now);
    let job: number;
    let from = now;
    if (again >= 0) [{ job }] = redo.splice(again, 1);
    else if (next < jobs) {
      job = next++;
      from = Math.max(now, ready);
    } else if (redo.length > 0) {
      free.push([Math.min(...redo.map((one) => one.from)), worker]);
      continue;
    } else {
      // Others have the last ones; if one of them dies, its job comes back later.
      if (free.size === 0) throw new Error("a shard was lost");
      free.push([end + 1e-3 > now ? end + 1e-3 : now + 1, worker]);
      continue;
    }
    // One server, one job at a time.
    redisFree = Math.max(redisFree, from) + plan.redisMs / 1000;
    busy += plan.redisMs / 1000;
    const spread = Math.exp(0.15 * rng.normal());
    const until = redisFree + each * spread;
    if (dies[worker] < until) {
      const at = Math.max(dies[worker], redisFree);
      deaths++;
      lost += at - from + plan.silentSec;
      redo.push({ job, from: at + plan.silentSec });
      dies[worker] = at + plan.replacedSec + life();
      free.push([at + plan.replacedSec, worker]);
      continue;
    }
    if (done[job]++ > 0) throw new Error(`shard ${job} has two results`);
    finished++;
    end = Math.max(end, until);
    free.push([until, worker]);
  }
  const hours = end / 3600;
  return {
    hours,
    workerHours: workers * hours,
    lostHours: lost / 3600,
    deaths,
    redis: busy / end,
    jobRate: workers / each,
  };
}

const number = (value: number, digits = 0): string => value.toLocaleString("en", { maximumFractionDigits: digits });
const percent = (value: number): string => `${number(100 * value, 1)} %`;
const { clips } = plan;
const bytes = clips * (plan.clipBytes + plan.featureBytes);
console.log(
  `${number(clips)} clips: ${number((clips * plan.clipBytes) / 1e12, 1)} TB to read, ${number((clips * plan.featureBytes) / 1e12, 1)} TB of features\n`,
);
console.log(
  "| workers | shard | commands | hours | deaths | worker-hours lost | jobs a second | Redis' processor | Redis' memory | storage | dollars |",
);
console.log("|---|---|---|---|---|---|---|---|---|---|---|");
for (const [workers, shard, commands] of [10, 100, 200, 1000, 5000].flatMap((n) => [
  [n, 1000, 1],
  ...[128, 1000, 5000].map((size) => [n, size, plan.commands]),
])) {
  const jobs = Math.ceil(clips / shard);
  const { hours, deaths, lostHours, workerHours, redis, jobRate } = simulate(workers, shard, commands);
  const dollars = workerHours * plan.coreHour + (clips / 1e6) * plan.reads + ((4 * jobs) / 1e6) * plan.writes;
  const cells = [
    number(workers),
    number(shard),
    number(commands),
    number(hours, 1),
    number(deaths),
    percent(lostHours / workerHours),
    number(jobRate, 1),
    percent(redis),
    percent((jobs * plan.redisBytes) / plan.redisMemory),
    percent(bytes / plan.storageBytes / 3600 / hours),
    number(dollars),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
const month = ((clips * (plan.clipBytes + plan.featureBytes)) / 1e9) * plan.gigabyteMonth;
console.log(`\nto keep it all: ${number(month)} dollars a month`);
console.log(
  `the command that hands out needs ${number((clips * plan.itemBytes) / 1e9)} GB for its list: at most ${number(plan.commandMemory / plan.itemBytes / 1e6)} million clips an extraction with ${number(plan.commandMemory / 1e9)} GB`,
);
console.log(
  `storage feeds ${number(plan.storageBytes / (plan.clipBytes + plan.featureBytes) / (1000 / Math.max(plan.clipMs, (plan.latencyMs + plan.clipMs) / plan.ahead)))} workers`,
);
console.log(
  `Redis hands out ${number(1000 / plan.redisMs)} jobs a second: with shards of 1,000, ${number((1000 / plan.redisMs) * clipSeconds(1) * 1000)} workers`,
);
console.log(
  `one worker that fetches a clip at a time would need ${number((plan.latencyMs + plan.clipMs) / 1000 / clipSeconds(1), 1)} times as long`,
);
