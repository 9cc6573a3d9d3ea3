import { readFile } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { loadClip } from "@earshot/datasets/node";
import { type Matrix, type Tensor, unpackState } from "@earshot/models";
import { type Image, resize } from "@earshot/vision";
import { type AudioVisualClassifier, restoreAudioVisual } from "@earshot/vision/av";
import { readImage } from "@earshot/vision/node";
import pc from "picocolors";
import { UserError } from "../cli/errors.js";
import { csvField } from "../judge/predictions.js";
import { writeWhole } from "../run/wholeFile.js";
import { soundFeatures, soundRate } from "./avFeatures.js";
import { namesOf } from "./avJudge.js";
import { toImages, toSounds } from "./avPairs.js";
import type { AvRecipe } from "./avSchema.js";
import type { VisionQuestion } from "./task.js";

const pictures = /\.(png|jpe?g|webp|gif|tiff?|avif|svg|p[gp]m)$/i;

/** What is asked about one digit: its picture, its sound, or both. */
interface Asked {
  name: string;
  picture?: string;
  sound?: string;
}

/** Pictures and recordings of the same name are one digit: `seven.png` and `seven.wav`. */
function pairFiles(files: readonly string[]): Asked[] {
  const asked = new Map<string, Asked>();
  for (const file of files) {
    const name = basename(file, extname(file));
    const one = asked.get(name) ?? { name };
    const sense = pictures.test(file) ? "picture" : "sound";
    if (one[sense] !== undefined) {
      throw new UserError(`${file} and ${one[sense]} have the same name; ask for one of them at a time.`);
    }
    asked.set(name, { ...one, [sense]: file });
  }
  return [...asked.values()];
}

export async function predictAv(recipe: AvRecipe, { dir, files, csv, screen, signal }: VisionQuestion): Promise<void> {
  const path = join(dir, "model", "weights.safetensors");
  const { classifier: state, filter } = unpackState(new Uint8Array(await readFile(path)), path) as unknown as {
    classifier: Parameters<typeof restoreAudioVisual>[0];
    filter: { kept: number; mean: { data: Float32Array }; components: { data: Float32Array } };
  };
  const classifier = await restoreAudioVisual(state);
  const energy = { kept: filter.kept, mean: filter.mean.data, components: filter.components.data };
  const lines = ["name,picture,sound,digit,probability"];
  const predictions: Record<string, unknown>[] = [];
  for (const asked of pairFiles(files)) {
    signal?.throwIfAborted();
    const image = asked.picture ? toImages([await readDigit(asked.picture)], energy) : undefined;
    const sound = asked.sound ? toSounds([await readVoice(asked.sound)]) : undefined;
    const answer = await answerOf(classifier, image, sound);
    predictions.push({ ...asked, ...answer });
    const given = [asked.picture ?? "", asked.sound ?? ""].map(csvField);
    lines.push([csvField(asked.name), ...given, answer.digit, answer.probability.toFixed(4)].join(","));
    const alone = [answer.image && `picture ${answer.image}`, answer.sound && `sound ${answer.sound}`].filter(Boolean);
    screen.print(
      `${asked.name}  ${pc.bold(answer.digit)}  ${pc.dim(`${(100 * answer.probability).toFixed(0)} %; by the ${alone.join(", by the ")} alone`)}`,
    );
  }
  classifier.dispose();
  if (csv !== undefined) await writeWhole(resolve(csv), `${lines.join("\n")}\n`);
  if (screen.json) screen.printJson({ model: recipe.title, predictions });
}

async function answerOf(classifier: AudioVisualClassifier, image: Tensor | undefined, sound: Tensor | undefined) {
  const both = await classifier.predictProba({ image, sound }, "gated");
  const name = (proba: Matrix): string => namesOf(proba, classifier.classes)[0];
  return {
    digit: name(both),
    probability: Math.max(...both.data),
    ...(image && { image: name(await classifier.predictProba({ image }, "image")) }),
    ...(sound && { sound: name(await classifier.predictProba({ sound }, "sound")) }),
  };
}

async function readVoice(file: string): Promise<Float32Array> {
  const { samples } = await loadClip(resolve(file), { name: file, sampleRate: soundRate });
  if (samples.length === 0) throw new UserError(`${file} is a sound file without a single sample.`);
  return soundFeatures(samples);
}

/** As MNIST's digits are: white on black, 20 pixels high within 28. Ink on paper is turned over. */
async function readDigit(file: string): Promise<Uint8Array> {
  const image: Image = await readImage(resolve(file), { channels: 1, maxSide: 1024 });
  const mean = image.data.reduce((sum, v) => sum + v, 0) / image.data.length;
  const { data } = resize(image, { width: 28, height: 28, interpolation: "area" });
  return mean > 127 ? data.map((v) => 255 - v) : data;
}
