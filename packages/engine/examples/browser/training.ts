import { useEngine } from "@earshot/engine";
import { bands, frames, kinds, makeSpectrograms, makeUnheard, type Pictures, seeded } from "./spectrograms.js";

/** What the worker tells the page, ten times a second at most. */
export interface Report {
  steps: number;
  stepsPerSec: number;
  loss: number;
  /** On pictures that were not trained on. */
  accuracy: number;
  /** What it takes the first eight of them for. */
  heard: number[];
  threads: number;
  simd: string;
  done: boolean;
}

const BATCH = 32;

/** Trains for some steps, reporting on the way. */
async function train(steps: number, report: (report: Report) => void): Promise<void> {
  const { tf, layers, threads, simd } = await useEngine();
  const L = layers.layers;
  const model = layers.sequential();
  const kernelInitializer = (seed: number) => layers.initializers.glorotUniform({ seed });
  for (const [i, filters] of [16, 32].entries()) {
    const inputShape = i === 0 ? [frames, bands, 1] : undefined;
    model.add(
      L.conv2d({ filters, kernelSize: 3, padding: "same", inputShape, kernelInitializer: kernelInitializer(i) }),
    );
    model.add(L.batchNormalization({ momentum: 0.9 }));
    model.add(L.activation({ activation: "relu" }));
    model.add(L.maxPooling2d({ poolSize: 2 }));
  }
  model.add(L.globalAveragePooling2d({}));
  model.add(L.dense({ units: kinds.length, activation: "softmax", kernelInitializer: kernelInitializer(9) }));
  model.compile({ optimizer: tf.train.adam(3e-3), loss: "categoricalCrossentropy" });

  const tensors = ({ data, kinds: labels }: Pictures) => ({
    x: tf.tensor(data, [labels.length, frames, bands, 1]),
    y: tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), kinds.length), "float32")),
  });
  const unheard = makeUnheard();
  const held = tensors(unheard);
  const examine = (): Pick<Report, "accuracy" | "heard"> =>
    tf.tidy(() => {
      const best = tf.argMax(model.predict(held.x) as typeof held.x, 1).dataSync();
      const right = unheard.kinds.filter((kind, i) => kind === best[i]).length;
      return { accuracy: right / unheard.kinds.length, heard: [...best.slice(0, 8)] };
    });

  const random = seeded(1);
  const began = performance.now();
  let told = began;
  let since = 0;
  for (let step = 1; step <= steps; step++) {
    const { x, y } = tensors(makeSpectrograms(BATCH, random));
    const loss = (await model.trainOnBatch(x, y)) as number;
    tf.dispose([x, y]);
    since++;
    const now = performance.now();
    if (now - told < 100 && step < steps) continue;
    // The last word is the mean of the whole run.
    const stepsPerSec = step === steps ? (1000 * steps) / (now - began) : (1000 * since) / (now - told);
    report({ steps: step, stepsPerSec, loss, ...examine(), threads, simd, done: step === steps });
    told = performance.now();
    since = 0;
  }
}

self.onmessage = ({ data }: MessageEvent<{ steps: number }>) => {
  train(data.steps, (report) => self.postMessage(report)).catch((error: Error) =>
    self.postMessage({ error: error.message }),
  );
};
