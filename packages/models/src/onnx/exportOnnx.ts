import type { FeatureConfig } from "@earshot/dsp";
import { readState, stateFromJson } from "../core/state.js";
import type { Awaitable, Classifier, ModelState, StateTensor } from "../core/types.js";
import { addFrameCorrelation } from "./correlationGraph.js";
import { addFeatures } from "./featureGraph.js";
import { createGraph, type GraphBuilder } from "./graph.js";
import { addNetwork } from "./networkGraph.js";
import { addColumnWeights, addVectorizer, isVectorizer } from "./textGraph.js";
import { addTrees, boostedNodes, forestNodes } from "./trees.js";

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /**
   * Put these features in front: the input is then `samples` (N × durationSec · sampleRate, mono). All kinds of features with a
   * fixed length; derivatives, pre-emphasis and normalisation of the clip as well, trimming and pooling not.
   */
  features?: FeatureConfig;
  /** Kernels of convolutions and dense layers in eight bits, a scale an output: a quarter of the size (default false). Runtimes multiply them out. */
  int8?: boolean;
}

/**
 * A fitted classifier as an ONNX file: input `features` (float, N × the shape of a sample), output `probabilities` (float, N × classes). The
 * classes are in the file's metadata under `classes`, as a JSON list. A pipeline that begins with a count or TF-IDF vectoriser takes `texts`
 * (string, N) instead; its file needs onnxruntime, whose own tokeniser it uses.
 *
 * Known are networks of every layer, logistic regression, ridge and linear SVC, SVC, decision trees, forests, extra trees and boosting without
 * categories, alone, in a vote, or after standard, robust and min–max scalers, PCA and correlations of frames in a pipeline. A network with `passes` predicts by one look.
 *
 * @returns ONNX 17 with ai.onnx.ml 3; computes in float32, so probabilities differ by rounding, about 1e-6; those of an SVC of two classes by
 *   up to 3e-3, because onnxruntime finds them by an iteration that stops early
 * @throws TypeError naming a kind of model, or a setting of the features, that has no counterpart; RangeError if features and model do not fit
 */
export async function exportOnnx(
  model: Classifier,
  { features, int8 = false }: ExportOnnxOptions = {},
): Promise<Uint8Array> {
  const state = await model.getState();
  const first = state.kind === "pipeline" ? readState(state).states("steps")[0] : state;
  const texts = isVectorizer(first.kind);
  if (texts && features) throw new TypeError("exportOnnx: a model of texts has no features of sound in front.");
  const graph = texts
    ? createGraph("texts", "string")
    : createGraph(features ? "samples" : "features", "float", { int8 });
  const metadata = { classes: JSON.stringify(model.classes), kind: model.kind };
  if (!features) {
    const { output, shape } = await addModel(graph, graph.input, state);
    return graph.finish(output, texts ? [] : shape, metadata);
  }
  const before = addFeatures(graph, graph.input, features);
  const { output, shape } = await addModel(graph, before.output, state);
  if (shape.join() !== before.shape.join() && !(shape.length === 1 && shape[0] === before.shape[1])) {
    throw new RangeError(`exportOnnx: the model takes [${shape}], these features give [${before.shape}].`);
  }
  return graph.finish(output, [before.length], { ...metadata, features: JSON.stringify(features) });
}

/** The nodes of a model behind what `input` names. @returns its probabilities, and the shape of a sample that it takes */
async function addModel(graph: GraphBuilder, input: string, state: ModelState): Promise<Part> {
  const steps = state.kind === "pipeline" ? readState(state).states("steps") : [state];
  let output = input;
  let shape: readonly number[] | undefined;
  for (const step of steps) {
    const add = Object.hasOwn(writers, step.kind) ? writers[step.kind] : undefined;
    if (!add)
      throw new TypeError(`exportOnnx: ${step.kind} cannot be exported; known are ${Object.keys(writers).join(", ")}.`);
    const part = await add(graph, output, stateFromJson(step));
    output = part.output;
    // A scaler knows the columns alone; a network behind it the axes before them as well.
    if (!shape?.length || (shape.length === 1 && part.shape.length > 1)) shape = part.shape;
  }
  return { output, shape: shape ?? [] };
}

export interface Part {
  output: string;
  /** Of a sample that it takes. */
  shape: readonly number[];
}

type Writer = (graph: GraphBuilder, input: string, state: ModelState) => Awaitable<Part>;

const scaler: Writer = (graph, input, state) => {
  const read = readState(state);
  const center = read.float64("center", [-1]);
  const cols = center.length;
  const centred = graph.node("Sub", [input, graph.constant(center, [1, cols])]);
  return {
    output: graph.node("Div", [centred, graph.constant(read.float64("scale", [cols]), [1, cols])]),
    shape: [cols],
  };
};

