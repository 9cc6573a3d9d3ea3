import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { loadModel } from "@earshot/models/folder";
import {
  betweenNoise,
  createSpectrogramCodec,
  drawNoise,
  type NoisePoint,
  type SpectrogramCodecOptions,
  type SpectrogramGenerator,
} from "@earshot/models/generative";
import { UsageError, UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import { html } from "../report/html.js";
import { writeWhole } from "../run/wholeFile.js";
import { shell, sound } from "./pages.js";
import { fileName, spectrogramPng, spectrogramWav } from "./pictures.js";

export interface GenerateSettings {
  /** Classes wanted (default: all). */
  label?: string[];
  /** Sounds of each; steps of the way, with `to`. */
  count: number;
  seed: number;
  /** Seed at the other end of a way from `seed`. */
  to?: number;
  /** Noise stays within ± this (default: as the run was judged; Infinity for none). */
  truncation?: number;
  /** Folder to make. */
  out: string;
}

/** What was written. */
export interface GeneratedSound {
  label: string;
  seed: number;
  /** Place on the way between two seeds, 0 to 1. */
  between?: number;
  wav: string;
  png: string;
}

/**
 * Makes sounds with a generative run: a WAV and a PNG each, and a page to look and listen.
 *
 * @throws UserError or UsageError in one sentence: a run that makes no sounds, a label it never learned, a folder that exists
 */
export async function generate(
  run: string,
  { label, count, seed, to, truncation: given, out }: GenerateSettings,
): Promise<{ page: string; sounds: GeneratedSound[] }> {
  const { generator, codec, name, truncation: judged } = await openGenerator(run);
  const truncation = given ?? judged;
  const labels = label && label.length > 0 ? label : [...generator.classes];
  const stranger = labels.find((wanted) => !generator.classes.includes(wanted));
  if (stranger !== undefined) {
    throw new UsageError(`${run} never learned "${stranger}"; ${nearest(stranger, [...generator.classes])}`);
  }
  const target = resolve(out);
  if (existsSync(target)) throw new UsageError(`${out} exists already; name a new folder with --out.`);
  if (truncation !== undefined && !(truncation > 0)) {
    throw new UsageError(`--truncation must be above 0, got ${truncation}.`);
  }
  const points: NoisePoint[] =
    to === undefined
      ? drawNoise(generator.latent, count, seed, truncation)
      : betweenNoise(
          drawNoise(generator.latent, 1, seed, truncation)[0],
          drawNoise(generator.latent, 1, to, truncation)[0],
          count,
        );
  const sounds: GeneratedSound[] = [];
  const shown: ReturnType<typeof html>[] = [];
  await mkdir(target, { recursive: true });
  for (const wanted of labels) {
    const made = await generator.generateFrom(
      points,
      points.map(() => wanted),
    );
    const own: ReturnType<typeof sound>[] = [];
    for (const [i, one] of made.entries()) {
      const base = `${fileName(wanted)}-${i + 1}`;
      const [wav, png] = [spectrogramWav(codec, one, points[i].grain), spectrogramPng([one], codec.shape)];
      await writeWhole(join(target, `${base}.wav`), wav);
      await writeWhole(join(target, `${base}.png`), png);
      const between = to === undefined ? undefined : count === 1 ? 0 : i / (count - 1);
      sounds.push({
        label: wanted,
        seed,
        ...(between !== undefined && { between }),
        wav: `${base}.wav`,
        png: `${base}.png`,
      });
      own.push(
        sound({
          caption: between === undefined ? `number ${i + 1}` : `${Math.round(100 * between)} % of the way`,
          wav,
          png,
        }),
      );
    }
    shown.push(html`<h2>${wanted}</h2><div>${own}</div>`);
  }
  generator.dispose();
  const page = join(target, "index.html");
  const how = [
    to === undefined ? `seed ${seed}` : `from seed ${seed} to seed ${to}`,
    ...(truncation === undefined || truncation === Infinity ? [] : [`noise within ±${truncation}`]),
  ].join(", ");
  await writeWhole(
    page,
    shell(
      `Sounds of ${name}`,
      html`<h1>Sounds that were never recorded</h1><p class="kicker">${name}, ${how}</p>${shown}`,
      "data:",
    ),
  );
  return { page, sounds };
}

/** The generator of a run or model folder. @throws UserError if there is none */
export async function openGenerator(run: string) {
  const dir = resolve(run);
  const inRun = existsSync(join(dir, "model", "model.json"));
  if (!inRun && !existsSync(join(dir, "model.json"))) {
    const reason = existsSync(dir) ? "holds no trained model" : "does not exist";
    throw new UserError(
      `${run} ${reason}; name a run that \`earshot train digits-gan\` or another generative recipe made.`,
    );
  }
  const { model, manifest } = await loadModel<SpectrogramGenerator>(inRun ? join(dir, "model") : dir);
  if (manifest.kind !== "spectrogramGenerator") {
    throw new UserError(
      `${run} names classes (${manifest.kind}), it makes no sounds; name a run of a generative recipe, such as digits-gan.`,
    );
  }
  const { kind: _, ...options } = manifest.features as SpectrogramCodecOptions & { kind: string };
  const { truncation } = manifest.extra ?? {};
  return {
    generator: model,
    codec: createSpectrogramCodec(options),
    name: manifest.name ?? manifest.kind,
    truncation: typeof truncation === "number" ? truncation : undefined,
  };
}
