import { activate, type Node, requireActivation, type Site, sizeOf } from "./node.js";
import {
  activationNode,
  affineNode,
  denseNode,
  permuteNode,
  reshapeNode,
  softmaxNode,
  unitLengthNode,
} from "./rowNodes.js";
import { attentionPoolNode, recurrentNode } from "./sequenceNodes.js";
import { convolutionNode, globalPoolNode, maxFeatureMapNode, poolNode } from "./spatialNodes.js";
import type { InferenceStep } from "./steps.js";

/** Nodes in a row that share two buffers in turn. */
export interface Program {
  outShape: readonly number[];
  /** Numbers of working memory, for one sample. */
  scratch: number;
  run(n: number, x: number, y: number, scratch: number): void;
}

const ADD = 0;
const ADD_RELU = 12;

/** @param where what errors call the row, such as "step 3 (residual), " */
export function makeProgram(
  steps: readonly InferenceStep[],
  inShape: readonly number[],
  site: Omit<Site, "fail">,
  where = "",
): Program {
  const nodes: Node[] = [];
  let shape = inShape;
  for (const [i, step] of steps.entries()) {
    const name = `${where}step ${i + 1} (${step.op})`;
    const fail = (rule: string): never => {
      throw new RangeError(`compileNetwork: ${name} ${rule}.`);
    };
    nodes.push(makeNode(step, shape, { ...site, fail }, name));
    shape = nodes[i].outShape;
  }
  const widest = Math.max(0, ...nodes.slice(0, -1).map((node) => padded(sizeOf(node.outShape))));
  const inner = Math.max(0, ...nodes.map((node) => padded(node.scratch ?? 0)));
  return {
    outShape: shape,
    scratch: 2 * widest + inner,
    run(n, x, y, scratch) {
      const buffers = [scratch, scratch + 4 * n * widest];
      const own = scratch + 8 * n * widest;
      let from = x;
      for (const [i, node] of nodes.entries()) {
        const isLast = i === nodes.length - 1;
        // The input is never written to.
        const stays = node.place === "alias" || (node.place === "inPlace" && from !== x);
        const to = isLast ? y : stays ? from : from === buffers[0] ? buffers[1] : buffers[0];
        if (node.place !== "alias") node.run(n, from, to, own);
        else if (isLast)
          site.backend.heap.f32(to, n * sizeOf(shape)).set(site.backend.heap.f32(from, n * sizeOf(shape)));
        from = to;
      }
      if (nodes.length === 0)
        site.backend.heap.f32(y, n * sizeOf(shape)).set(site.backend.heap.f32(x, n * sizeOf(shape)));
    },
  };
}

/** Whole cache lines. */
const padded = (numbers: number): number => 16 * Math.ceil(numbers / 16);

function makeNode(step: InferenceStep, shape: readonly number[], site: Site, name: string): Node {
  switch (step.op) {
    case "conv2d":
    case "depthwiseConv2d":
      return convolutionNode(step, shape, site);
    case "dense":
      return denseNode(step, shape, site);
    case "affine":
      return affineNode(step, shape, site);
    case "activation":
      return activationNode(step.activation, shape, site);
    case "maxPool":
    case "averagePool":
      return poolNode(step, shape, site);
    case "globalPool":
      return globalPoolNode(step, shape, site);
    case "maxFeatureMap":
      return maxFeatureMapNode(shape, site);
    case "reshape":
      return reshapeNode(step, shape, site);
    case "permute":
      return permuteNode(step, shape, site);
    case "softmax":
      return softmaxNode(shape, site);
    case "unitLength":
      return unitLengthNode(shape, site);
    case "lstm":
    case "gru":
      return recurrentNode(step, shape, site);
    case "attentionPool":
      return attentionPoolNode(step, shape, site);
    case "residual":
      return residualNode(step, shape, site, name);
    default:
      return site.fail("is unknown");
  }
}

function residualNode(
  { steps, shortcut, activation = "relu" }: Extract<InferenceStep, { op: "residual" }>,
  shape: readonly number[],
  site: Site,
  name: string,
): Node {
  const { backend, fail } = site;
  requireActivation(activation, site);
  const through = makeProgram(steps, shape, site, `${name}, `);
  const way = makeProgram(shortcut, shape, site, `${name}, shortcut, `);
  if (through.outShape.join() !== way.outShape.join()) {
    fail(`has steps that end in [${through.outShape}] beside a shortcut of [${way.outShape}]`);
  }
  const size = sizeOf(through.outShape);
  const own = shortcut.length ? padded(size) : 0;
  return {
    outShape: through.outShape,
    scratch: own + Math.max(through.scratch, way.scratch),
    run(n, x, y, scratch) {
      const rest = scratch + 4 * n * own;
      through.run(n, x, y, rest);
      if (own) way.run(n, x, scratch, rest);
      const relu = activation === "relu";
      backend.pool.run("binary", n * size, 16384, relu ? ADD_RELU : ADD, y, own ? scratch : x, y);
      if (!relu) activate(backend, activation, n * size, y);
    },
  };
}
