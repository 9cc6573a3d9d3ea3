import { nearest } from "../../core/options.js";
import { activationOf } from "./activation.js";
import { buildAttentionPool } from "./attention.js";
import { buildConv1d, buildConv2d, buildDepthwise } from "./convolution.js";
import { buildCosine, buildDense } from "./dense.js";
import { buildBatchNorm, buildDropout } from "./normalisation.js";
import {
  buildFlatten,
  buildGlobalPool,
  buildMaxFeatureMap,
  buildPool,
  buildSequence,
  buildSubsample,
} from "./pooling.js";
import { buildRecurrent } from "./recurrent.js";
import { buildResidual } from "./residual.js";
import type { LayerSpec } from "./specs.js";
import type { Build, Builder, Layer } from "./types.js";

const buildActivation: Builder<"activation"> = ({ activation }, { inputShape, fail }) => ({
  kind: "activation",
  outputShape: inputShape,
  weights: [],
  multiplyAdds: 0,
  apply: activationOf(activation, fail),
});

/** Every kind of layer; a new one is a builder here and its options in `specs.ts`. */
const builders: { [K in LayerSpec["kind"]]: Builder<K> } = {
  dense: buildDense,
  conv2d: buildConv2d,
  depthwiseConv2d: buildDepthwise,
  conv1d: buildConv1d,
  batchNorm: buildBatchNorm,
  dropout: buildDropout,
  activation: buildActivation,
  maxFeatureMap: buildMaxFeatureMap,
  maxPool: buildPool,
  averagePool: buildPool,
  globalPool: buildGlobalPool,
  subsample: buildSubsample,
  flatten: buildFlatten,
  sequence: buildSequence,
  lstm: buildRecurrent,
  gru: buildRecurrent,
  attentionPool: buildAttentionPool,
  residual: buildResidual,
  cosine: buildCosine,
};

const layerKinds = Object.keys(builders) as LayerSpec["kind"][];

/**
 * Layers in a row with fresh weights.
 *
 * @param where what errors call the row, such as "layer 3 (residual), "
 * @throws RangeError naming the first layer that does not fit what comes into it
 */
export function makeLayers(
  specs: readonly LayerSpec[],
  inputShape: readonly number[],
  makeWeight: Build["makeWeight"],
  where = "",
): Layer[] {
  const layers: Layer[] = [];
  let shape = inputShape;
  for (const [i, spec] of specs.entries()) {
    const name = `${where}layer ${i + 1} (${spec.kind})`;
    const fail = (rule: string): never => {
      throw new RangeError(`neuralClassifier: ${name} ${rule}${/[.?]$/.test(rule) ? "" : "."}`);
    };
    const builder = builders[spec.kind] as Builder<LayerSpec["kind"]> | undefined;
    if (!builder) return fail(`is unknown; ${nearest(spec.kind, layerKinds)}`);
    const nested: Build["nested"] = (inner, from) => makeLayers(inner, from, makeWeight, `${name}, `);
    layers.push(builder(spec, { inputShape: shape, next: specs[i + 1], fail, makeWeight, nested }));
    shape = layers[i].outputShape;
  }
  return layers;
}
