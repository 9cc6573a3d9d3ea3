import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { drawNoise, type GeneratorEpoch, type SpectrogramCodec } from "@earshot/models/generative";
import type { RunFolder } from "../run/runFolder.js";
import { epochsPage } from "./pages.js";
import { fileName, spectrogramPng, spectrogramWav } from "./pictures.js";

/** What samples are made of, the same in every epoch. */
export interface SampleOptions {
  codec: SpectrogramCodec;
  classes: readonly string[];
  perClass: number;
  seed: number;
}

const folderOf = (epoch: number): string => `samples/epoch-${String(epoch).padStart(3, "0")}`;

/**
 * Writes `samples/epoch-NNN/CLASS.png` and `CLASS-N.wav` from noise that is the same in every epoch, and the page that walks through
 * them.
 *
 * @throws what the disk says; nothing of this epoch's folder is left then
 */
export async function writeSamples(
  folder: RunFolder,
  { log, latent, make }: Pick<GeneratorEpoch, "log" | "latent" | "make">,
  { codec, classes, perClass, seed }: SampleOptions,
): Promise<void> {
  const place = folderOf(log.epoch);
  const points = classes.flatMap((_, c) => drawNoise(latent, perClass, seed + c));
  const codes = classes.flatMap((_, c) => Array.from({ length: perClass }, () => c));
  const made = make(points, codes);
  try {
    for (const [c, label] of classes.entries()) {
      const own = made.slice(c * perClass, (c + 1) * perClass);
      const name = fileName(label);
      await folder.write(`${place}/${name}.png`, spectrogramPng(own, codec.shape));
      for (const [i, one] of own.entries()) {
        await folder.write(`${place}/${name}-${i + 1}.wav`, spectrogramWav(codec, one, i));
      }
      // The screen and Ctrl-C are heard in between.
      await new Promise((resume) => setTimeout(resume, 0));
    }
  } catch (error) {
    await rm(folder.path(place), { recursive: true, force: true }).catch(() => {});
    throw error;
  }
  await folder.write("samples/index.html", epochsPage(await epochsOf(folder), classes, perClass));
}

/** Epochs that have samples, in order. */
export async function epochsOf(folder: RunFolder): Promise<number[]> {
  const dir = folder.path("samples");
  if (!existsSync(dir)) return [];
  return (await readdir(dir))
    .flatMap((name) => /^epoch-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
