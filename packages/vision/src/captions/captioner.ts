import { readSafetensors, writeSafetensors } from "@earshot/models";
import { type Beam, type BeamOptions, beamSearch } from "./beam.js";
import { type DecoderSizes, type DecoderWeights, weightEntries } from "./decoder.js";
import type { Regions } from "./regions.js";
import { readerOf } from "./steps.js";
import { type Vocabulary, vocabularyOf } from "./vocabulary.js";

/** What a captioner has learned. */
export interface CaptionerState {
  sizes: DecoderSizes;
  words: readonly string[];
  /** By which regions are standardised: [features] each. */
  mean: Float32Array;
  deviation: Float32Array;
  /** One decoder, or several whose words are averaged. */
  decoders: readonly DecoderWeights[];
}

/** A caption as text, with its words and score. */
export interface Caption {
  text: string;
  words: string[];
  score: number;
  /** Share of each region at each word. */
  attention: Float32Array[];
}

/** Says what is in a picture. */
export interface Captioner {
  readonly vocabulary: Vocabulary;
  /** @returns the likeliest captions, best first. @throws RangeError if the regions have another number of features */
  caption(regions: Regions, options?: BeamOptions): Caption[];
  /** Files of a folder: `captions.safetensors` and `captions.json`. */
  save(): Record<string, Uint8Array>;
}

const VERSION = 1;

export function captionerOf(state: CaptionerState): Captioner {
  const { sizes, words, mean, deviation, decoders } = state;
  const vocabulary = vocabularyOf(words);
  return {
    vocabulary,
    caption(regions, options) {
      if (regions.features !== sizes.features) {
        throw new RangeError(
          `caption: regions have ${regions.features} features, the decoder learned ${sizes.features}.`,
        );
      }
      const own = standardised(regions, mean, deviation);
      const readers = decoders.map((weights) => readerOf(own, weights, sizes));
      return beamSearch(readers, options).map(({ codes, score, attention }: Beam) => ({
        text: vocabulary.decode(codes),
        words: codes.map((code) => words[code]),
        score,
        attention,
      }));
    },
    save() {
      const tensors: Record<string, { data: Float32Array; shape: number[] }> = {
        mean: { data: mean, shape: [mean.length] },
        deviation: { data: deviation, shape: [deviation.length] },
      };
      for (const [i, weights] of decoders.entries()) {
        for (const [name, shape] of weightEntries(sizes)) {
          tensors[`${i}.${name}`] = { data: weights[name], shape };
        }
      }
      const description = { kind: "captions", version: VERSION, sizes, decoders: decoders.length, words };
      return {
        "captions.safetensors": writeSafetensors(tensors),
        "captions.json": new TextEncoder().encode(`${JSON.stringify(description)}\n`),
      };
    },
  };
}

/** @throws RangeError naming the file, or the first tensor that is missing or has another shape */
export function loadCaptioner(files: Readonly<Record<string, Uint8Array>>): Captioner {
  const fn = "loadCaptioner";
  for (const name of ["captions.json", "captions.safetensors"]) {
    if (!files[name]) throw new RangeError(`${fn}: ${name} is missing.`);
  }
  const read = JSON.parse(new TextDecoder().decode(files["captions.json"])) as {
    version: number;
    sizes: DecoderSizes;
    decoders: number;
    words: string[];
  };
  if (read.version !== VERSION) {
    throw new RangeError(
      `${fn}: captions.json has version ${read.version}, this package reads ${VERSION}; train again.`,
    );
  }
  const tensors = readSafetensors(files["captions.safetensors"], `${fn}: captions.safetensors`);
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const found = tensors[name];
    if (found?.shape.join() !== shape.join()) {
      throw new RangeError(
        `${fn}: captions.safetensors has ${found ? `"${name}" of [${found.shape}]` : `no "${name}"`}, captions.json says [${shape}].`,
      );
    }
    return found.data as Float32Array;
  };
  const { sizes, words } = read;
  if (words.length !== sizes.words) {
    throw new RangeError(`${fn}: captions.json lists ${words.length} words and says ${sizes.words}.`);
  }
  return captionerOf({
    sizes,
    words,
    mean: take("mean", [sizes.features]),
    deviation: take("deviation", [sizes.features]),
    decoders: Array.from(
      { length: read.decoders },
      (_, i) =>
        Object.fromEntries(
          weightEntries(sizes).map(([name, shape]) => [name, take(`${i}.${name}`, shape)]),
        ) as DecoderWeights,
    ),
  });
}

/** Regions with mean 0 and deviation 1 over those in training. */
export function standardised({ data, count, features }: Regions, mean: Float32Array, deviation: Float32Array): Regions {
  return { data: data.map((v, i) => (v - mean[i % features]) / deviation[i % features]), count, features };
}
