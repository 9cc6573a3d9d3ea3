import { gru, lstm, tf } from "@earshot/engine";
import { sequenceOf } from "./convolution.js";
import type { LayerSpec } from "./specs.js";
import { type Build, kernelOf, type Layer, plainOf, requireCount } from "./types.js";

type RecurrentSpec = Extract<LayerSpec, { kind: "lstm" | "gru" }>;

/** LSTM, or GRU with the reset after the product, as PyTorch; forwards, or both ways side by side. */
export function buildRecurrent(spec: RecurrentSpec, build: Build): Layer {
  const { units, bidirectional = false, sequences = false } = spec;
  requireCount(units, "units", build);
  const [steps, features] = sequenceOf(build);
  const directions = (bidirectional ? [false, true] : [false]).map((reverse) =>
    direction(spec.kind, { features, units, reverse }, build),
  );
  const width = units * directions.length;
  const gates = spec.kind === "lstm" ? 4 : 3;
  return {
    kind: spec.kind,
    outputShape: sequences ? [steps, width] : [width],
    weights: directions.flatMap((d) => d.weights),
    multiplyAdds: steps * gates * units * (features + units) * directions.length,
    apply(x) {
      const sequence = tf.reshape(x, [-1, steps, features]);
      const outputs = directions.map(({ run }) => run(sequence, !sequences));
      return outputs.length === 1 ? outputs[0] : tf.concat(outputs, sequences ? 2 : 1);
    },
  };
}

interface Sizes {
  features: number;
  units: number;
  reverse: boolean;
}

function direction(kind: "lstm" | "gru", { features, units, reverse }: Sizes, { makeWeight }: Build) {
  const gates = kind === "lstm" ? 4 : 3;
  const kernel = makeWeight("glorotUniform", [features, gates * units]);
  const recurrent = makeWeight("orthogonal", [units, gates * units]);
  const bias = makeWeight("zeros", [gates * units]);
  const weights = [kernelOf(kernel), kernelOf(recurrent, "recurrent"), plainOf(bias)];
  if (kind === "lstm") {
    // Forget gates begin open, so that gradients pass from the start (Jozefowicz et al. 2015).
    const open = new Float32Array(4 * units).fill(1, units, 2 * units);
    tf.tidy(() => bias.assign(tf.tensor(open)));
    return { weights, run: (x: tf.Tensor, last: boolean) => lstm(x, { kernel, recurrent, bias }, { reverse, last }) };
  }
  const recurrentBias = makeWeight("zeros", [gates * units]);
  return {
    weights: [...weights, plainOf(recurrentBias, "recurrentBias")],
    run: (x: tf.Tensor, last: boolean) => gru(x, { kernel, recurrent, bias, recurrentBias }, { reverse, last }),
  };
}
