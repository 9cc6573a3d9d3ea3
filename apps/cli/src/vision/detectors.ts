import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type FaceDetector, haarDetector, ultrafaceDetector, yunetDetector } from "@earshot/vision/faces";
import { UserError } from "../cli/errors.js";
import type { DetectorSpec } from "./detectSchema.js";

/** Where weights lie: a path, or a name in one of the folders or their `pretrained/`; undefined if nowhere. */
export function findWeights(weights: string, folders: readonly (string | undefined)[]): string | undefined {
  const places = [resolve(weights)];
  for (const folder of folders) {
    if (folder === undefined) continue;
    places.push(join(folder, weights), join(folder, "pretrained", weights), join(folder, "..", "pretrained", weights));
  }
  return places.find((place) => existsSync(place));
}

/**
 * Weights of a trained network, as safetensors.
 *
 * @param weights a path, or a name that is looked for beside the data, too
 * @throws UserError if they are nowhere
 */
export async function readNetworkWeights(weights: string, data: string): Promise<{ path: string; bytes: Uint8Array }> {
  const path = findWeights(weights, [data, dirname(data), process.env.EARSHOT_DATA]);
  if (path === undefined) {
    throw new UserError(
      `The weights ${weights} are nowhere; name a safetensors file with --set weights=PATH, or put it into the data folder.`,
    );
  }
  return { path, bytes: new Uint8Array(await readFile(path)) };
}

/** The detector of a recipe's line with the weights at a path. */
export async function openFaceDetector(spec: DetectorSpec, path: string): Promise<FaceDetector> {
  const bytes = new Uint8Array(await readFile(path));
  try {
    if (spec.kind === "haar") return haarDetector(bytes, spec);
    if (spec.kind === "yunet") return await yunetDetector(bytes, spec);
    return await ultrafaceDetector(bytes, spec);
  } catch (error) {
    if (error instanceof RangeError) error.message = `${basename(path)}: ${error.message}`;
    throw error;
  }
}
