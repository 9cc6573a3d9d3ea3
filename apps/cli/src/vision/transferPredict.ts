import { join, resolve } from "node:path";
import { loadClip } from "@earshot/datasets/node";
import { resample } from "@earshot/dsp";
import { loadModel } from "@earshot/models/folder";
import type { Image } from "@earshot/vision";
import { pictureTensor } from "@earshot/vision/networks";
import pc from "picocolors";
import { csvField } from "../judge/predictions.js";
import { writeWhole } from "../run/wholeFile.js";
import { eachPicture } from "./eachPicture.js";
import type { VisionQuestion } from "./task.js";
import { SOUND_RATE, spectrogramPicture } from "./transferCorpus.js";
import type { TransferRecipe } from "./transferSchema.js";

/** What a fine-tuned network says of pictures; of sounds, where it learned spectrograms. */
export async function predictTransfer(recipe: TransferRecipe, question: VisionQuestion): Promise<void> {
  const { dir, csv, screen, files, signal } = question;
  const { model } = await loadModel(join(dir, "model"));
  const [height, width] = recipe.size;
  const lines = [["file", ...model.classes].map(csvField).join(",")];
  const predictions: { file: string; label: string; probabilities: Record<string, number> }[] = [];
  const judge = async (picture: Image, file: string): Promise<void> => {
    const { data } = await model.predictProba(pictureTensor([picture], { height, width }));
    const ranked = model.classes.map((name, c) => ({ name, p: data[c] })).sort((a, b) => b.p - a.p);
    const probabilities = Object.fromEntries(ranked.map(({ name, p }) => [name, Number(p.toFixed(6))]));
    predictions.push({ file, label: ranked[0].name, probabilities });
    lines.push([csvField(file), ...Array.from(data, (p) => p.toFixed(6))].join(","));
    const others = ranked.slice(1, 3).map(({ name, p }) => `${name} ${(100 * p).toFixed(0)} %`);
    screen.print(
      `${file}  ${pc.bold(ranked[0].name)} ${(100 * ranked[0].p).toFixed(0)} %  ${pc.dim(others.join(", "))}`,
    );
  };
  const tell = async (): Promise<void> => {
    model.dispose();
    if (csv !== undefined) await writeWhole(resolve(csv), `${lines.join("\n")}\n`);
    if (screen.json) screen.printJson({ model: recipe.title, predictions });
  };
  try {
    if (recipe.corpus !== "sounds") return await eachPicture(question, {}, judge);
    for (const file of files) {
      signal?.throwIfAborted();
      const clip = await loadClip(resolve(file), { name: file });
      await judge(spectrogramPicture(resample(clip.samples, { from: clip.sampleRate, to: SOUND_RATE })), file);
    }
  } finally {
    await tell();
  }
}
