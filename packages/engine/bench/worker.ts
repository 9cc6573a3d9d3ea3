/**
 * One engine in a process of its own: `worker.ts ENGINE THREADS`. Reads jobs `{ work, seconds }` as JSON lines and answers with
 * `{ perSec, best, cpuMs }`: steps or predictions a second, median and fastest, and processor time of one; `{ ready, startMs }` comes first, `{ rssMb }` with every answer.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type * as core from "@tensorflow/tfjs-core";
import type * as layersApi from "@tensorflow/tfjs-layers";
import { type EngineParts, findEngine } from "../src/native/engineFolder.js";
import { buildNet, type NetName, netData } from "./nets.js";

const [engine, threads] = [process.argv[2], Number(process.argv[3])];
const require = createRequire(import.meta.url);
const started = performance.now();

const ours = () => import("@earshot/engine");

async function load(): Promise<{ tf: typeof core; layers: typeof layersApi }> {
  if (engine === "earshot") {
    const { useEngine } = await ours();
    return (await useEngine({ threads })) as never;
  }
  const tf = require("@tensorflow/tfjs-core") as typeof core;
  const layers = require("@tensorflow/tfjs-layers") as typeof layersApi;
  if (engine === "tfjs-node") await loadNode(tf);
  else {
    const wasm = require("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(`${require.resolve("@tensorflow/tfjs-backend-wasm").replace(/dist.*$/, "dist/")}`);
    await tf.setBackend("wasm");
  }
  await tf.ready();
  return { tf, layers };
}

/** tfjs-node as it is, on the library that `installEngine` has put beside it; nothing of ours routes its gradients. */
async function loadNode(tf: typeof core): Promise<void> {
  const { packageFolder, addon } = (await findEngine("tensorflow-cpu")) as EngineParts;
  const own = createRequire(join(packageFolder, "package.json"));
  const util = require("node:util");
  util.isNullOrUndefined ??= (v: unknown) => v === null || v === undefined;
  util.isArray ??= Array.isArray;
  const { NodeJSKernelBackend } = own("./dist/nodejs_kernel_backend.js");
  const backend = new NodeJSKernelBackend(own(addon), "@tensorflow/tfjs-node");
  own("./dist/register_all_kernels.js");
  tf.registerBackend("tensorflow", () => backend, 3);
  await tf.setBackend("tensorflow");
}

const { tf, layers } = await load();
const say = (answer: object) => console.log(JSON.stringify(answer));
say({ ready: true, startMs: performance.now() - started });

const cpuMsSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const nets = new Map<string, { model: layersApi.Sequential; x: core.Tensor; y: core.Tensor }>();
const net = (name: NetName, batch: number) => {
  const key = `${name}/${batch}`;
  const made = nets.get(key) ?? { model: buildNet(tf, layers, name), ...netData(tf, name, batch) };
  nets.set(key, made);
  return made;
};

for await (const line of createInterface({ input: process.stdin })) {
  const { work, seconds } = JSON.parse(line) as { work: string; seconds: number };
  const [kind, name, size] = work.split(" ") as ["train" | "infer" | "compiled", NetName, string];
  try {
    const { model, x, y } = net(name, Number(size));
    // The peers know one way to predict.
    const compiled = kind === "compiled" && engine === "earshot" ? (await ours()).compileModel(model) : undefined;
    const data = x.dataSync() as Float32Array;
    const once = async () => {
      if (compiled) compiled.run(data, Number(size));
      else if (kind === "train") await model.trainOnBatch(x, y);
      else tf.tidy(() => void (model.predict(x) as core.Tensor).dataSync());
    };
    // A second of processor time goes by before the clock starts: compilers are done then, in every contender.
    const warm = process.cpuUsage();
    for (let i = 0; i < (kind === "train" ? 2 : 5) || cpuMsSince(warm) < 1000; i++) await once();
    const times: number[] = [];
    const begin = performance.now();
    const spent = process.cpuUsage();
    while (performance.now() - begin < seconds * 1000 || times.length < 3) {
      const t = performance.now();
      await once();
      times.push(performance.now() - t);
    }
    const cpuMs = cpuMsSince(spent) / times.length;
    compiled?.dispose();
    times.sort((a, b) => a - b);
    say({
      perSec: 1000 / times[times.length >> 1],
      best: 1000 / times[0],
      cpuMs,
      rssMb: process.memoryUsage().rss / 2 ** 20,
    });
  } catch (error) {
    say({ error: String((error as Error).message).split("\n")[0] });
  }
}
