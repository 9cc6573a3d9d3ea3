import { resolve } from "node:path";
import type { FeatureConfig } from "@earshot/dsp";
import type { Classifier } from "@earshot/models";
import { exportOnnx } from "@earshot/models/onnx";
import type { Context } from "../cli/context.js";
import { UsageError, UserError } from "../cli/errors.js";
import { openModel } from "../run/trainedRun.js";
import { writeWhole } from "../run/wholeFile.js";

export interface ExportCommandOptions {
  /** ONNX file to write. */
  onnx?: string;
  /** Run folder to write. */
  folder?: string;
  /** Kernels in eight bits. */
  int8?: boolean;
  /** What both sides of the table are judged on. */
  data?: string;
  /** False leaves the features out of the graph. */
  features: boolean;
}

/** `earshot export RUN --onnx FILE` */
export async function exportCommand(
  run: string,
  { onnx, folder, features, int8 = false, data }: ExportCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  if ((onnx === undefined) === (folder === undefined)) {
    throw new UsageError("Name what to write: --onnx FILE for other runtimes, or --folder DIR for a run folder.");
  }
  if (folder !== undefined) {
    const { exportFolder } = await import("./exportFolder.js");
    return exportFolder(run, folder, { int8, ...(data !== undefined && { data }) }, { screen, signal });
  }
  if (onnx === undefined) return;
  const { model, config } = await openModel(run);
  try {
    const { file, inside, outside } = await fileOf(model, features ? config : null, int8);
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
async function fileOf(model: Classifier, config: FeatureConfig | null, int8: boolean) {
  if (config !== null) {
    try {
      return { file: await exportOnnx(model, { features: config, int8 }), inside: true };
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      return { file: await plainFile(model, int8), inside: false, outside: error.message.replace(/^exportOnnx: /, "") };
    }
  }
  return { file: await plainFile(model, int8), inside: false };
}

async function plainFile(model: Classifier, int8: boolean): Promise<Uint8Array> {
  try {
    return await exportOnnx(model, { int8 });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(error.message.replace(/^exportOnnx: /, ""), { cause: error });
  }
}
