import { readSafetensors } from "@earshot/models";
import { type NeuralClassifier, type NeuralClassifierOptions, neuralFromTorch } from "@earshot/models/neural";
import { readPlan, type Tensors } from "./readPlan.js";
import { type ResidualLayers, type ResidualName, residualLayers, residualPlans } from "./residualPlan.js";

/** Networks by name: `resnet8` to `resnet110` are CIFAR's, `resnet18` to `resnet101` ImageNet's. */
export const residualNames = Object.keys(residualPlans) as ResidualName[];

/**
 * The layers of a residual network, without the output: give them to `neuralClassifier({ layers })`.
 *
 * @returns layers, PyTorch's names of their modules, and how many layers the stem and each stage have (for fine-tuning in stages)
 * @throws RangeError for an unknown name
 * Source: He, Zhang, Ren & Sun 2016, "Deep residual learning for image recognition".
 */
export function residualNetwork(name: ResidualName): ResidualLayers {
  if (!Object.hasOwn(residualPlans, name)) {
    throw new RangeError(`residualNetwork: unknown network "${name}"; known are ${residualNames.join(", ")}.`);
  }
  return residualLayers(residualPlans[name]);
}

/** Options of {@link loadResidualNetwork}. */
export interface LoadResidualOptions {
  /** Of the pictures that it will get: [height, width, 3]. */
  inputShape: readonly number[];
  /** In the order of the output's units (default c0, c1 …). */
  classes?: readonly string[];
  /** How training goes on: everything of `neuralClassifier` but the layers. */
  options?: Omit<NeuralClassifierOptions, "layers" | "network">;
}

/** A residual network with its weights, and the classifier that holds it. */
export interface LoadedResidual extends ResidualLayers {
  model: NeuralClassifier;
  /** Pictures that an output was trained for are gone before: values of a picture's features. */
  features: number;
}

/**
 * A residual network with the weights of a safetensors file: ResNet-20/-56 (CIFAR) or ResNet-18/-50 with torchvision's and timm's names.
 * The architecture is read off the names and shapes.
 *
 * @param weights bytes of a safetensors file, or the tensors of one
 * @throws RangeError naming the first module that is missing, left over or of another shape, and classes that are too few or many
 * Agrees with PyTorch 2.15 within 1e-5 of the largest output.
 */
export async function loadResidualNetwork(
  weights: Uint8Array | Tensors,
  { inputShape, classes, options = {} }: LoadResidualOptions,
): Promise<LoadedResidual> {
  const fn = "loadResidualNetwork";
  const tensors = weights instanceof Uint8Array ? readSafetensors(weights, fn) : weights;
  const plan = readPlan(tensors);
  const made = residualLayers(plan);
  const [units, features] = tensors[`${plan.head}.weight`].shape;
  const names = classes ?? Array.from({ length: units }, (_, i) => `c${i}`);
  if (names.length !== units) {
    throw new RangeError(`${fn}: the weights tell ${units} classes apart, got ${names.length} names.`);
  }
  if (inputShape.length !== 3 || inputShape[2] !== tensors["conv1.weight"].shape[1]) {
    throw new RangeError(
      `${fn}: inputShape must be [height, width, ${tensors["conv1.weight"].shape[1]}], got [${inputShape}].`,
    );
  }
  const model = await neuralFromTorch({
    tensors,
    options: { ...options, layers: made.layers },
    inputShape,
    classes: names,
    order: made.order,
  }).catch((error: Error) => {
    if (error instanceof RangeError) error.message = error.message.replace(/^neuralFromTorch/, fn);
    throw error;
  });
  return { ...made, model, features };
}
