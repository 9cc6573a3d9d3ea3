import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { BenchRow } from "@earshot/testing/peers";
import { createRandom } from "../src/index.js";
import { type LayerSpec, neuralClassifier } from "../src/neural/index.js";
import { onnxClassifier } from "../src/onnx/index.js";

// Predictions of the reference network (four convolutions of 32 to 128 filters on 64 × 128) on onnxruntime-node beside PyTorch, channels
// last, turn by turn: time of a call, and the processor's time of it. `--rounds N`, `--seconds S` a turn.

interface Answer {
  perSec: number;
  cpuMs: number;
}

const conv = (filters: number): LayerSpec[] => [
  { kind: "conv2d", filters },
  { kind: "batchNorm" },
  { kind: "activation", activation: "relu" },
];
const layers: LayerSpec[] = [
  ...[32, 64, 128].flatMap((filters) => [...conv(filters), { kind: "maxPool" } as const]),
  ...conv(128),
  { kind: "globalPool" },
  { kind: "dense", units: 128, activation: "relu" },
  { kind: "dropout", rate: 0.3 },
];

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Rows of batches of 1 and of 32, on one thread and on two; none where onnxruntime-node is not installed. */
export async function inferenceRows({ rounds = 5, seconds = 2 } = {}): Promise<BenchRow[]> {
  const rng = createRandom(1);
  const inputs = (n: number) => ({
    data: Float32Array.from({ length: n * 64 * 128 }, () => rng.normal()),
    shape: [n, 64, 128],
  });
  const labels = Array.from({ length: 20 }, (_, i) => `c${i % 10}`);
  const model = await neuralClassifier({ layers, epochs: 1, batchSize: 20 }).fit(inputs(20), labels);
  const rows: BenchRow[] = [];
  for (const threads of [1, 2]) {
    const fast = await onnxClassifier(model, { threads });
    if (!fast) return [];
    const peer = startTorch(threads);
    for (const batch of [1, 32]) {
      const x = inputs(batch);
      const [ours, theirs]: [Answer[], Answer[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        ours.push(await timed(() => fast.predictProba(x), seconds));
        const answer = await peer?.ask({ work: `infer cnn ${batch}`, seconds });
        if (answer) theirs.push(answer);
      }
      const title = `predict, onnxruntime-node, batch ${batch}, ${threads} thread${threads > 1 ? "s" : ""}`;
      rows.push(
        row(
          title,
          "s",
          ours.map((a) => 1 / a.perSec),
          theirs.map((a) => 1 / a.perSec),
        ),
      );
      if (threads === 1) {
        const cpu = (list: Answer[]): number[] => list.map((a) => a.cpuMs / 1000);
        rows.push(row(`${title}, processor time`, "s", cpu(ours), cpu(theirs)));
      }
    }
    fast.dispose();
    peer?.end();
  }
  model.dispose();
  return rows;
}

async function timed(run: () => unknown, seconds: number): Promise<Answer> {
  for (let i = 0; i < 3; i++) await run();
  const times: number[] = [];
  const [began, spent] = [performance.now(), process.cpuUsage()];
  while (performance.now() - began < 1000 * seconds || times.length < 3) {
    const from = performance.now();
    await run();
    times.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(spent);
  return { perSec: 1000 / median(times), cpuMs: (user + system) / 1000 / times.length };
}

function row(work: string, unit: string, ours: number[], theirs: number[]): BenchRow {
  const [mine, other] = [median(ours), theirs.length > 0 ? median(theirs) : null];
  return {
    work,
    ours: mine,
    peer: other,
    peerName: "PyTorch channels_last",
    unit,
    ratio: other === null ? null : other / mine,
    spread: (Math.max(...ours) - Math.min(...ours)) / mine,
  };
}

/** tools/peers/engine.py with its threads; undefined without an interpreter. */
function startTorch(threads: number) {
  const python = process.env.EARSHOT_PEERS_PYTHON;
  if (!python) return undefined;
  const script = fileURLToPath(new URL("../../../tools/peers/engine.py", import.meta.url));
  const child = spawn(python, [script, String(threads), "channels_last"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Answer> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("PyTorch's process ended; its error is above.");
    return JSON.parse(value);
  };
  const ready = next();
  return {
    async ask(job: object): Promise<Answer> {
      await ready;
      child.stdin.write(`${JSON.stringify(job)}\n`);
      return next();
    },
    end: () => child.stdin.end(),
  };
}
