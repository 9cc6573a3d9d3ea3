import { dense } from "@earshot/engine";
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
