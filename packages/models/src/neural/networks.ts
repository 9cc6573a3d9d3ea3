import { nearest } from "../core/options.js";
import type { LayerSpec } from "./layers/specs.js";

/** Options of a named network. Sound comes as [frames, features]; images as [height, width, channels]. */
export interface NetworkOptions {
  /** Multiplies the channels or units of every layer (default 1). */
  width?: number;
  /** Before the output (default 0.3). */
  dropout?: number;
}

type Maker = (scale: (channels: number) => number, dropout: number) => LayerSpec[];

const relu = { kind: "activation", activation: "relu" } as const;
const normed = (layer: LayerSpec): LayerSpec[] => [layer, { kind: "batchNorm" }, relu];
const conv = (filters: number, strides = 1): LayerSpec[] => normed({ kind: "conv2d", filters, strides });
const pool = (rows: number, columns: number): LayerSpec => ({ kind: "maxPool", size: [rows, columns] });
const end = (dropout: number): LayerSpec[] => (dropout ? [{ kind: "dropout", rate: dropout }] : []);

const block = (filters: number, strides: number): LayerSpec => ({
  kind: "residual",
  layers: [...conv(filters, strides), { kind: "conv2d", filters }, { kind: "batchNorm" }],
});

const separable = (filters: number, strides = 1): LayerSpec[] => [
  ...normed({ kind: "depthwiseConv2d", strides }),
  ...normed({ kind: "conv2d", filters, size: 1 }),
];

const lightBlock = (filters: number): LayerSpec[] => [
  { kind: "conv2d", filters: filters, size: 1 },
  { kind: "maxFeatureMap" },
  { kind: "batchNorm" },
  { kind: "conv2d", filters: 2 * filters },
  { kind: "maxFeatureMap" },
  { kind: "maxPool" },
  { kind: "batchNorm" },
];

const makers: Record<string, Maker> = {
  mlp: (s, dropout) => [
    { kind: "flatten" },
    ...normed({ kind: "dense", units: s(256) }),
    ...end(dropout),
    ...normed({ kind: "dense", units: s(128) }),
    ...end(dropout),
  ],
  cnn: (s, dropout) => [
    ...[32, 64, 128].flatMap((n) => [...conv(s(n)), pool(2, 2)]),
    ...conv(s(128)),
    { kind: "globalPool", mode: "both" },
    ...end(dropout),
  ],
  cnnLstm: (s, dropout) => [
    ...[32, 64].flatMap((n) => [...conv(s(n)), pool(2, 2)]),
    ...end(dropout),
    { kind: "lstm", units: s(64) },
    ...end(dropout),
  ],
  crnn: (s, dropout) => [
    ...[32, 64, 96].flatMap((n) => [...conv(s(n)), pool(2, 2)]),
    ...end(dropout),
    { kind: "gru", units: s(64), bidirectional: true, sequences: true },
    { kind: "attentionPool", deviation: true },
    ...end(dropout),
  ],
  lcnn: (s, dropout) => [
    { kind: "conv2d", filters: s(32), size: 5 },
    { kind: "maxFeatureMap" },
    { kind: "maxPool" },
    ...lightBlock(s(32)),
    ...lightBlock(s(48)),
    { kind: "globalPool", mode: "both" },
    ...end(dropout),
    { kind: "dense", units: s(64) },
    { kind: "maxFeatureMap" },
  ],
  resnet: (s, dropout) => [
    ...conv(s(16)),
    block(s(16), 1),
    block(s(32), 2),
    block(s(64), 2),
    block(s(128), 2),
    { kind: "globalPool" },
    ...end(dropout),
  ],
  dsCnn: (s, dropout) => [
    ...normed({ kind: "conv2d", filters: s(32), size: 3, strides: 2 }),
    ...separable(s(32)),
    ...separable(s(48), 2),
    ...separable(s(64)),
    ...separable(s(64)),
    { kind: "globalPool" },
    ...end(dropout),
  ],
  attentionPool: (s, dropout) => [
    ...normed({ kind: "conv1d", filters: s(128), size: 5 }),
    ...normed({ kind: "conv1d", filters: s(128), size: 3, dilations: 2 }),
    ...normed({ kind: "conv1d", filters: s(128), size: 3, dilations: 3 }),
    { kind: "attentionPool", deviation: true },
    { kind: "batchNorm" },
    ...end(dropout),
  ],
};

/** Networks by name: `network: cnn` or `network: { kind: cnn, width: 0.5 }` in a recipe. */
export const networkNames = Object.keys(makers);

/**
 * The layers of a named network, without the output.
 *
 * mlp: two dense layers. cnn: four 3×3 convolutions. cnnLstm: two convolutions, then an LSTM over the frames. crnn: three, a
 * bidirectional GRU, attentive pooling. lcnn: Light CNN with max-feature-maps. resnet: four residual blocks. dsCnn: depthwise
 * separable, small enough for live use. attentionPool: dilated convolutions over time, attentive statistics.
 *
 * @throws RangeError for an unknown name, a width that is not above 0, a dropout outside [0, 1)
 */
export function namedNetwork(name: string, { width = 1, dropout = 0.3 }: NetworkOptions = {}): LayerSpec[] {
  if (!Object.hasOwn(makers, name)) {
    throw new RangeError(`namedNetwork: unknown network "${name}"; ${nearest(name, networkNames)}`);
  }
  if (!(width > 0 && width <= 64))
    throw new RangeError(`namedNetwork: width must be above 0 and at most 64, got ${width}.`);
  if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`namedNetwork: dropout must be in [0, 1), got ${dropout}.`);
  // Whole vectors of channels, and halves of them for max-feature-maps.
  return makers[name]((channels) => Math.max(8, 8 * Math.round((channels * width) / 8)), dropout);
}
