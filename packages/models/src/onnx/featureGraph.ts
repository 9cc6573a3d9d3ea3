import {
  dct,
  delta,
  type FeatureConfig,
  getWindow,
  linearFilterBank,
  type Matrix,
  melFilterBank,
  resolveFeatureConfig,
} from "@earshot/dsp";
import type { GraphBuilder } from "./graph.js";
import { reshaped } from "./value.js";

/** What a resolved config of the kinds below holds. */
type Resolved = Required<Omit<Extract<FeatureConfig, { kind: "mfcc" }>, "kind" | "trim" | "pool">> & {
  kind: FeatureConfig["kind"];
  trim: unknown;
  pool: unknown;
  durationSec: number | null;
  /** Of linear-frequency cepstra. */
  nFilters: number;
  nLfcc: number;
};

/** Samples in, frames × features out. */
export interface FeaturePart {
  output: string;
  /** Samples of a clip, cut or padded to the fixed length. */
  length: number;
  /** Frames and features. */
  shape: readonly [number, number];
}

/**
 * The features of a config as nodes: framing and Fourier transform as one convolution, filters and cosine transform as products.
 *
 * @param input N × samples, mono at the config's rate
 * @throws TypeError naming the setting that has no counterpart: no fixed length, trimming, pooling, symmetric padding
 */
export function addFeatures(graph: GraphBuilder, input: string, config: FeatureConfig): FeaturePart {
  const c = resolveFeatureConfig(config) as unknown as Resolved;
  requireGraph(c);
  const length = Math.round((c.durationSec as number) * c.sampleRate);
  const border = c.center ? Math.floor(c.nFft / 2) : 0;
  const frames = 1 + Math.floor((length + 2 * border - c.nFft) / c.hopLength);
  let value = addSpectra(graph, reshaped(graph, input, [1, length]), c, border);
  let cols = 1 + Math.floor(c.nFft / 2);
  if (c.kind !== "spectrogram") {
    const filters = c.kind === "lfcc" ? linearFilterBank(c) : melFilterBank(c);
    value = graph.node("MatMul", [graph.constant(filters.data, [filters.rows, filters.cols]), value]);
    cols = filters.rows;
  }
  value = graph.node("Transpose", [value], { perm: { ints: [0, 2, 1] } });
  if (["logMel", "mfcc", "lfcc"].includes(c.kind)) value = addDecibels(graph, value, c);
  if (c.kind === "mfcc" || c.kind === "lfcc") {
    const kept = c.kind === "mfcc" ? c.nMfcc : c.nLfcc;
    value = graph.node("MatMul", [value, graph.constant(cepstrumColumns(cols, kept, c), [cols, kept])]);
    cols = kept;
  }
  value = addDeltas(graph, value, c.deltas, frames);
  cols *= 1 + c.deltas;
  if (c.normalize !== "none") value = addNormalisation(graph, value, c.normalize === "meanVariance");
  return { output: value, length, shape: [frames, cols] };
}

function requireGraph(c: Resolved): void {
  const reason =
    (!["spectrogram", "melSpectrogram", "logMel", "mfcc", "lfcc"].includes(c.kind) && `features of kind ${c.kind}`) ||
    (c.durationSec === null && "features of clips of any length (set features.durationSec)") ||
    (c.trim && "features behind features.trim") ||
    (c.pool && "features behind features.pool") ||
    (c.center && c.padMode === "symmetric" && "frames padded symmetrically");
  if (reason)
    throw new TypeError(`exportOnnx: ${reason} cannot be in the graph; export the model without its features.`);
}

