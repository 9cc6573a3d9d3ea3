import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { committedKernels, compileKernels } from "../assembly/build.mjs";
import { createAllocator } from "../src/backend/allocator.js";
import type { EarshotBackend } from "../src/backend/backend.js";
import { createHeap } from "../src/backend/heap.js";
import {
  batchNormTrain,
  conv2d,
  gru,
  layers,
  listEngines,
  lstm,
  softmaxCrossEntropy,
  tf,
  useEngine,
} from "../src/index.js";
import { version } from "../src/setup/version.js";
import { fingerprint, trainedFingerprint } from "./fingerprint.js";
import { randn } from "./support.js";

const root = fileURLToPath(new URL("..", import.meta.url));

afterAll(async () => {
  await useEngine({ threads: 1, deterministic: false });
});

/** One of everything that sums: convolution both ways, batch normalisation, recurrent layers, cross-entropy. */
function everything(): number[] {
  return tf.tidy(() => {
    const inputs = [randn([6, 14, 18, 8], 1), randn([3, 3, 8, 12], 2), randn([12], 3), randn([5, 5, 12, 7], 4)];
    const loss = (x: tf.Tensor, f: tf.Tensor, b: tf.Tensor, g: tf.Tensor) => {
      const { y, mean, variance } = batchNormTrain(conv2d(x, f, b), b, b, { relu: true });
      tf.dispose([mean, variance]);
      const z = conv2d(tf.maxPool(y as tf.Tensor4D, 2, 2, "same"), g, undefined, { strides: 2 });
      const sequence = tf.reshape(z, [6, 20, 7]);
      const weights = (gates: number) => ({
        kernel: randn([7, gates * 8], 5),
        recurrent: randn([8, gates * 8], 6),
        bias: randn([gates * 8], 7),
      });
      const h = tf.add(lstm(sequence, weights(4)), gru(sequence, weights(3), { reverse: true }));
      const logits = tf.mean(h, 1);
      return tf.sum(softmaxCrossEntropy(logits, tf.softmax(randn([6, 8], 8) as tf.Tensor2D)));
    };
    return tf
      .grads(loss as never)(inputs)
      .flatMap((t) => [...t.dataSync()]);
  });
}

describe("useEngine", () => {
  it("gives the same bits with 1, 2 and 3 threads", async () => {
    const results: number[][] = [];
    for (const threads of [1, 2, 3]) {
      const engine = await useEngine({ threads });
      expect(engine).toMatchObject({ name: "wasm", threads });
      results.push(everything());
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(results[0].every(Number.isFinite)).toBe(true);
  });

  it("keeps tensors while threads and build change, and returns to the same numbers", async () => {
    await useEngine({ threads: 2, deterministic: true });
    const kept = tf.tensor1d([1, 2, 3]);
    const doubled = tf.mul(kept, 2);
    const plain = everything();
    expect((await useEngine({ threads: 1, deterministic: false })).simd).not.toBe("none");
    expect([...doubled.dataSync()]).toEqual([2, 4, 6]);
    expect((await useEngine({ deterministic: true })).simd).toBe("plain");
    expect(everything()).toEqual(plain);
    tf.dispose([kept, doubled]);
  });

  it("gives the recorded bits in the deterministic build, whatever the host", async () => {
    const { bits, weights } = JSON.parse(readFileSync(`${root}/test/golden/fingerprint.json`, "utf8"));
    for (const threads of [1, 2]) {
      expect(await fingerprint(threads)).toEqual(bits);
      expect(await trainedFingerprint(threads)).toEqual(weights);
    }
    await useEngine({ deterministic: false });
  });

  it("says what is wrong", async () => {
    await expect(useEngine({ threads: 0 })).rejects.toThrow(
      new RangeError("useEngine: threads must be a whole number in [1, 64], got 0."),
    );
    await expect(useEngine({ prefer: "webgl" as "cpu" })).rejects.toThrow(
      new RangeError('useEngine: unknown engine "webgl"; known are wasm, cuda12, gpu, native, tensorflow-cpu and cpu.'),
    );
  });

  it("lists what loads here, with its speed, and leaves the engine in use as it was", async () => {
    await useEngine({ threads: 2 });
    const list = await listEngines({ measure: false });
    const names = ["wasm", "cuda12", "gpu", "native", "tensorflow-cpu", "cpu"];
    expect(list.map((e) => e.name)).toEqual(names);
    const [wasm, cpu] = [list[0], list[5]];
    expect([wasm.loads, cpu.loads]).toEqual([true, true]);
    const [{ stepMs, gflops }] = await listEngines({ names: ["wasm"] });
    expect(Math.min(stepMs as number, gflops as number)).toBeGreaterThan(0);
    expect(tf.getBackend()).toBe("earshot");
  });

  it("lets the process end by itself", () => {
    const script =
      'import("@earshot/engine").then(async (e) => { await e.useEngine({ threads: 2 }); console.log("ready"); });';
    const args = ["--import", "tsx", "--conditions=@earshot/source", "-e", script];
    expect(execFileSync(process.execPath, args, { cwd: root, timeout: 30_000, encoding: "utf8" })).toBe("ready\n");
  });

  it("knows the version of the package", () => {
    expect(JSON.parse(readFileSync(`${root}/package.json`, "utf8")).version).toBe(version);
  });
});

describe("the committed kernels", () => {
  it("are what a fresh compile of assembly/ gives", async () => {
    const [fresh, committed] = [await compileKernels(), committedKernels()];
    for (const build of ["plain", "relaxed"] as const) expect(fresh[build].equals(committed[build])).toBe(true);
  }, 240_000);
});

describe("memory", () => {
  it("never gives the same bytes twice, joins what is freed, and ends where it began", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ size: fc.integer({ min: 0, max: 5000 }), free: fc.boolean() }), { maxLength: 60 }),
        (plan) => {
          let top = 0;
          const allocator = createAllocator((bytes) => {
            top = Math.max(top, bytes);
          });
          const live: { at: number; size: number }[] = [];
          for (const [i, { size, free }] of plan.entries()) {
            if (free && live.length) allocator.free(live.splice((i * 7) % live.length, 1)[0].at);
            const at = allocator.allocate(size);
            expect(at % 64).toBe(0);
            for (const other of live) expect(at >= other.at + other.size || at + size <= other.at).toBe(true);
            live.push({ at, size });
          }
          for (const { at } of live) allocator.free(at);
          expect([allocator.used, allocator.blocks]).toEqual([0, 0]);
          const before = top;
          allocator.allocate(Math.max(1, before - 64));
          expect(top).toBe(before === 0 ? top : before);
        },
      ),
      { seed: 6 },
    );
  });

  it("says when a tensor is beyond the heap, and goes on working", () => {
    const heap = createHeap({ shared: false });
    expect(() => heap.allocate(5 * 2 ** 30)).toThrow(
      /engine: tensors need 5120 MB, and the heap cannot grow beyond 16 MB \(WebAssembly addresses 4 GB\)/,
    );
    expect(heap.allocate(100)).toBeGreaterThan(0);
    expect(() => heap.free(3)).toThrow(new Error("free: 3 is not the address of a block in use."));
  });

  it("holds still over 1,000 training steps", async () => {
    await useEngine({ threads: 2 });
    const { heap } = tf.backend() as EarshotBackend;
    const model = layers.sequential();
    model.add(layers.layers.conv2d({ filters: 8, kernelSize: 3, padding: "same", inputShape: [6, 8, 4] }));
    model.add(layers.layers.batchNormalization());
    model.add(layers.layers.activation({ activation: "relu" }));
    model.add(layers.layers.reshape({ targetShape: [6, 64] }));
    model.add(layers.layers.lstm({ units: 8, recurrentActivation: "sigmoid" }));
    model.add(layers.layers.dense({ units: 3, activation: "softmax" }));
    model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });
    const [x, y] = [
      randn([4, 6, 8, 4], 1),
      tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d([0, 1, 2, 0], "int32"), 3), "float32")),
    ];
    for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
    const before = [tf.memory().numTensors, heap.used, heap.blocks, heap.memory.buffer.byteLength];
    for (let i = 0; i < 1000; i++) await model.trainOnBatch(x, y);
    expect([tf.memory().numTensors, heap.used, heap.blocks, heap.memory.buffer.byteLength]).toEqual(before);
    model.dispose();
    tf.dispose([x, y]);
  });
});

