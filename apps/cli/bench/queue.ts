import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeWav } from "@earshot/datasets";
import { createRng } from "@earshot/dsp";
import { startRedis } from "@earshot/testing/redis";

// Two workers over Redis beside the pool of this machine, on the same recordings; and what handing out a shard costs, by itself. Each extraction
// is a process of its own, as a user's is, without what it takes to start it; the pool starts its threads, the workers are there. What runs is
// built: `npx pnpm build`, then `node --import tsx apps/cli/bench/queue.ts [--files 5000] [--rounds 5] [--json FILE]`.
// Where others use the machine too, the processors' time says more than the clock.

const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name);
  return at > 0 ? Number(process.argv[at + 1]) : fallback;
};
const jsonAt = process.argv.indexOf("--json");
const files = argument("--files", 5000);
const rounds = argument("--rounds", 5);
const workers = 2;
const dist = new URL("../dist/", import.meta.url).href;
const { runOn } = (await import(`${dist}queue/distribute.js`)) as typeof import("../src/queue/distribute.js");
const { shardsOf, writeLists } = (await import(`${dist}queue/shards.js`)) as typeof import("../src/queue/shards.js");
const { openPlace } = (await import(`${dist}storage/place.js`)) as typeof import("../src/storage/place.js");
const { Redis } = await import("ioredis");

interface Cost {
  /** Seconds. */
  clock: number;
  /** Seconds of processors, of all processes that took part. */
  processor: number;
}

const config = { kind: "mfcc", sampleRate: 16000, nFft: 512, hopLength: 160, nMels: 40, nMfcc: 13 } as const;
const folder = mkdtempSync(join(tmpdir(), "earshot-queue-"));
for (const name of ["redis", "sounds", "empty"]) mkdirSync(join(folder, name));

/** Three seconds of noise each; two hundred files, which come again and again under other names. */
const rng = createRng(1);
const paths = Array.from({ length: 200 }, (_, i) => {
  const path = join(folder, "sounds", `${i}.wav`);
  const samples = Float32Array.from({ length: 48_000 }, () => 0.2 * rng.normal());
  writeFileSync(path, encodeWav({ samples, sampleRate: 16_000 }));
  return path;
});
const pathOf = (i: number): string => paths[i % paths.length];
const items = Array.from({ length: files }, (_, i) => ({ id: `${i}.wav`, label: String(i % 10), path: pathOf(i) }));

const redis = await startRedis(join(folder, "redis"));
const client = new Redis(redis.url);
const info = async (section: string, key: string): Promise<number> =>
  Number(new RegExp(`${key}:([\\d.]+)`).exec(await client.info(section))?.[1]);
const redisSeconds = async (): Promise<number> =>
  (await info("cpu", "used_cpu_user")) + (await info("cpu", "used_cpu_sys"));
const bin = fileURLToPath(new URL("../bin/earshot.js", import.meta.url));
const crew: ChildProcess[] = Array.from({ length: workers }, () =>
  spawn(process.execPath, [bin, "worker", "--queue", redis.url, "--workers", "1"], { stdio: "ignore" }),
);

/** Seconds of processors that workers and server have used. */
async function others(): Promise<number> {
  let seconds = await redisSeconds();
  for (const { pid } of crew) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    seconds += (Number(fields[11]) + Number(fields[12])) / 100;
  }
  return seconds;
}

const script = `
const [job, url, dist] = process.argv.slice(2);
const { readFileSync } = await import("node:fs");
const { extractCorpus } = await import(dist + "features/extractCorpus.js");
const { runHere } = await import(dist + "queue/runHere.js");
const { runOn } = await import(dist + "queue/distribute.js");
const { corpus, config, out, workers } = JSON.parse(readFileSync(job, "utf8"));
const begin = performance.now();
const before = process.cpuUsage();
await extractCorpus(corpus, { config, out, runner: url === "" ? runHere(workers) : runOn(url), skipBroken: false });
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ clock: (performance.now() - begin) / 1000, processor: (user + system) / 1e6 }));`;

const main = join(folder, "extract.mjs");
writeFileSync(main, script);

