import type { StateTensor } from "@earshot/models";
import type { ResidualPlan } from "./residualPlan.js";

/** Named numbers, as `readSafetensors` gives them. */
export type Tensors = Readonly<Record<string, StateTensor>>;

/**
 * The plan that a residual network's weights follow: stem, blocks, widths and shortcuts are all in their names and shapes.
 *
 * @param tensors with the names of torchvision and timm (`layer1.0.conv1.weight`, `fc.weight`), or of the CIFAR networks (`linear.weight`)
 * @throws RangeError naming what is missing where these are no weights of a residual network
 */
export function readPlan(tensors: Tensors): ResidualPlan {
  const shape = (name: string): readonly number[] => {
    const found = tensors[name];
    if (!found) {
      const some = Object.keys(tensors).slice(0, 3).join(", ");
      throw new RangeError(
        `loadResidualNetwork: the weights have no "${name}"; they are of no residual network with PyTorch's names (they begin with ${some || "nothing"}).`,
      );
    }
    return found.shape;
  };
  const [, , size] = shape("conv1.weight");
  if (size !== 3 && size !== 7) {
    throw new RangeError(
      `loadResidualNetwork: conv1 has filters of ${size} × ${size} pixels; known stems have 3 × 3 or 7 × 7.`,
    );
  }
  const blocks: number[] = [];
  for (let stage = 1; count(tensors, stage) > 0; stage++) blocks.push(count(tensors, stage));
  const bottleneck = "layer1.0.conv3.weight" in tensors;
  const widths = blocks.map((_, stage) => shape(`layer${stage + 1}.0.conv1.weight`)[0]);
  const head = ["fc", "linear"].find((name) => `${name}.weight` in tensors) ?? "fc";
  shape("layer1.0.conv1.weight");
  shape(`${head}.weight`);
  return {
    stem: size === 3 ? "small" : "large",
    block: bottleneck ? "bottleneck" : "basic",
    blocks,
    widths,
    shortcut: Object.keys(tensors).some((name) => name.includes(".downsample.")) ? "project" : "pad",
    head,
  };
}

/** Blocks of a stage, which are numbered from 0. */
function count(tensors: Tensors, stage: number): number {
  let n = 0;
  while (`layer${stage}.${n}.conv1.weight` in tensors) n++;
  return n;
}