/** N × bins × frames of |spectrum| to the power of the config. */
function addSpectra(graph: GraphBuilder, clip: string, c: Resolved, border: number): string {
  let samples = clip;
  if (c.preEmphasis > 0) {
    const filter = graph.constant([-c.preEmphasis, 1], [1, 1, 2]);
    samples = graph.node("Conv", [samples, filter], { kernel_shape: { ints: [2] }, pads: { ints: [1, 0] } });
  }
  if (border > 0) {
    const mode = { constant: "constant", edge: "edge", reflect: "reflect" }[c.padMode as "edge"];
    samples = graph.node("Pad", [samples, graph.whole([0, 0, border, 0, 0, border])], { mode: { text: mode } });
  }
  const bins = 1 + Math.floor(c.nFft / 2);
  const waves = graph.constant(windowedWaves(c, bins), [2 * bins, 1, c.nFft]);
  const spectra = graph.node("Conv", [samples, waves], {
    kernel_shape: { ints: [c.nFft] },
    strides: { ints: [c.hopLength] },
  });
  const squares = graph.nodes("Split", [graph.node("Mul", [spectra, spectra])], { axis: { int: 1 } }, 2);
  const power = graph.node("Add", squares);
  if (c.kind === "lfcc" || c.power === 2) return power;
  return c.power === 1 ? graph.node("Sqrt", [power]) : graph.node("Pow", [power, graph.constant([c.power / 2], [])]);
}

/** Cosines, then sines, of every bin under the window. */
function windowedWaves({ nFft, winLength, window }: Resolved, bins: number): Float32Array {
  const middle = getWindow(window, winLength);
  const from = Math.floor((nFft - winLength) / 2);
  const out = new Float32Array(2 * bins * nFft);
  for (let k = 0; k < bins; k++) {
    for (let t = 0; t < winLength; t++) {
      // The angle is cut to one turn first: large ones would lose digits.
      const angle = (2 * Math.PI * ((k * (from + t)) % nFft)) / nFft;
      out[k * nFft + from + t] = middle[t] * Math.cos(angle);
      out[(bins + k) * nFft + from + t] = -middle[t] * Math.sin(angle);
    }
  }
  return out;
}

function addDecibels(graph: GraphBuilder, value: string, { amin, ref, topDb }: Resolved): string {
  const scalar = (v: number): string => graph.constant([v], []);
  const logs = graph.node("Log", [graph.node("Max", [value, scalar(amin)])]);
  const scaled = graph.node("Mul", [logs, scalar(10 / Math.LN10)]);
  const level = 10 * Math.log10(Math.max(amin, ref));
  const decibels = level === 0 ? scaled : graph.node("Sub", [scaled, scalar(level)]);
  if (topDb === null) return decibels;
  const loudest = graph.node("ReduceMax", [decibels], { axes: { ints: [1, 2] }, keepdims: { int: 1 } });
  return graph.node("Max", [decibels, graph.node("Sub", [loudest, scalar(topDb)])]);
}

/** bands × coefficients: what a row of decibels is multiplied by. */
function cepstrumColumns(bands: number, kept: number, { dctType, dctNorm, lifter }: Resolved): Float64Array {
  const { data } = dct(identityOf(bands), { type: dctType, norm: dctNorm, count: kept });
  const lift = (c: number): number => (lifter > 0 ? 1 + (lifter / 2) * Math.sin((Math.PI * (c + 1)) / lifter) : 1);
  return Float64Array.from(data, (v, i) => v * lift(i % kept));
}

function identityOf(n: number): Matrix {
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  return { data, rows: n, cols: n };
}

/** Derivatives beside the features: for a fixed number of frames, each is a product from the left. */
function addDeltas(graph: GraphBuilder, value: string, orders: number, frames: number): string {
  if (orders === 0) return value;
  const parts = Array.from({ length: orders }, (_, i) => {
    const { data } = delta(identityOf(frames), { order: i + 1 });
    return graph.node("MatMul", [graph.constant(data, [frames, frames]), value]);
  });
  return graph.node("Concat", [value, ...parts], { axis: { int: 2 } });
}

function addNormalisation(graph: GraphBuilder, value: string, variance: boolean): string {
  const overTime = { axes: { ints: [1] }, keepdims: { int: 1 } };
  const mean = graph.node("ReduceMean", [value], overTime);
  const centred = graph.node("Sub", [value, mean]);
  if (!variance) return centred;
  const deviation = graph.node("Sqrt", [graph.node("ReduceMean", [graph.node("Mul", [centred, centred])], overTime)]);
  const rounding = graph.node("Mul", [graph.node("Abs", [mean]), graph.constant([1e-6], [])]);
  const constant = graph.node("LessOrEqual", [deviation, rounding]);
  return graph.node("Div", [centred, graph.node("Where", [constant, graph.constant([1], []), deviation])]);
}