let made = 0;
/** An extraction by a process of its own. @param url of a queue, or "" for the pool */
async function extract(url: string): Promise<Cost> {
  const job = join(folder, "job.json");
  const out = join(folder, `${made++}.arrow`);
  writeFileSync(job, JSON.stringify({ corpus: { items, title: "noise", licence: "none" }, config, out, workers }));
  const before = await others();
  const child = spawn(process.execPath, [main, job, url, dist], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = "";
  child.stdout.on("data", (text: Buffer) => {
    told += text;
  });
  await new Promise((done) => child.once("close", done));
  const { clock, processor } = JSON.parse(told) as Cost;
  return { clock, processor: processor + (await others()) - before };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const work = { kind: "shard", place: join(folder, "empty"), job: { config, metadata: {} } } as const;
const place = openPlace(work.place);
/** Makes the result of a shard, so that nothing is left of it but to list, hand out, take and tell. */
function pretend(name: string, of: number): void {
  writeFileSync(join(work.place, `${name}.arrow`), "");
  writeFileSync(join(work.place, `${name}.json`), JSON.stringify({ name, items: of, broken: 0 }));
}

try {
  // Both once before: modules are in the system's memory, tables of the workers are made.
  await extract("");
  await extract(redis.url);
  const here: Cost[] = [];
  const there: Cost[] = [];
  for (let i = 0; i < rounds; i++) {
    here.push(await extract(""));
    there.push(await extract(redis.url));
    const [a, b] = [here[i], there[i]].map((c) => `${c.clock.toFixed(2)} s (processors ${c.processor.toFixed(2)} s)`);
    console.log(`round ${i + 1}: pool ${a}, queue ${b}`);
  }
  const clock = median(here.map((one, i) => one.clock / there[i].clock));
  const processor = median(here.map((one, i) => one.processor / there[i].processor));
  console.log(
    `${files} files, ${workers} workers over Redis against the pool: ${clock.toFixed(3)} by the clock, ${processor.toFixed(3)} by the processors`,
  );

  const many = 50;
  const thousands = Array.from({ length: many * 1000 }, (_, i) => ({ id: `${i}`, path: pathOf(i) }));
  const costs: number[] = [];
  for (let i = 0; i < rounds; i++) {
    for (const name of readdirSync(work.place)) rmSync(join(work.place, name));
    const cut = () => shardsOf(thousands, { round: i }, { path: ({ path }) => path, size: 1000 });
    for (const { name } of cut()) pretend(name, 1000);
    const begin = performance.now();
    const shards = cut();
    await writeLists(place, shards, (name) => `${name}.items.json`);
    for (const { name } of shards) JSON.parse(Buffer.from(await place.read(`${name}.items.json`)).toString());
    const pieces = shards.map(({ name }) => ({ work: { ...work, name }, items: 1000 }));
    await runOn(redis.url)(pieces, { title: `empty ${i}`, onResult: () => undefined });
    costs.push((performance.now() - begin) / many);
  }
  const shardMs = median(costs);
  console.log(`a shard of 1,000 files costs ${shardMs.toFixed(1)} ms beside its work`);

  // What the server does for a job, and keeps of it: numbers for plans.
  const jobs = 3000;
  const names = Array.from({ length: jobs }, (_, i) => `job-${i}`);
  for (const name of names) pretend(name, 1);
  const [memory, spent, begin] = [await info("memory", "used_memory"), await redisSeconds(), performance.now()];
  const pieces = names.map((name) => ({ work: { ...work, name }, items: 1 }));
  await runOn(redis.url)(pieces, { title: "jobs", onResult: () => undefined });
  const rate = (1000 * jobs) / (performance.now() - begin);
  const redisMs = (1000 * ((await redisSeconds()) - spent)) / jobs;
  const redisBytes = ((await info("memory", "used_memory")) - memory) / jobs;
  console.log(
    `${jobs} jobs with nothing to do: ${rate.toFixed(0)} a second; Redis takes ${redisMs.toFixed(2)} ms of its processor and keeps ${redisBytes.toFixed(0)} bytes of each; a recording's features have ${(statSync(join(folder, "0.arrow")).size / files).toFixed(0)} bytes`,
  );
  if (jsonAt > 0) {
    const facts = { files, workers, rounds, clock, processor, shardMs, rate, redisMs, redisBytes };
    writeFileSync(process.argv[jsonAt + 1], `${JSON.stringify(facts, null, 2)}\n`);
  }
} finally {
  for (const child of crew) child.kill("SIGKILL");
  client.disconnect();
  await redis.kill();
  rmSync(folder, { recursive: true, force: true });
}