/** scores = input · coefᵀ + intercept. */
function linear(graph: GraphBuilder, input: string, coef: StateTensor, intercept: StateTensor): Part {
  const [k, cols] = coef.shape;
  const weights = graph.constant(coef.data, [k, cols]);
  const scores = graph.node("Gemm", [input, weights, graph.constant(intercept.data, [1, k])], { transB: { int: 1 } });
  return {
    output:
      k === 1 ? pair(graph, graph.node("Sigmoid", [scores])) : graph.node("Softmax", [scores], { axis: { int: 1 } }),
    shape: [cols],
  };
}

const linearLearned: Writer = (graph, input, state) => {
  const { coef, intercept } = readState(state).options("learned") as Record<string, StateTensor>;
  return linear(graph, input, coef, intercept);
};

/** One column p as 1 − p and p. */
function pair(graph: GraphBuilder, p: string): string {
  return graph.node("Concat", [graph.node("Sub", [graph.constant([1], [1, 1]), p]), p], { axis: { int: 1 } });
}

const forest: Writer = (graph, input, state) => {
  const read = readState(state);
  const classes = read.texts("classes").length;
  const cols = read.float64("importances", [-1]).length;
  return { output: addTrees(graph, input, forestNodes(state, classes), classes), shape: [cols] };
};

const writers: Readonly<Record<string, Writer>> = {
  neuralClassifier: addNetwork,
  standardScaler: scaler,
  robustScaler: scaler,
  minMaxScaler: scaler,
  pca(graph, input, state) {
    const { mean, components, variances } = readState(state).options("learned") as Record<string, StateTensor>;
    const [kept, cols] = components.shape;
    const whiten = readState(state).options().whiten === true;
    const centred = graph.node("Sub", [input, graph.constant(mean.data, [1, cols])]);
    const weights = whiten
      ? Float64Array.from(components.data, (v, i) => v / Math.sqrt(variances.data[Math.floor(i / cols)]))
      : components.data;
    const zero = graph.constant(new Float64Array(kept), [1, kept]);
    return {
      output: graph.node("Gemm", [centred, graph.constant(weights, [kept, cols]), zero], { transB: { int: 1 } }),
      shape: [cols],
    };
  },
  logisticRegression(graph, input, state) {
    const read = readState(state);
    return linear(graph, input, read.tensor("coef"), read.tensor("intercept"));
  },
  linearSvc: linearLearned,
  ridgeClassifier: linearLearned,
  countVectorizer: addVectorizer,
  tfidfVectorizer: addVectorizer,
  hashingVectorizer: addVectorizer,
  naiveBayesWeights: addColumnWeights,
  frameCorrelation: addFrameCorrelation,
  async voting(graph, input, state) {
    const read = readState(state);
    const weights = read.numbers("weights");
    const total = weights.reduce((a, b) => a + b, 0);
    const parts: Part[] = [];
    for (const own of read.states("estimators")) parts.push(await addModel(graph, input, own));
    const shares = parts.map(({ output }, i) => graph.node("Mul", [output, graph.constant([weights[i] / total], [1])]));
    return { output: graph.node("Sum", shares), shape: parts.find(({ shape }) => shape.length > 0)?.shape ?? [] };
  },
  svc(graph, input, state) {
    const read = readState(state);
    const { kernel, coef0, degree } = read.options() as { kernel: string; coef0: number; degree: number };
    const classes = read.texts("classes").length;
    const { data: vectors, shape } = read.tensor("supportVectors");
    if (!read.has("sigmoids")) {
      throw new TypeError('exportOnnx: svc can be exported when it was fitted with probability: "platt".');
    }
    const sigmoids = read.float64("sigmoids", [-1, 2]);
    const attributes = {
      kernel_type: { text: kernel.toUpperCase() },
      kernel_params: { floats: [read.number("gammaUsed"), coef0, degree] },
      support_vectors: { floats: vectors },
      vectors_per_class: { ints: read.numbers("counts") },
      coefficients: { floats: read.float64("dualCoef", [classes - 1, shape[0]]) },
      rho: { floats: read.float64("rho", [-1]).map((v) => -v) },
      prob_a: { floats: sigmoids.filter((_, i) => i % 2 === 0) },
      prob_b: { floats: sigmoids.filter((_, i) => i % 2 === 1) },
      classlabels_ints: { ints: Array.from({ length: classes }, (_, c) => c) },
      post_transform: { text: "NONE" },
    };
    return { output: graph.node("SVMClassifier", [input], attributes, "ai.onnx.ml", 1), shape: [shape[1]] };
  },
  decisionTree: forest,
  randomForest: forest,
  extraTrees: forest,
  histGradientBoosting(graph, input, state) {
    const nodes = boostedNodes(state);
    const scores = addTrees(graph, input, nodes, nodes.base.length, nodes.base);
    const output =
      nodes.base.length === 1
        ? pair(graph, graph.node("Sigmoid", [scores]))
        : graph.node("Softmax", [scores], { axis: { int: 1 } });
    return { output, shape: [nodes.cols] };
  },
};
