import { resolve } from "node:path";
import { loadOpenCv } from "@earshot/vision";
import type { FaceDetector } from "@earshot/vision/faces";
import { analyseTalkingVideo } from "@earshot/vision/node";
import type { TalkReport } from "@earshot/vision/video";
import { sentenceOf, UserError } from "../cli/errors.js";
import { findWeights, openFaceDetector } from "./detectors.js";

/** The network that finds faces with their mouths, as it is called in the data folder. */
export const talkWeights = "yunet_n_dynamic.onnx";

export interface TalkLook {
  report?: TalkReport;
  /** Why there is none, in a sentence. */
  missing?: string;
}

export interface LookAtTalkOptions {
  /** Weights of YuNet (default: found in the data folder). */
  faces?: string;
  mostSec?: number;
  signal?: AbortSignal;
}

/**
 * Follows face and mouth through a video, where a face detector is at hand.
 *
 * @throws UserError or RangeError for weights that were named and are not there or do not fit, or a video that cannot be read
 */
export async function lookAtTalk(path: string, { faces, mostSec, signal }: LookAtTalkOptions = {}): Promise<TalkLook> {
  const weights = findWeights(faces ?? talkWeights, [process.env.EARSHOT_DATA]);
  if (weights === undefined) {
    if (faces !== undefined) throw new UserError(`${faces} does not exist; name the weights of YuNet with --faces.`);
    return {
      missing: `Faces are not looked for: ${talkWeights} is not in the data folder; name the weights of YuNet with --faces.`,
    };
  }
  await loadOpenCv();
  let detector: FaceDetector;
  try {
    detector = await openFaceDetector({ kind: "yunet", weights, scoreThreshold: 0.6, maxSide: 640 }, weights);
  } catch (error) {
    // Weights that were asked for must fit; those that lie there by chance, or without onnxruntime, may be missed.
    if (faces !== undefined) throw error;
    return { missing: `Faces are not looked for: ${sentenceOf(error)}` };
  }
  try {
    const report = await analyseTalkingVideo(resolve(path), {
      detector,
      name: path,
      ...(mostSec !== undefined && { mostSec }),
      ...(signal && { signal }),
    });
    return { report };
  } finally {
    detector.dispose();
  }
}
