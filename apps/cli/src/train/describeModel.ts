import type { FeatureConfig } from "@earshot/dsp";
import { createModel, type Features, isTransformer, type LayerSummary } from "@earshot/models";
import { describeNetwork, type NeuralClassifierOptions } from "@earshot/models/neural";
import { silentScreen } from "../cli/screen.js";
import type { OpenedData } from "../data/openData.js";
import type { Recipe } from "../recipe/schema.js";
import { drawDebugItems } from "./debugPlan.js";
import { prepareData } from "./prepareData.js";

/** What a recipe's network would be made of. */
export interface NetworkDescription {
  /** Of one sample, behind the recipe's steps. */
  inputShape: readonly number[];
  layers: LayerSummary[];
  parameters: number;
  /** For one sample. */
  multiplyAdds: number;
  /** Estimates: weights with their gradients and what the optimiser remembers, and a batch on its way forth and back. */
  trainingBytes: number;
  batchSize: number;
}

/** Copies of the weights while training: themselves, gradients, what the optimiser remembers of each. */
const copies: Record<string, number> = { sgd: 3, rmsprop: 3, lion: 3, adam: 4, adamW: 4 };

/**
 * The layers of a recipe's network, with the shapes that its data give them; undefined for other models.
 *
 * @throws RangeError naming the first layer that does not fit what comes into it
 */
export async function describeModel(
  { model, preprocess, seed }: Pick<Recipe, "model" | "preprocess" | "seed">,
  config: FeatureConfig | null,
  data: OpenedData,
): Promise<NetworkDescription | undefined> {
  if (model.kind !== "neuralClassifier") return undefined;
  // A few items tell the shape.
  const items = drawDebugItems(data.items);
  const prepared = await prepareData(
    { ...data, items },
    { config, augment: null },
    { threads: 1, seed, skipBroken: true, screen: silentScreen },
  );
  let x: Features = prepared.x;
  for (const { kind, ...options } of preprocess) {
    const step = await createModel(kind, options);
    if (!isTransformer(step)) continue;
    await step.fit(
      x,
      prepared.items.map((item) => item.label),
    );
    x = (await step.transform(x)) as Features;
  }
  const inputShape = "shape" in x ? x.shape.slice(1) : "cols" in x ? [x.cols] : [];
  const { kind: _, ...options } = model;
  const classes = new Set(data.items.map((item) => item.label)).size;
  const layers = await describeNetwork(options as NeuralClassifierOptions, inputShape, classes);
  const total = (of: (layer: LayerSummary) => number): number => layers.reduce((sum, layer) => sum + of(layer), 0);
  const parameters = total((layer) => layer.parameters);
  const { batchSize = 32, optimizer } = options as NeuralClassifierOptions;
  const sample = inputShape.reduce((a, b) => a * b, 1) + 2 * total((layer) => layer.held);
  return {
    inputShape,
    layers,
    parameters,
    multiplyAdds: total((layer) => layer.multiplyAdds),
    trainingBytes: 4 * (parameters * (copies[optimizer?.kind ?? "adam"] ?? 4) + batchSize * sample),
    batchSize,
  };
}

/** A line a layer, and their sum. */
export function describedLines({ inputShape, layers, ...all }: NetworkDescription): string[] {
  const rows = [
    ["layer", "output", "parameters", "multiply–adds"],
    ["input", `[${inputShape.join(", ")}]`, "", ""],
    ...layers.map((l) => [l.kind, `[${l.outputShape.join(", ")}]`, count(l.parameters), count(l.multiplyAdds)]),
    ["all", "", count(all.parameters), count(all.multiplyAdds)],
  ];
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
  );
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  const memory = `${megabytes(4 * all.parameters)} of weights; training in batches of ${all.batchSize} takes about ${megabytes(all.trainingBytes)} beside the data`;
  return [...lines, memory];
}

const count = (n: number): string => (n > 0 ? n.toLocaleString("en") : "");
