import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { BenchRow } from "@earshot/testing/peers";
import { curveTable, loadCurve } from "./curve.js";

// pnpm bench live [--quick] [--cost] [--memory] [--curve] [--json FILE]: the server on one core, the load on another. What a stream costs, how late
// answers come, how many fit. --cost measures the first alone, by processor time, which a machine at other work changes least; --memory what
// connections and streams take; --curve how all shipped models fare with 1 to 1,000 listeners, in one process and in two.

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    quick: { type: "boolean", default: false },
    cost: { type: "boolean", default: false },
    memory: { type: "boolean", default: false },
    curve: { type: "boolean", default: false },
  },
  strict: false,
});
const pinned = cpus().length > 1 && spawnSync("taskset", ["-V"]).status === 0;
const seconds = values.quick ? 6 : 13;

interface Usage {
  rss: number;
  cpuSec: number;
}
interface Load {
  predictions: number;
  p50: number;
  p95: number;
  p99: number;
  dropped: number;
  errors: number;
}

/** A program of this folder on a core of its own, as lines of JSON. */
function start(core: number, file: string, ...args: string[]) {
  const script = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const typed = file.endsWith(".ts") ? ["--import", "tsx", "--conditions=@earshot/source"] : [];
  const node = [process.execPath, "--expose-gc", ...typed, script, ...args];
  const command = pinned ? ["taskset", "-c", String(core), ...node] : node;
  const child: ChildProcessWithoutNullStreams = spawn(command[0], command.slice(1));
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? "{}");
  return { child, next };
}

async function withServer<T>(
  model: string,
  work: (url: string, usage: () => Promise<Usage>) => Promise<T>,
): Promise<T> {
  const server = start(0, "serve.mjs", model);
  const { url } = await server.next();
  const usage = async () => {
    server.child.stdin.write("usage\n");
    return server.next() as Promise<Usage>;
  };
  try {
    return await work(url, usage);
  } finally {
    server.child.stdin.end();
    await new Promise((exit) => server.child.once("exit", exit));
  }
}

async function load(url: string, streams: number): Promise<Load> {
  const generator = start(1, "load.ts", url, String(streams), String(seconds));
  await generator.next();
  return generator.next();
}

const rows: BenchRow[] = [];
const add = (work: string, ours: number, unit: string, spread = 0) => {
  rows.push({ work, ours, peer: null, peerName: "", unit, ratio: null, spread });
  console.log(
    `${work.padEnd(64)} ${ours.toFixed(ours < 10 ? 2 : 0).padStart(8)} ${unit}${spread ? `  ± ${spread.toFixed(1)}` : ""}`,
  );
};
if (values.curve) {
  const began = new Date().toISOString().slice(0, 10);
  const busy = loadavg()[0] >= 1 ? `, under a load of ${loadavg()[0].toFixed(0)} from other work` : "";
  const machine = `${began}, ${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.versions.node}${busy}`;
  console.log(`All shipped models, server and listeners on the same ${cpus().length} cores: ${machine}`);
  const points = await loadCurve(values.quick ? 6 : 13, (point) =>
    console.log(point ? curveTable([point]).split("\n").at(-1) : "| no answer in a minute, or none at all |"),
  );
  const content = `${machine}; listeners on the same cores:\n\n${curveTable(points)}`;
  console.log(`\n${content}`);
  if (typeof values.json === "string") {
    writeFileSync(values.json, `${JSON.stringify({ mark: "curve", content, points }, null, 2)}\n`);
  }
  process.exit(0);
}
const median = (x: number[]) => [...x].sort((a, b) => a - b)[x.length >> 1];

console.log(
  `Server on core 0, load on core 1${pinned ? "" : " (not pinned: taskset is missing)"}; ${cpus()[0].model}, Node ${process.version}`,
);
// What a stream costs falls with their number: windows share calls, and messages share wake-ups.
const costs = [
  ["logistic", 50],
  ["logistic", 150],
  ["dsCnn", 50],
  ["dsCnn", 150],
  ["dsCnn", 300],
  ["dsCnnEngine", 50],
] as const;
for (const [model, streams] of values.memory ? [] : costs) {
  await withServer(model, async (url, usage) => {
    const generator = start(1, "load.ts", url, String(streams), "14");
    await generator.next();
    await new Promise((r) => setTimeout(r, 6000));
    const before = await usage();
    const beganMs = performance.now();
    await new Promise((r) => setTimeout(r, 6000));
    const seconds = (performance.now() - beganMs) / 1000;
    const { cpuSec } = await usage();
    add(
      `${model}: processor time of a second of a stream, of ${streams}`,
      (1000 * (cpuSec - before.cpuSec)) / (streams * seconds),
      "ms",
    );
    await generator.next();
  });
}
for (const model of values.cost || values.memory ? [] : ["dsCnn", "logistic", "empty"]) {
  await withServer(model, async (url) => {
    const runs: Load[] = [];
    for (let i = 0; i < (values.quick ? 1 : 3); i++) runs.push(await load(url, 100));
    for (const key of ["p50", "p99"] as const) {
      const all = runs.map((run) => run[key]);
      add(
        `${model}: last sample received → prediction sent, 100 streams, ${key}`,
        median(all),
        "ms",
        Math.max(...all) - Math.min(...all),
      );
    }
    let most = 0;
    for (let streams = 200; streams <= 1600; streams += streams < 400 ? 100 : 200) {
      const run = await load(url, streams);
      const expected = streams * 4 * (seconds - 4);
      console.error(`  ${model} ${streams} streams: ${JSON.stringify(run)}`);
      if (run.p99 >= 100 || run.dropped > 0 || run.errors > 0 || run.predictions < 0.9 * expected) break;
      most = streams;
    }
    add(`${model}: streams on one core, p99 < 100 ms, none dropped`, most, "streams");
  });
}
if (!values.cost)
  await withServer("logistic", async (url, usage) => {
    const memory = async () => (await usage()).rss;
    const before = await memory();
    const idle = start(1, "load.ts", url, "500", "3", "idle");
    await idle.next();
    add("memory of an idle connection", ((await memory()) - before) / 500 / 1024, "kB");
    await idle.next();
    // What each further stream takes: the first ones also pay for compiled code and a grown young generation, once.
    const during = async (streams: number) => {
      const generator = start(1, "load.ts", url, String(streams), "9");
      await generator.next();
      await new Promise((r) => setTimeout(r, 6000));
      const rss = await memory();
      await generator.next();
      return rss;
    };
    const few = await during(100);
    add("memory of 100 streams, each", (few - before) / 100 / 1024, "kB");
    add("memory of a further stream, of 300", ((await during(300)) - few) / 200 / 1024, "kB");
  });
if (typeof values.json === "string") writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
