import type { LayerSpec } from "@earshot/models/neural";

/** What a residual network is made of, as He et al. 2016 draw it and torchvision names it. */
export interface ResidualPlan {
  /** `small`: one 3×3 convolution, for pictures of 32 pixels; `large`: 7×7 at stride 2 and a pool, for photographs. */
  stem: "small" | "large";
  /** Two 3×3 convolutions, or three with a narrow 3×3 between 1×1. */
  block: "basic" | "bottleneck";
  /** Blocks of each stage. */
  blocks: readonly number[];
  /** Filters of the 3×3 convolutions of each stage. */
  widths: readonly number[];
  /** Where shapes change: zeros for new channels (no weights), or a 1×1 convolution with normalisation. */
  shortcut: "pad" | "project";
  /** Name of the output layer's module. */
  head: string;
}

/** Output channels of a bottleneck over its width. */
const EXPANSION = 4;

const small = (n: number): ResidualPlan => ({
  stem: "small",
  block: "basic",
  blocks: [n, n, n],
  widths: [16, 32, 64],
  shortcut: "pad",
  head: "linear",
});

const large = (block: ResidualPlan["block"], blocks: readonly number[]): ResidualPlan => ({
  stem: "large",
  block,
  blocks,
  widths: [64, 128, 256, 512],
  shortcut: "project",
  head: "fc",
});

/** Plans by name: those of CIFAR with 6n + 2 layers, and those of ImageNet. */
export const residualPlans = {
  resnet8: small(1),
  resnet14: small(2),
  resnet20: small(3),
  resnet32: small(5),
  resnet44: small(7),
  resnet56: small(9),
  resnet110: small(18),
  resnet18: large("basic", [2, 2, 2, 2]),
  resnet34: large("basic", [3, 4, 6, 3]),
  resnet50: large("bottleneck", [3, 4, 6, 3]),
  resnet101: large("bottleneck", [3, 4, 23, 3]),
} as const satisfies Readonly<Record<string, ResidualPlan>>;

/** Name of a network in {@link residualPlans}. */
export type ResidualName = keyof typeof residualPlans;

/** Layers of a residual network, and what PyTorch calls them. */
export interface ResidualLayers {
  /** Up to the features: the output is added by whoever trains. */
  layers: LayerSpec[];
  /** Modules of PyTorch in the order of the layers. */
  order: string[];
  /** Layers of the stem, and of each stage after it, in order; the last is the pool before the output. */
  groups: number[];
}

/** As PyTorch's; Keras' is a hundred times that. */
const norm: LayerSpec = { kind: "batchNorm", epsilon: 1e-5 };
const relu: LayerSpec = { kind: "activation", activation: "relu" };

/**
 * The layers of a plan, and what PyTorch calls them.
 *
 * Padding is symmetric, as PyTorch's; a stage after the first begins with stride 2, in a bottleneck at its 3×3 convolution.
 */
export function residualLayers({ stem, block, blocks, widths, shortcut, head }: ResidualPlan): ResidualLayers {
  const first: LayerSpec =
    stem === "small"
      ? { kind: "conv2d", filters: widths[0], size: 3, pad: 1 }
      : { kind: "conv2d", filters: widths[0], size: 7, strides: 2, pad: 3 };
  const layers: LayerSpec[] = [first, norm, relu];
  if (stem === "large") layers.push({ kind: "maxPool", size: 3, strides: 2, pad: 1 });
  const order = ["conv1", "bn1"];
  const groups = [layers.length];
  let channels = widths[0];
  for (const [stage, count] of blocks.entries()) {
    for (let i = 0; i < count; i++) {
      const strides = i === 0 && stage > 0 ? 2 : 1;
      const name = `layer${stage + 1}.${i}`;
      const width = widths[stage];
      const outputs = block === "basic" ? width : EXPANSION * width;
      layers.push(residual(block, { width, outputs, strides, channels, shortcut }));
      for (let k = 1; k <= (block === "basic" ? 2 : 3); k++) order.push(`${name}.conv${k}`, `${name}.bn${k}`);
      if (changes({ outputs, strides, channels }) && shortcut === "project") {
        order.push(`${name}.downsample.0`, `${name}.downsample.1`);
      }
      channels = outputs;
    }
    groups.push(count);
  }
  layers.push({ kind: "globalPool" });
  return { layers, order: [...order, head], groups: [...groups, 1] };
}

interface BlockSizes {
  width: number;
  outputs: number;
  strides: number;
  channels: number;
  shortcut: ResidualPlan["shortcut"];
}

const changes = ({ outputs, strides, channels }: Pick<BlockSizes, "outputs" | "strides" | "channels">): boolean =>
  strides > 1 || outputs !== channels;

function residual(block: ResidualPlan["block"], sizes: BlockSizes): LayerSpec {
  const { width, outputs, strides, shortcut } = sizes;
  const wide = (steps: number): LayerSpec => ({ kind: "conv2d", filters: width, size: 3, strides: steps, pad: 1 });
  const layers: LayerSpec[] =
    block === "basic"
      ? [wide(strides), norm, relu, wide(1), norm]
      : [
          { kind: "conv2d", filters: width, size: 1 },
          ...[norm, relu, wide(strides), norm, relu],
          { kind: "conv2d", filters: outputs, size: 1 },
          norm,
        ];
  if (!changes(sizes)) return { kind: "residual", layers, shortcut: [] };
  const way: LayerSpec[] =
    shortcut === "pad"
      ? [{ kind: "subsample", filters: outputs, strides }]
      : [{ kind: "conv2d", filters: outputs, size: 1, strides, pad: "valid" }, norm];
  return { kind: "residual", layers, shortcut: way };
}
