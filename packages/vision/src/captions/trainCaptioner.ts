import { useEngine } from "@earshot/engine";
import { requireRange, requireWhole } from "../images/image.js";
import { type Captioner, captionerOf, standardised } from "./captioner.js";
import type { DecoderSizes, DecoderWeights } from "./decoder.js";
import type { Regions } from "./regions.js";
import { type Coded, trainDecoder } from "./trainDecoder.js";
import { createVocabulary } from "./vocabulary.js";

/** A picture with what was said about it. */
export interface CaptionedRegions {
  regions: Regions;
  captions: readonly string[];
}

/** What an epoch of {@link trainCaptioner} reached. */
export interface CaptionLog {
  decoder: number;
  epoch: number;
  epochs: number;
  /** Mean cross-entropy a word. */
  loss: number;
  /** Of the validation part, where there is one. */
  valLoss?: number;
}

/** Options of {@link trainCaptioner}. */
export interface TrainCaptionerOptions {
  seed?: number;
  /** How often a word must occur (default 4). */
  minCount?: number;
  /** Numbers of a word's vector (default 128), and of the LSTM's state (default 256). */
  embedding?: number;
  units?: number;
  /** Share dropped while training (default 0.5). */
  dropout?: number;
  /** Default 20. */
  epochs?: number;
  /** Pictures a step, with all their captions (default 16). */
  batchSize?: number;
  /** Of AdamW (default 0.002), falling as a cosine to nothing, and its decay (default 0.01). */
  learningRate?: number;
  weightDecay?: number;
  labelSmoothing?: number;
  /** Decoders that are trained from other seeds and averaged (default 1). */
  decoders?: number;
  /** Pictures that are never trained on: the epoch whose loss on them is least is kept. */
  validation?: readonly CaptionedRegions[];
  onEpoch?: (log: CaptionLog) => void;
  signal?: AbortSignal;
  /** Default: what the engine takes. */
  threads?: number;
}

/** Words of a caption that are learned; what comes behind them is cut off, with the end. */
const LONGEST = 20;

/**
 * Learns to say what is in pictures: an LSTM with attention over their regions, by teacher forcing.
 *
 * @throws RangeError if there are no pictures or captions, regions differ in size, or an option is out of range
 * Same seed, same captions.
 */
export async function trainCaptioner(
  pictures: readonly CaptionedRegions[],
  options: TrainCaptionerOptions = {},
): Promise<Captioner> {
  const fn = "trainCaptioner";
  const {
    seed = 1337,
    embedding = 128,
    units = 256,
    decoders = 1,
    epochs = 20,
    batchSize = 16,
    dropout = 0.5,
  } = options;
  for (const [name, value] of Object.entries({ embedding, units, decoders, epochs, batchSize })) {
    requireWhole(fn, name, value, 1, 1e5);
  }
  requireRange(fn, "dropout", dropout, 0, 0.95);
  if (pictures.length === 0) throw new RangeError(`${fn}: there are no pictures to learn from.`);
  const { count, features } = pictures[0].regions;
  const odd = pictures.find(({ regions }) => regions.count !== count || regions.features !== features);
  if (odd) {
    throw new RangeError(
      `${fn}: pictures must have the same regions, got ${odd.regions.count} × ${odd.regions.features} and ${count} × ${features}.`,
    );
  }
  const vocabulary = createVocabulary(
    pictures.flatMap(({ captions }) => captions),
    { minCount: options.minCount },
  );
  const sizes: DecoderSizes = { words: vocabulary.words.length, embedding, units, features };
  const { mean, deviation } = scaleOf(pictures);
  const coded = (list: readonly CaptionedRegions[]): Coded[] =>
    list.map(({ regions, captions }) => ({
      regions: standardised(regions, mean, deviation).data,
      captions: captions
        .map((caption) => vocabulary.encode(caption).slice(0, LONGEST))
        .filter((codes) => codes.length > 0),
    }));
  const [train, validation] = [coded(pictures), coded(options.validation ?? [])];
  await useEngine(options.threads === undefined ? {} : { threads: options.threads });
  const learned: DecoderWeights[] = [];
  for (let decoder = 1; decoder <= decoders; decoder++) {
    const task = { train, validation, sizes, count, decoder };
    learned.push(await trainDecoder(task, { ...options, seed, epochs, batchSize, dropout }));
  }
  return captionerOf({ sizes, words: vocabulary.words, mean, deviation, decoders: learned });
}

/** Mean and deviation of each feature over all regions; what never changes keeps its scale. */
function scaleOf(pictures: readonly CaptionedRegions[]): { mean: Float32Array; deviation: Float32Array } {
  const { features } = pictures[0].regions;
  const [sums, squares] = [new Float64Array(features), new Float64Array(features)];
  let n = 0;
  for (const { regions } of pictures) {
    for (const [i, v] of regions.data.entries()) {
      sums[i % features] += v;
      squares[i % features] += v * v;
    }
    n += regions.count;
  }
  const mean = Float32Array.from(sums, (s) => s / n);
  const deviation = Float32Array.from(squares, (s, f) => Math.sqrt(Math.max(0, s / n - (sums[f] / n) ** 2)) || 1);
  return { mean, deviation };
}
