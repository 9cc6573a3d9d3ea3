import { dense, tf } from "@earshot/engine";
import { activationOf } from "./activation.js";
import { type Builder, kernelOf, plainOf, requireCount } from "./types.js";

export const buildDense: Builder<"dense"> = (spec, build) => {
  const { inputShape, next, fail, makeWeight } = build;
  const { units, activation = "linear", useBias = next?.kind !== "batchNorm" } = spec;
  if (inputShape.length !== 1) fail(`needs one axis, gets [${inputShape}]; put a flatten or a pool before it`);
  requireCount(units, "units", build);
  const finish = activationOf(activation, fail);
  const relu = activation === "relu";
  const rectified = relu || next?.kind === "batchNorm" || (next?.kind === "activation" && next.activation === "relu");
  const kernel = makeWeight(spec.initialiser ?? (rectified ? "heNormal" : "glorotUniform"), [inputShape[0], units]);
  const bias = useBias ? makeWeight("zeros", [units]) : undefined;
  return {
    kind: "dense",
    outputShape: [units],
    weights: [kernelOf(kernel), ...(bias ? [plainOf(bias)] : [])],
    multiplyAdds: inputShape[0] * units,
    apply: (x) => (relu ? dense(x, kernel, bias, { relu }) : finish(dense(x, kernel, bias))),
  };
};

/** Keeps lengths from 0, where a direction has no gradient. */
const SHORTEST = 1e-12;

export const buildCosine: Builder<"cosine"> = ({ units, scale = 1 }, build) => {
  const { inputShape, fail, makeWeight } = build;
  if (inputShape.length !== 1) fail(`needs one axis, gets [${inputShape}]; put a flatten or a pool before it`);
  requireCount(units, "units", build);
  if (!(scale > 0)) fail(`needs a scale above 0, got ${scale}`);
  const kernel = makeWeight("glorotUniform", [inputShape[0], units]);
  const unit = (x: tf.Tensor, axis: number): tf.Tensor =>
    tf.div(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), axis, true), SHORTEST)));
  return {
    kind: "cosine",
    outputShape: [units],
    weights: [kernelOf(kernel)],
    multiplyAdds: inputShape[0] * units,
    apply: (x) => tf.mul(dense(unit(x, 1), unit(kernel, 0)), scale),
  };
};
