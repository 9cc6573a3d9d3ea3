import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { EarshotBackend } from "../src/backend/backend.js";
import {
  batchNormPredict,
  batchNormTrain,
  conv2d,
  createOptimiser,
  dense,
  depthwiseConv2d,
  gru,
  lstm,
  softmaxCrossEntropy,
  tf,
  useEngine,
} from "../src/index.js";
import { randn } from "./support.js";

const root = fileURLToPath(new URL("..", import.meta.url));
// Before the first tensor, or tfjs advises on the console to install another backend.
await useEngine({ threads: 2 });

const whole = (shape: number[]): tf.Tensor => tf.ones(shape, "int32");

afterAll(async () => {
  await useEngine({ threads: 1, deterministic: false });
});

describe("shapes and numbers that do not fit", () => {
  const lstmWeights = { kernel: randn([5, 16], 1), recurrent: randn([4, 16], 2), bias: randn([16], 3) };
  const gruWeights = { kernel: randn([5, 12], 1), recurrent: randn([4, 12], 2), bias: randn([12], 3) };
  const x = randn([2, 3, 5], 4);
  const image = randn([1, 5, 5, 3], 5);
  const filter = randn([3, 3, 3, 8], 6);
  const row = randn([2, 3], 7);
  const three = randn([3], 8);
  const moments = { gamma: three, beta: three, mean: three, variance: tf.ones([3]) };

  const cases: [RegExp | string, () => unknown][] = [
    ["conv2d: bias must be [8], got [7].", () => conv2d(image, filter, randn([7], 1))],
    ["conv2d: strides must be whole numbers above 0, got 0.", () => conv2d(image, filter, undefined, { strides: 0 })],
    [
      "conv2d: dilations must be whole numbers above 0, got 1.5.",
      () => conv2d(image, filter, undefined, { dilations: [1, 1.5] }),
    ],
    [
      'conv2d: pad must be "same", "valid" or a whole number of pixels, got "causal".',
      () => conv2d(image, filter, undefined, { pad: "causal" as "same" }),
    ],
    ['conv2d: x must be float32, got int32; use tf.cast(x, "float32").', () => conv2d(whole([1, 5, 5, 3]), filter)],
    [
      "depthwiseConv2d: bias must be [3], got [8].",
      () => depthwiseConv2d(image, randn([3, 3, 3, 1], 1), randn([8], 1)),
    ],
    ["dense: bias must be [4], got [3].", () => dense(row, randn([3, 4], 1), three)],
    ['dense: x must be float32, got int32; use tf.cast(x, "float32").', () => dense(whole([2, 3]), randn([3, 4], 1))],
    ["batchNormTrain: x has 3 channels, gamma 4 and beta 3.", () => batchNormTrain(row, randn([4], 1), three)],
    ["batchNormPredict: mean must be [3], got [2].", () => batchNormPredict(row, { ...moments, mean: randn([2], 1) })],
    ["lstm: bias must be [16], got [15].", () => lstm(x, { ...lstmWeights, bias: randn([15], 1) })],
    ["lstm: c0 must be [2,4], got [1,4].", () => lstm(x, lstmWeights, { c0: randn([1, 4], 1) })],
    ["lstm: mask must be [2,3], got [2,4].", () => lstm(x, lstmWeights, { mask: tf.ones([2, 4]) })],
    ["lstm: drop must be [2,4], got [4].", () => lstm(x, lstmWeights, { drop: tf.ones([4]) })],
    ["gru: h0 must be [2,4], got [2,3].", () => gru(x, gruWeights, { h0: row })],
    ["gru: recurrentBias must be [12], got [11].", () => gru(x, { ...gruWeights, recurrentBias: randn([11], 1) })],
    ["softmaxCrossEntropy: weights must be [2], got [3].", () => softmaxCrossEntropy(row, row, three)],
    [
      "step: gradient 0 must be [3], got [4].",
      () => createOptimiser({ kind: "sgd", learningRate: 1 }).step([tf.variable(three)], [randn([4], 1)]),
    ],
    [
      /^Error in matMul: inner shapes \(3\) and \(4\)/,
      () => tf.matMul(row as tf.Tensor2D, randn([4, 3], 1) as tf.Tensor2D),
    ],
    [/^Error in concat2D: Shape of tensors\[1\] \(2,4\)/, () => tf.concat([row, randn([2, 4], 1)], 0)],
    [/^Error in slice1D: begin\[0\] \+ size\[0\]/, () => tf.slice(three, [2], [5])],
    [
      /^engine: there is no kernel "Hartley"; register one with tf\.registerKernel\(.*\), or use other operations\.$/,
      () => tf.engine().runKernel("Hartley", { x: three }),
    ],
  ];

  it("get one sentence each, no tensor stays behind, and the engine goes on", async () => {
    await useEngine({ threads: 2 });
    const { heap } = tf.backend() as EarshotBackend;
    tf.tidy(() => dense(row, randn([3, 4], 1)));
    const before = [tf.memory().numTensors, heap.blocks];
    for (const [sentence, run] of cases) {
      let message = "";
      try {
        tf.tidy(() => void run());
      } catch (error) {
        ({ message } = error as Error);
      }
      if (typeof sentence === "string") expect(message).toBe(sentence);
      else expect(message).toMatch(sentence);
    }
    expect([...tf.tidy(() => tf.add(tf.ones([2]), 1)).dataSync()]).toEqual([2, 2]);
    // The optimiser's variable and the sum are the test's own.
    expect(tf.memory().numTensors - before[0]).toBeLessThanOrEqual(2);
    expect(heap.blocks - before[1]).toBeLessThanOrEqual(2);
  });

  it("a tensor beyond the heap is refused by name of its size, and others still fit", async () => {
    await useEngine({ threads: 2 });
    tf.tidy(() => {
      const [column, row] = [tf.ones([40_000, 1]), tf.ones([1, 40_000])] as tf.Tensor2D[];
      expect(() => tf.matMul(column, row)).toThrow(
        /^engine: tensors need 61\d\d MB, and the heap cannot grow beyond \d+ MB.*; lower the batch size, or dispose of tensors that are not needed\.$/,
      );
      expect(tf.sum(tf.ones([10])).dataSync()[0]).toBe(10);
    });
  });
});

