import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundleForBrowser } from "@earshot/testing";
import { isInstalled } from "../src/native/engineFolder.js";

// Training and inference of the reference networks beside PyTorch, tfjs-node (on the library of `earshot engine install tensorflow-cpu`,
// where that is installed) and stock tfjs wasm, turn by turn, each in a process of its own. Ratios are peer time / our time. Start is that
// of the built package, in fresh processes. `--rounds N` (default 3), `--seconds S` a turn (default 3), `--only TEXT`, `--json FILE`.

interface Row {
  work: string;
  ours: number | null;
  peer: number | null;
  peerName: string;
  unit: string;
  /** Ours / peer where more is better, else peer / ours: above 1 we are ahead. */
  ratio: number | null;
  spread: number;
}

interface Answer {
  perSec?: number;
  cpuMs?: number;
  rssMb?: number;
  error?: string;
}

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at > 0 ? process.argv[at + 1] : undefined;
};
const rounds = Number(argument("--rounds") ?? 3);
const seconds = Number(argument("--seconds") ?? 3);
const only = argument("--only") ?? "";
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A process that answers one job at a time. */
class Contender {
  private readonly answers: AsyncIterator<string>;
  readonly ready: Promise<Answer>;

  constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    this.answers = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    this.ready = this.next();
  }

  async ask(work: string): Promise<Answer> {
    this.child.stdin?.write(`${JSON.stringify({ work, seconds })}\n`);
    return await this.next();
  }

  end(): void {
    this.child.stdin?.end();
    this.child.kill();
  }

  private async next(): Promise<Answer> {
    for (;;) {
      const { value, done } = await this.answers.next();
      if (done) return { error: "the process ended" };
      // Engines greet on stdout as well.
      if (value.startsWith("{")) return JSON.parse(value) as Answer;
    }
  }
}

const stdio: ["pipe", "pipe", "ignore"] = ["pipe", "pipe", "ignore"];
const nodeContender = (engine: string, threads: number): Contender =>
  new Contender(
    engine,
    spawn(
      process.execPath,
      ["--import", "tsx", "--conditions=@earshot/source", here("worker.ts"), engine, String(threads)],
      {
        stdio,
        cwd: here(".."),
        // For TensorFlow's library, which takes all cores otherwise.
        env: {
          ...process.env,
          TF_NUM_INTRAOP_THREADS: String(threads),
          TF_NUM_INTEROP_THREADS: "1",
          TF_CPP_MIN_LOG_LEVEL: "3",
        },
      },
    ),
  );

const installed = await isInstalled("tensorflow-cpu");
if (!installed) {
  process.stderr.write(
    "tfjs-node is not installed (`earshot engine install tensorflow-cpu`): its column stays empty.\n",
  );
}

function contenders(threads: number): Contender[] {
  const list = [nodeContender("earshot", threads)];
  const python = process.env.EARSHOT_PEERS_PYTHON;
  if (python && existsSync(python)) {
    const script = here("../../../tools/peers/engine.py");
    list.push(
      new Contender("PyTorch channels_last", spawn(python, [script, String(threads), "channels_last"], { stdio })),
    );
  }
  if (installed) list.push(nodeContender("tfjs-node", threads));
  if (threads === 1) list.push(nodeContender("tfjs wasm", threads));
  return list;
}

const works = [
  ...["train cnn 32", "train lstm 32", "train hybrid 32"],
  // `model.predict` of TensorFlow.js, and the same network by `compileModel`.
  ...["infer cnn 1", "infer cnn 32", "compiled cnn 1", "compiled cnn 32"],
].filter((w) => w.includes(only));
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const rows: Row[] = [];
const add = (row: Row): void => {
  rows.push(row);
  const show = (v: number | null): string => (v === null ? "–" : v.toPrecision(3)).padStart(9);
  console.log(
    `${row.work.padEnd(28)}${show(row.ours)}${show(row.peer)}  ${row.peerName.padEnd(24)}${row.unit.padEnd(16)}${show(row.ratio)}  ±${(100 * row.spread).toFixed(0)} %`,
  );
};

