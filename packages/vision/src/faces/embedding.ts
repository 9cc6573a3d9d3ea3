import { readSafetensors, writeSafetensors } from "@earshot/models";
import { flip } from "../images/geometry.js";
import type { Image } from "../images/image.js";
import { type FaceFeatureKind, faceFeatures } from "./faceFeatures.js";

/** A kind of feature, centred, projected and brought to one scale. */
export interface EmbeddingBlock {
  features: FaceFeatureKind;
  mean: Float32Array;
  /** Directions × columns. */
  components: Float32Array;
}

/** What an embedding has learned. */
export interface EmbeddingState {
  blocks: readonly EmbeddingBlock[];
  /** Projected values × dimensions, row by row. */
  weights: Float32Array;
  dimensions: number;
}

/** Turns a cut-out face into numbers that are alike for the same person: vectors of length 1, to be compared by their dot product. */
export interface FaceEmbedding {
  readonly dimensions: number;
  /** @returns a vector a face */
  embed(faces: readonly Image[]): Promise<Float32Array[]>;
}

/** An embedding that was learned here. */
export interface TrainedFaceEmbedding extends FaceEmbedding {
  /** The bytes of a safetensors file. */
  save(): Uint8Array;
}

export function embeddingOf(state: EmbeddingState): TrainedFaceEmbedding {
  const { dimensions } = state;
  return {
    dimensions,
    async embed(faces) {
      const straight = project(faces, state);
      // A mirror image is the same person: both views together are steadier than one.
      const mirrored = project(
        faces.map((face) => flip(face, "horizontal")),
        state,
      );
      return straight.map((vector, i) => unit(vector.map((v, d) => v + mirrored[i][d])));
    },
    save() {
      const tensors: Record<string, { data: Float32Array; shape: number[] }> = {
        weights: { data: state.weights, shape: [state.weights.length / dimensions, dimensions] },
      };
      // Files keep tensors by name: the number keeps the order of the blocks.
      for (const [i, { features, mean, components }] of state.blocks.entries()) {
        tensors[`${i}.${features}.mean`] = { data: mean, shape: [mean.length] };
        tensors[`${i}.${features}.components`] = {
          data: components,
          shape: [components.length / mean.length, mean.length],
        };
      }
      return writeSafetensors(tensors);
    },
  };
}

/** An embedding of `save`'s bytes. @throws RangeError if they are of something else, or shapes do not fit each other */
export function loadFaceEmbedding(bytes: Uint8Array): TrainedFaceEmbedding {
  const fn = "loadFaceEmbedding";
  const tensors = readSafetensors(bytes) as unknown as Map<string, Stored> | Record<string, Stored>;
  const entries = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  const stored = new Map<string, Stored>(entries);
  const get = (name: string): Stored => {
    const found = stored.get(name);
    if (!found) throw new RangeError(`${fn}: the tensor "${name}" is missing; this is no face embedding.`);
    return found;
  };
  const weights = get("weights");
  const blocks = [...stored.keys()]
    .filter((name) => name.endsWith(".mean"))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => {
      const block = name.slice(0, -".mean".length);
      const features = block.replace(/^\d+\./, "") as FaceFeatureKind;
      const [mean, components] = [get(name), get(`${block}.components`)];
      if (components.shape[1] !== mean.data.length) {
        throw new RangeError(
          `${fn}: "${block}.components" has the shape [${components.shape}], its mean ${mean.data.length} values.`,
        );
      }
      return { features, mean: Float32Array.from(mean.data), components: Float32Array.from(components.data) };
    });
  const [rows, dimensions] = weights.shape;
  const projected = blocks.reduce((sum, { mean, components }) => sum + components.length / mean.length, 0);
  if (rows !== projected) {
    throw new RangeError(`${fn}: "weights" has the shape [${weights.shape}], the features give ${projected} values.`);
  }
  return embeddingOf({ blocks, weights: Float32Array.from(weights.data), dimensions });
}

interface Stored {
  data: ArrayLike<number>;
  shape: readonly number[];
}

/** Each kind of feature projected, side by side: faces × all directions. */
export function blockValues(faces: readonly Image[], blocks: readonly EmbeddingBlock[]): Float32Array[] {
  const width = blocks.reduce((sum, { mean, components }) => sum + components.length / mean.length, 0);
  const out = faces.map(() => new Float32Array(width));
  let at = 0;
  for (const { features, mean, components } of blocks) {
    const { data, cols } = faceFeatures(faces, features);
    const kept = components.length / mean.length;
    if (cols !== mean.length)
      throw new RangeError(`embed: "${features}" gives ${cols} values, the embedding has ${mean.length}.`);
    for (let i = 0; i < faces.length; i++) {
      for (let r = 0; r < kept; r++) {
        let sum = 0;
        for (let j = 0; j < cols; j++) sum += (data[i * cols + j] - mean[j]) * components[r * cols + j];
        out[i][at + r] = sum;
      }
    }
    at += kept;
  }
  return out;
}

function project(faces: readonly Image[], { blocks, weights, dimensions }: EmbeddingState): Float32Array[] {
  return blockValues(faces, blocks).map((values) => {
    const out = new Float32Array(dimensions);
    for (let r = 0; r < values.length; r++) {
      for (let d = 0; d < dimensions; d++) out[d] += values[r] * weights[r * dimensions + d];
    }
    return unit(out);
  });
}

/** Scaled to length 1. */
export function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, v) => sum + v * v, 0)) || 1;
  return vector.map((v) => v / length);
}