describe("workers that die", () => {
  const product = (): number =>
    tf.tidy(() => tf.sum(tf.matMul(tf.ones([256, 256]), tf.ones([256, 256]))).dataSync()[0]);

  /** Starts two workers, and hands out their threads. */
  async function startTwo(): Promise<Worker[]> {
    await useEngine({ threads: 1 });
    const started = vi.spyOn(Worker.prototype, "unref");
    await useEngine({ threads: 3 });
    const workers = started.mock.contexts as Worker[];
    started.mockRestore();
    expect(workers).toHaveLength(2);
    return workers;
  }

  it("while a kernel runs are noticed, nothing runs without them, and the next useEngine replaces them", async () => {
    const [, victim] = await startTwo();
    const kept = tf.tensor1d([1, 2, 3]);
    const before = tf.memory().numTensors;
    // No event can come in between: the thread is on its way out while the next kernel waits for it.
    void victim.terminate();
    const sentence =
      /^engine: worker 2 of 2 has ended \(.*\); call useEngine\(\) again for new workers, tensors stay, and repeat the step\.$/;
    const untilNoticed = (): void => {
      for (;;) product();
    };
    expect(untilNoticed).toThrow(sentence);
    expect(product).toThrow(sentence);
    expect(tf.memory().numTensors).toBe(before);
    expect((await useEngine()).threads).toBe(3);
    expect(product()).toBe(256 ** 3);
    expect([...tf.tidy(() => tf.add(kept, 1)).dataSync()]).toEqual([2, 3, 4]);
    kept.dispose();
  }, 20_000);

  it("between two kernels are named with their exit code", async () => {
    const [victim, other] = await startTwo();
    await victim.terminate();
    expect(product).toThrow(/^engine: worker 1 of 2 has ended \(exit code 1\)/);
    await useEngine();
    expect(product()).toBe(256 ** 3);
    // The survivor of the old pool is ended too: no thread is left without work.
    await vi.waitFor(() => expect(other.threadId).toBe(-1));
  });

  it("at their start are named with their error, and the engine in use stays", async () => {
    await useEngine({ threads: 1 });
    const started = vi.spyOn(Worker.prototype, "unref").mockImplementation(function (this: Worker) {
      void this.terminate();
    });
    await expect(useEngine({ threads: 2 })).rejects.toThrow(
      /^engine: workers do not start here: worker 1 of 1 has ended \(exit code \d\); use \{ threads: 1 \}\.$/,
    );
    started.mockRestore();
    expect(product()).toBe(256 ** 3);
    expect((await useEngine()).threads).toBe(1);
  });
});

describe("hosts that lack something", () => {
  it("get one thread, or a sentence, and end by themselves", () => {
    const script = `
      const { useEngine, tf } = await import("@earshot/engine");
      const { validate } = WebAssembly;
      WebAssembly.validate = () => false;
      await useEngine().catch((error) => console.log(error.message));
      WebAssembly.validate = validate;
      const shared = globalThis.SharedArrayBuffer;
      globalThis.SharedArrayBuffer = undefined;
      const engine = await useEngine({ threads: 4 });
      console.log(engine.name, engine.threads, tf.sum(tf.matMul(tf.ones([64, 64]), tf.ones([64, 64]))).dataSync()[0]);
      globalThis.SharedArrayBuffer = shared;
    `;
    const args = ["--import", "tsx", "--conditions=@earshot/source", "--input-type=module", "-e", script];
    expect(execFileSync(process.execPath, args, { cwd: root, timeout: 60_000, encoding: "utf8" }).split("\n")).toEqual([
      'useEngine: this host has no WebAssembly SIMD; use { prefer: "cpu" }, or Node 20 and browsers since 2023.',
      "wasm 1 262144",
      "",
    ]);
  });
});