describe("LayersModel", () => {
  const losses = async (): Promise<number[]> => {
    const L = layers.layers;
    let seed = 1;
    const kernelInitializer = () => layers.initializers.glorotUniform({ seed: seed++ });
    const model = layers.sequential();
    model.add(
      L.conv2d({
        filters: 8,
        kernelSize: 3,
        padding: "same",
        inputShape: [8, 12, 4],
        kernelInitializer: kernelInitializer(),
      }),
    );
    model.add(L.batchNormalization());
    model.add(L.activation({ activation: "relu" }));
    model.add(L.maxPooling2d({ poolSize: 2 }));
    model.add(
      L.conv2d({
        filters: 5,
        kernelSize: [3, 2],
        strides: 2,
        activation: "tanh",
        kernelInitializer: kernelInitializer(),
      }),
    );
    model.add(L.reshape({ targetShape: [3, 5] }));
    model.add(
      L.conv1d({
        filters: 8,
        kernelSize: 2,
        padding: "same",
        activation: "relu",
        kernelInitializer: kernelInitializer(),
      }),
    );
    const recurrent = { units: 8, kernelInitializer: kernelInitializer(), recurrentInitializer: kernelInitializer() };
    model.add(L.lstm({ ...recurrent, returnSequences: true, goBackwards: true }));
    model.add(
      L.bidirectional({
        layer: L.gru({ ...recurrent, recurrentActivation: "hardSigmoid" }) as never,
        mergeMode: "concat",
      }),
    );
    model.add(L.dense({ units: 6, activation: "elu", kernelInitializer: kernelInitializer() }));
    model.add(L.dense({ units: 3, activation: "softmax", kernelInitializer: kernelInitializer() }));
    model.compile({ optimizer: tf.train.adam(1e-2), loss: "categoricalCrossentropy" });
    const x = randn([10, 8, 12, 4], 1);
    const y = tf.cast(tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1, 2, 0], "int32"), 3), "float32");
    const { history } = await model.fit(x, y, { epochs: 6, batchSize: 10, shuffle: false, yieldEvery: "never" });
    const proba = model.predict(x) as tf.Tensor;
    const out = [...(history.loss as number[]), ...proba.dataSync()];
    model.dispose();
    tf.dispose([x, y, proba]);
    return out;
  };

  it("fits and predicts as on tfjs' plain backend, with our layers in place of its own", async () => {
    await useEngine({ prefer: "cpu" });
    const plain = await losses();
    await useEngine({ threads: 2 });
    const ours = await losses();
    for (const [i, want] of plain.entries()) expect(Math.abs(ours[i] - want)).toBeLessThan(1e-4);
    expect(ours[5]).toBeLessThan(ours[0]);
  });
});
