import { resolve } from "node:path";
import type { FeatureConfig } from "@earshot/dsp";
import type { Classifier } from "@earshot/models";
import { exportOnnx } from "@earshot/models/onnx";
import type { Context } from "../cli/context.js";
import { UserError } from "../cli/errors.js";
import { openModel } from "../run/trainedRun.js";
import { writeWhole } from "../run/wholeFile.js";

export interface ExportCommandOptions {
  onnx: string;
  /** False leaves the features out of the graph. */
  features: boolean;
}

/** `earshot export RUN --onnx FILE` */
export async function exportCommand(
  run: string,
  { onnx, features }: ExportCommandOptions,
  { screen }: Context,
): Promise<void> {
  const { model, config } = await openModel(run);
  try {
    const { file, inside, outside } = await fileOf(model, features ? config : null);
    await writeWhole(resolve(onnx), file);
    const input = inside ? "samples" : "features";
    if (screen.json) {
      screen.printJson({ onnx: resolve(onnx), bytes: file.length, input, classes: model.classes, features: config });
      return;
    }
    if (outside) screen.note(`The features stay outside: ${outside}`);
    const what = inside
      ? `mono sound at ${config?.sampleRate} Hz, ${config?.durationSec} s a clip`
      : "what the run's features give";
    screen.print(
      `${onnx}: ${(file.length / 1e3).toFixed(0)} kB, from ${input} (${what}) to probabilities of ${model.classes.length} classes`,
    );
  } finally {
    model.dispose();
  }
}

/** The file, with the features inside where the graph has a counterpart of them; else why not. */
async function fileOf(model: Classifier, config: FeatureConfig | null) {
  if (config !== null) {
    try {
      return { file: await exportOnnx(model, { features: config }), inside: true };
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      return { file: await plainFile(model), inside: false, outside: error.message.replace(/^exportOnnx: /, "") };
    }
  }
  return { file: await plainFile(model), inside: false };
}

async function plainFile(model: Classifier): Promise<Uint8Array> {
  try {
    return await exportOnnx(model);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(error.message.replace(/^exportOnnx: /, ""), { cause: error });
  }
}
