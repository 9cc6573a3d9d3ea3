import { readState } from "../core/state.js";
import type { ModelState } from "../core/types.js";
import { cosines } from "../preprocessing/correlations.js";
import type { ReadFrameCorrelation } from "../preprocessing/frameCorrelation.js";
import type { Part } from "./exportOnnx.js";
import type { GraphBuilder } from "./graph.js";

/** The nodes of a `frameCorrelation` step: N × frames × columns in, a row or a picture a sample out. */
export function addFrameCorrelation(graph: GraphBuilder, input: string, state: ModelState): Part {
  const read = readState(state);
  const [frames, cols] = (read.options("learned") as { shape: number[] }).shape;
  const { detrend, lags, gate, cepstra, output } = read.options() as unknown as ReadFrameCorrelation;
  const mean = (name: string, axis: number): string => graph.node("ReduceMean", [name], { axes: { ints: [axis] } });
  const number = (value: number): string => graph.constant([value], [1]);
  const movingMean = (name: string): string => {
    const before = Math.floor((detrend - 1) / 2);
    return graph.node("AveragePool", [name], {
      kernel_shape: { ints: [detrend] },
      pads: { ints: [before, detrend - 1 - before] },
      count_include_pad: { int: 0 },
    });
  };
  const bands = cepstra ? graph.node("MatMul", [input, graph.constant(cosines(cols), [cols, cols])]) : input;
  // N × columns × frames from here on.
  const signal = graph.node("Transpose", [bands], { perm: { ints: [0, 2, 1] } });
  let counts: string | undefined;
  if (gate) {
    const smooth = movingMean(mean(signal, 1));
    const loudest = graph.node("ReduceMax", [smooth], { axes: { ints: [2] } });
    const loud = graph.node("Greater", [smooth, graph.node("Sub", [loudest, number(gate)])]);
    counts = graph.node("Cast", [loud], { to: { int: 1 } });
  }
  const counted = (name: string): string => (counts ? graph.node("Mul", [name, counts]) : name);
  const share = counts && mean(counts, 2);
  const meanCounted = (name: string): string => (share ? graph.node("Div", [mean(name, 2), share]) : mean(name, 2));
  const flat = detrend > 1 ? graph.node("Sub", [signal, movingMean(signal)]) : signal;
  const centred = counted(graph.node("Sub", [flat, meanCounted(counted(flat))]));
  const deviation = graph.node("Sqrt", [meanCounted(graph.node("Mul", [centred, centred]))]);
  const z = graph.node("Div", [centred, graph.node("Add", [deviation, number(1e-6)])]);
  const pictures = lags.map((lag) => {
    const part = (from: number, to: number): string =>
      lag === 0 ? z : graph.node("Slice", [z, graph.whole([from]), graph.whole([to]), graph.whole([2])]);
    const later = graph.node("Transpose", [part(lag, frames)], { perm: { ints: [0, 2, 1] } });
    const sums = graph.node("MatMul", [part(0, frames - lag), later]);
    const means = graph.node("Div", [sums, number(frames)]);
    return share ? graph.node("Div", [means, share]) : means;
  });
  if (output === "picture") {
    const layers = pictures.map((name) => graph.node("Unsqueeze", [name, graph.whole([3])]));
    return { output: graph.node("Concat", layers, { axis: { int: 3 } }), shape: [frames, cols] };
  }
  const pairs = pictures.map((name, k) => {
    const row = graph.node("Reshape", [name, graph.whole([-1, cols * cols])]);
    return graph.node("Gather", [row, graph.whole(pairsOf(cols, lags[k]))], { axis: { int: 1 } });
  });
  const row = (name: string): string => graph.node("Reshape", [name, graph.whole([-1, cols])]);
  const square = graph.node("Mul", [z, z]);
  const skewness = meanCounted(graph.node("Mul", [square, z]));
  const kurtosis = graph.node("Min", [meanCounted(graph.node("Mul", [square, square])), number(30)]);
  const level = graph.node("Log", [graph.node("Add", [deviation, number(1e-3)])]);
  const all = [...pairs, row(level), row(skewness), row(kurtosis)];
  return { output: graph.node("Concat", all, { axis: { int: 1 } }), shape: [frames, cols] };
}

/** Places of the pairs that a row holds, in a picture laid out as a row. */
function pairsOf(cols: number, lag: number): number[] {
  return Array.from({ length: cols * cols }, (_, i) => i).filter((i) => {
    const [a, b] = [Math.floor(i / cols), i % cols];
    return lag === 0 ? b > a : Math.abs(a - b) <= 1;
  });
}
