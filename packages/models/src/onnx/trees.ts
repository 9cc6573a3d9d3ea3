import { readState } from "../core/state.js";
import type { ModelState, StateTensor } from "../core/types.js";
import type { GraphBuilder } from "./graph.js";

/** The nodes of all trees as ONNX lists them, one array a property. */
export interface TreeNodes {
  tree: number[];
  id: number[];
  feature: number[];
  value: number[];
  mode: string[];
  left: number[];
  right: number[];
  /** Whether NaN goes left. */
  missingLeft: number[];
  leafTree: number[];
  leafNode: number[];
  leafTarget: number[];
  leafWeight: number[];
}

const emptyNodes = (): TreeNodes => ({
  tree: [],
  id: [],
  feature: [],
  value: [],
  mode: [],
  left: [],
  right: [],
  missingLeft: [],
  leafTree: [],
  leafNode: [],
  leafTarget: [],
  leafWeight: [],
});

/** Adds an ensemble whose leaves are summed: N × targets. */
export function addTrees(
  graph: GraphBuilder,
  input: string,
  nodes: TreeNodes,
  targets: number,
  base?: Float64Array,
): string {
  const attributes = {
    n_targets: { int: targets },
    nodes_treeids: { ints: nodes.tree },
    nodes_nodeids: { ints: nodes.id },
    nodes_featureids: { ints: nodes.feature },
    nodes_values: { floats: nodes.value },
    nodes_modes: { texts: nodes.mode },
    nodes_truenodeids: { ints: nodes.left },
    nodes_falsenodeids: { ints: nodes.right },
    nodes_missing_value_tracks_true: { ints: nodes.missingLeft },
    target_treeids: { ints: nodes.leafTree },
    target_nodeids: { ints: nodes.leafNode },
    target_ids: { ints: nodes.leafTarget },
    target_weights: { floats: nodes.leafWeight },
    aggregate_function: { text: "SUM" },
    post_transform: { text: "NONE" },
    ...(base && { base_values: { floats: base } }),
  };
  return graph.node("TreeEnsembleRegressor", [input], attributes, "ai.onnx.ml");
}

function addBranch(
  nodes: TreeNodes,
  tree: number,
  id: number,
  feature: number,
  border: number,
  left: number,
  missingLeft: boolean,
): void {
  nodes.tree.push(tree);
  nodes.id.push(id);
  nodes.feature.push(feature);
  nodes.value.push(floorToFloat(border));
  nodes.mode.push("BRANCH_LEQ");
  nodes.left.push(left);
  nodes.right.push(left + 1);
  nodes.missingLeft.push(missingLeft ? 1 : 0);
}

function addLeaf(nodes: TreeNodes, tree: number, id: number, weights: readonly number[], firstTarget: number): void {
  nodes.tree.push(tree);
  nodes.id.push(id);
  nodes.feature.push(0);
  nodes.value.push(0);
  nodes.mode.push("LEAF");
  nodes.left.push(0);
  nodes.right.push(0);
  nodes.missingLeft.push(0);
  for (const [t, weight] of weights.entries()) {
    nodes.leafTree.push(tree);
    nodes.leafNode.push(id);
    nodes.leafTarget.push(firstTarget + t);
    nodes.leafWeight.push(weight);
  }
}

/** The largest float32 that is not above the number: float32 features then fall on the same side. */
function floorToFloat(value: number): number {
  const near = Math.fround(value);
  if (near <= value) return near;
  const bits = new Int32Array(Float32Array.of(near).buffer);
  bits[0] += near > 0 ? -1 : 1;
  return new Float32Array(bits.buffer)[0];
}

/** Trees whose leaves hold class shares; each counts by one over their number. */
export function forestNodes(state: ModelState, k: number): TreeNodes {
  const read = readState(state);
  const roots = read.int32("roots", [-1]);
  const feature = read.int32("feature", [-1]);
  const threshold = read.float64("threshold", [-1]);
  const left = read.int32("left", [-1]);
  const values = read.float64("values", [-1, k]);
  const nodes = emptyNodes();
  const count = roots.length - 1;
  for (let t = 0; t < count; t++) {
    for (let at = roots[t]; at < roots[t + 1]; at++) {
      const id = at - roots[t];
      if (feature[at] >= 0) addBranch(nodes, t, id, feature[at], threshold[at], left[at], false);
      else {
        const shares = values.subarray(left[at] * k, (left[at] + 1) * k);
        addLeaf(
          nodes,
          t,
          id,
          Array.from(shares, (v) => v / count),
          0,
        );
      }
    }
  }
  return nodes;
}

/** Trees on bins, with the bins' borders put back. */
export function boostedNodes(state: ModelState): TreeNodes & { base: Float64Array; cols: number } {
  const read = readState(state);
  const cuts = (state.cuts as unknown as StateTensor[]).map(({ data }) => data as Float64Array);
  const sizes = read.int32("sizes", [-1]);
  const base = read.float64("baseline", [-1]);
  const feature = read.int32("feature", [-1]);
  const bin = read.int32("bin", [-1]);
  const left = read.int32("left", [-1]);
  const value = read.float64("value", [-1]);
  const flags = read.tensor("flags").data;
  const nodes = emptyNodes();
  let from = 0;
  for (const [t, size] of sizes.entries()) {
    for (let id = 0; id < size; id++) {
      const at = from + id;
      const f = feature[at];
      if (f < 0) addLeaf(nodes, t, id, [value[at]], t % base.length);
      else if (bin[at] < 0)
        throw new TypeError("exportOnnx: boosting with categorical columns cannot be exported; encode them first.");
      else {
        // The last bin has no upper border: all known values go left of the missing ones.
        const border = bin[at] < cuts[f].length ? cuts[f][bin[at]] : 3.4e38;
        addBranch(nodes, t, id, f, border, left[at], flags[at] === 1);
      }
    }
    from += size;
  }
  return { ...nodes, base, cols: cuts.length };
}
