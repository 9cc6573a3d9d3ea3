import type * as core from "@tensorflow/tfjs-core";
import type * as layersApi from "@tensorflow/tfjs-layers";

export type NetName = "cnn" | "lstm" | "hybrid";
export const netNames: NetName[] = ["cnn", "lstm", "hybrid"];

/** The reference networks, the same for every engine that tfjs runs on. Batch 32, Adam. */
export function buildNet(tf: typeof core, tfl: typeof layersApi, name: NetName): layersApi.Sequential {
  const L = tfl.layers;
  const model = tfl.sequential();
  let seed = 1;
  const kernelInitializer = () => tfl.initializers.glorotUniform({ seed: seed++ });
  const conv = (filters: number, inputShape?: number[]) => {
    model.add(
      L.conv2d({ filters, kernelSize: 3, padding: "same", kernelInitializer: kernelInitializer(), inputShape }),
    );
    model.add(L.batchNormalization({}));
    model.add(L.activation({ activation: "relu" }));
  };
  const lstm = (inputShape?: number[]) =>
    L.lstm({
      units: 64,
      recurrentActivation: "sigmoid",
      kernelInitializer: kernelInitializer(),
      recurrentInitializer: kernelInitializer(),
      inputShape,
    });
  const output = (units: number) =>
    model.add(L.dense({ units, activation: "softmax", kernelInitializer: kernelInitializer() }));

  if (name === "lstm") {
    model.add(lstm([150, 40]));
    output(8);
  } else if (name === "hybrid") {
    for (const [i, filters] of [32, 64].entries()) {
      conv(filters, i === 0 ? [64, 128, 1] : undefined);
      model.add(L.maxPooling2d({ poolSize: [4, 2] }));
    }
    model.add(L.permute({ dims: [2, 1, 3] }));
    model.add(L.reshape({ targetShape: [32, 256] }));
    model.add(lstm());
    output(10);
  } else {
    for (const [i, filters] of [32, 64, 128, 128].entries()) {
      conv(filters, i === 0 ? [64, 128, 1] : undefined);
      if (i < 3) model.add(L.maxPooling2d({ poolSize: 2 }));
    }
    model.add(L.globalAveragePooling2d({}));
    model.add(L.dense({ units: 128, activation: "relu", kernelInitializer: kernelInitializer() }));
    model.add(L.dropout({ rate: 0.3, seed: 7 }));
    output(10);
  }
  model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });
  return model;
}

/** Random inputs and one-hot targets of a network. */
export function netData(tf: typeof core, name: NetName, batch: number): { x: core.Tensor; y: core.Tensor } {
  const shape = name === "lstm" ? [batch, 150, 40] : [batch, 64, 128, 1];
  const classes = name === "lstm" ? 8 : 10;
  const labels = Array.from({ length: batch }, (_, i) => (i * 7) % classes);
  return {
    x: tf.randomNormal(shape, 0, 1, "float32", 5),
    y: tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32"),
  };
}
