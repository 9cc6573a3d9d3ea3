import { tf } from "@earshot/engine";
import { activationOf } from "./activation.js";
import type { LayerSpec } from "./specs.js";
import { type Builder, sizeOf } from "./types.js";

/** What x goes through beside the layers of a block: as it says, or nothing, or a 1×1 convolution with batch normalisation where shapes differ. */
export function shortcutOf(
  { shortcut }: Extract<LayerSpec, { kind: "residual" }>,
  inputShape: readonly number[],
  outputShape: readonly number[],
): readonly LayerSpec[] {
  if (shortcut) return shortcut;
  if (outputShape.join() === inputShape.join()) return [];
  const strides = [0, 1].map((i) => Math.ceil(inputShape[i] / outputShape[i])) as [number, number];
  return [{ kind: "conv2d", filters: outputShape[2], size: 1, strides }, { kind: "batchNorm" }];
}

/** activation(layers(x) + shortcut(x)). Default: ReLU. */
export const buildResidual: Builder<"residual"> = (spec, { inputShape, fail, nested }) => {
  const { layers: specs, activation = "relu" } = spec;
  if (!Array.isArray(specs) || specs.length === 0) fail("needs layers");
  const finish = activationOf(activation, fail);
  const layers = nested(specs, inputShape);
  const outputShape = layers[layers.length - 1].outputShape;
  const same = outputShape.join() === inputShape.join();
  if (!same && !spec.shortcut && (inputShape.length < 2 || outputShape.length !== 3)) {
    fail(`goes from [${inputShape}] to [${outputShape}]; only images may change their shape`);
  }
  const shortcut = nested(shortcutOf(spec, inputShape, outputShape), inputShape);
  const way = shortcut.length ? shortcut[shortcut.length - 1].outputShape : inputShape;
  if (way.join() !== outputShape.join()) fail(`has a shortcut of [${way}] beside layers of [${outputShape}]`);
  return {
    kind: "residual",
    outputShape,
    inner: { layers, shortcut },
    weights: [...layers, ...shortcut].flatMap((layer) => layer.weights),
    multiplyAdds: [...layers, ...shortcut].reduce((n, l) => n + l.multiplyAdds, 0) + sizeOf(outputShape),
    apply(x, mode) {
      const through = (list: typeof layers): tf.Tensor =>
        list.reduce((h, layer, i) => layer.apply(h, { ...mode, seed: Math.imul(mode.seed, 0x85ebca6b) + i }), x);
      return finish(tf.add(through(layers), shortcut.length ? through(shortcut) : x));
    },
  };
};
