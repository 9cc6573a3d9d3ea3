import { copyFile, mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Image } from "@earshot/vision";
import {
  type FaceEmbedding,
  loadFaceEmbedding,
  onnxFaceEmbedding,
  type TrainedFaceEmbedding,
  trainFaceEmbedding,
} from "@earshot/vision/faces";
import { UserError } from "../cli/errors.js";
import { writeWhole } from "../run/wholeFile.js";
import { findWeights } from "./detectors.js";
import type { RecogniseRecipe } from "./recogniseSchema.js";

/** The embedding of a recipe: a pre-trained one for everybody, or one that learns from the faces it is given. */
export interface FaceNetwork {
  learn(faces: readonly Image[], people: readonly string[], onEpoch?: (epoch: number) => void): Promise<FaceEmbedding>;
  /** Keeps what `learn` gave in the run's `model/`. */
  keep(embedding: FaceEmbedding, folder: string): Promise<void>;
}

const [given, own] = ["embedding.onnx", "embedding.safetensors"];

/** @throws UserError if the recipe names weights that are not there; RangeError if they are of no such network */
export async function faceNetwork(
  { embedding, seed }: RecogniseRecipe,
  data: string | undefined,
  signal: AbortSignal | undefined,
): Promise<FaceNetwork> {
  const { weights, size: _, colors: __, valueMean: ___, valueScale: ____, ...training } = embedding;
  if (weights === null) {
    return {
      learn: (faces, people, onEpoch) =>
        trainFaceEmbedding(faces, people, { ...training, seed, signal, onEpoch: ({ epoch }) => onEpoch?.(epoch) }),
      async keep(network, folder) {
        await writeWhole(join(folder, own), (network as TrainedFaceEmbedding).save());
      },
    };
  }
  const path = findWeights(weights, [data, process.env.EARSHOT_DATA]);
  if (path === undefined) {
    throw new UserError(
      `${weights} is not there; name the ONNX file of a face embedding with --set embedding.weights=PATH.`,
    );
  }
  const network = await openGiven(path, embedding);
  return {
    learn: async () => network,
    async keep(_network, folder) {
      await mkdir(folder, { recursive: true });
      await copyFile(path, join(folder, given));
    },
  };
}

/** The embedding that a run kept. */
export async function keptNetwork(folder: string, { embedding }: RecogniseRecipe): Promise<FaceEmbedding> {
  if (embedding.weights !== null) return openGiven(join(folder, given), embedding);
  return loadFaceEmbedding(new Uint8Array(await readFile(join(folder, own))));
}

async function openGiven(path: string, embedding: RecogniseRecipe["embedding"]): Promise<FaceEmbedding> {
  const { size, colors, valueMean: mean, valueScale: scale } = embedding;
  try {
    return await onnxFaceEmbedding(path, { size, colors, mean, scale });
  } catch (error) {
    if (error instanceof RangeError) error.message = `${basename(path)}: ${error.message}`;
    throw error;
  }
}