console.log(
  `${"work".padEnd(28)}${"ours".padStart(9)}${"peer".padStart(9)}  ${"".padEnd(24)}${"".padEnd(16)}${"ratio".padStart(9)}`,
);
for (const threads of [1, 2]) {
  const all = contenders(threads);
  await Promise.all(all.map((c) => c.ready));
  for (const work of works) {
    const answers = all.map((): Answer[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, contender] of all.entries()) {
        // What a peer cannot do, or does in seconds a step, it is asked once.
        const slow = answers[i].some((a) => a.error || (a.perSec ?? 0) < 1);
        if (!slow) answers[i].push(await contender.ask(work));
      }
    }
    const speed = (i: number): number | null => {
      const values = answers[i].flatMap((a) => a.perSec ?? []);
      return values.length ? median(values) : null;
    };
    const mine = answers[0].flatMap((a) => a.perSec ?? []);
    const ours = speed(0);
    const spread = ours ? (Math.max(...mine) - Math.min(...mine)) / ours : 0;
    const name = `${work}, ${threads} thread${threads > 1 ? "s" : ""}`;
    for (const [i, { name: peerName }] of all.entries()) {
      if (i === 0) continue;
      const peer = speed(i);
      add({ work: name, ours, peer, peerName, unit: "per second", ratio: ours && peer ? ours / peer : null, spread });
      const cpu = (list: Answer[]): number => median(list.flatMap((a) => a.cpuMs ?? []));
      if (threads === 1 && peer && answers[0][0].cpuMs && answers[i][0].cpuMs) {
        const [own, other] = [cpu(answers[0]), cpu(answers[i])];
        add({ work: name, ours: own, peer: other, peerName, unit: "ms of processor", ratio: other / own, spread: 0 });
      }
      if (work !== "train cnn 32" || !peer) continue;
      const [rss, theirs] = [answers[0], answers[i]].map((list) => Math.max(...list.map((a) => a.rssMb ?? 0)));
      add({ work: `${name}: memory`, ours: rss, peer: theirs, peerName, unit: "MB", ratio: theirs / rss, spread: 0 });
    }
  }
  for (const contender of all) contender.end();
}

/** Milliseconds from a fresh process's first import to an engine that has computed something, and processor time of it. */
function startOf(code: string): [number, number] {
  const script =
    `const t = performance.now(), c = process.cpuUsage(); ${code}; const { user, system } = process.cpuUsage(c);` +
    "console.log(JSON.stringify([performance.now() - t, (user + system) / 1000]));";
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: here(".."), encoding: "utf8" }),
  );
}

if (!only || "start".includes(only)) {
  const ours = (threads: number) =>
    `const { useEngine, tf } = await import("./dist/index.js"); await useEngine({ threads: ${threads} }); tf.matMul(tf.ones([8, 8]), tf.ones([8, 8])).dataSync()`;
  for (const threads of [1, 2]) {
    const times = Array.from({ length: 2 * rounds + 1 }, () => startOf(ours(threads)));
    const work = `start, ${threads} thread${threads > 1 ? "s" : ""}`;
    for (const [i, unit] of ["ms", "ms of processor"].entries()) {
      const own = times.map((t) => t[i]);
      const spread = (Math.max(...own) - Math.min(...own)) / median(own);
      add({ work, ours: median(own), peer: null, peerName: "", unit, ratio: null, spread });
    }
  }
}
if (!only || "size".includes(only)) {
  const whole = gzipSync(
    await bundleForBrowser('export * from "@earshot/engine";', here("."), { minify: true }),
  ).length;
  const parts =
    'export * as tf from "@tensorflow/tfjs-core"; export * as layers from "@tensorflow/tfjs-layers"; export { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";';
  const below = gzipSync(await bundleForBrowser(parts, here("."), { minify: true })).length;
  add({
    work: "size beyond tfjs, gzipped",
    ours: (whole - below) / 1024,
    peer: null,
    peerName: "",
    unit: "kB",
    ratio: null,
    spread: 0,
  });
}
const file = argument("--json");
if (file) writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
