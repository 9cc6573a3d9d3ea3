import type { Rng } from "@earshot/models";

/** Sizes of a decoder. */
export interface DecoderSizes {
  /** Words, the end included. */
  words: number;
  /** Numbers of a word's vector. */
  embedding: number;
  /** Of the LSTM, and of everything behind it. */
  units: number;
  /** Numbers a region. */
  features: number;
}

/** Weights by name, in the order in which they are drawn. */
const weightShapes = ({ words, embedding, units, features }: DecoderSizes) =>
  ({
    /** Vectors of the words. */
    words: [words, embedding],
    /** First states from the mean of the regions. */
    startHidden: [features, units],
    startHiddenBias: [units],
    startCell: [features, units],
    startCellBias: [units],
    kernel: [embedding, 4 * units],
    recurrent: [units, 4 * units],
    bias: [4 * units],
    /** Attention: what a state looks for, what a region offers, and what it tells. */
    query: [units, units],
    key: [features, units],
    value: [features, units],
    valueBias: [units],
    /** State and what was seen, joined. */
    join: [2 * units, units],
    joinBias: [units],
    output: [units, words],
    outputBias: [words],
  }) as const satisfies Record<string, readonly number[]>;

export type WeightName = keyof ReturnType<typeof weightShapes>;
export type DecoderWeights = Record<WeightName, Float32Array>;

/** Names and shapes, in order. */
export const weightEntries = (sizes: DecoderSizes): [WeightName, number[]][] =>
  Object.entries(weightShapes(sizes)).map(([name, shape]) => [name as WeightName, [...shape]]);

/** Fresh weights: uniform as Glorot & Bengio, forget gates open, words small. */
export function freshWeights(sizes: DecoderSizes, rng: Rng): DecoderWeights {
  const made = {} as DecoderWeights;
  for (const [name, shape] of weightEntries(sizes)) {
    const size = shape.reduce((a, b) => a * b, 1);
    const limit = name === "words" ? 0.1 : Math.sqrt(6 / (shape[0] + (shape[1] ?? 0)));
    made[name] =
      shape.length === 1
        ? new Float32Array(size)
        : Float32Array.from({ length: size }, () => limit * (2 * rng.next() - 1));
  }
  made.bias.fill(1, sizes.units, 2 * sizes.units);
  return made;
}
