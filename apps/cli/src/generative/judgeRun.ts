import type { ModelState } from "@earshot/models";
import { restoreModel } from "@earshot/models";
import { drawNoise, type SpectrogramCodec, type SpectrogramGenerator } from "@earshot/models/generative";
import type { NeuralClassifier } from "@earshot/models/neural";
import type { Screen } from "../cli/screen.js";
import { wilson } from "../judge/wilson.js";
import type { Checkpoints } from "../run/checkpoints.js";
import type { RunFolder } from "../run/runFolder.js";
import { judgeSounds, type SoundJudgement } from "./judgeSounds.js";
import type { GenerativeMetrics } from "./metrics.js";
import { fileName, spectrogramPng, spectrogramWav } from "./pictures.js";
import type { Parts, SoundPart } from "./prepareSounds.js";
import type { GenerativeRecipe } from "./schema.js";
import { judgeOf, type SoundJudge, trainJudge } from "./soundJudge.js";

interface JudgeJob {
  recipe: GenerativeRecipe;
  codec: SpectrogramCodec;
  parts: Parts;
  generator: SpectrogramGenerator;
  folder: RunFolder;
  checkpoints: Checkpoints;
  screen: Screen;
  signal: AbortSignal | undefined;
  threads: number;
}

/** Sounds of each class that the report shows at most. */
const shown = 3;

/** Trains the judge, or takes it where it was stored, and lets it hear what the generator makes. */
export async function judgeRun(
  job: JudgeJob,
): Promise<Omit<SoundJudgement, "figures"> & { figures: GenerativeMetrics["metrics"] }> {
  const { recipe, codec, parts, generator, folder, checkpoints, screen } = job;
  const { perClass, truncation, augmentation } = recipe.judge;
  const progress = screen.progress("judging", augmentation ? 4 : 2);
  try {
    const judge = await openJudge(job, "judge", parts.judge);
    progress.update(1, "the judge is taught");
    const made = await makeSounds(generator, perClass, recipe.seed + 1, truncation ?? undefined);
    const judgement = await judgeSounds(judge, made, parts, codec, recipe.seed);
    judge.dispose();
    progress.update(2, "made-up sounds are judged");
    const { figures } = judgement;
    const more = augmentation ? await augmentationValue(job, made) : {};
    await showBeside(folder, made, parts.own, codec, Math.min(shown, Math.ceil(perClass / 2)));
    await checkpoints.stage("generator").flush();
    return { ...judgement, figures: { ...figures, ...more } };
  } finally {
    progress.end();
  }
}

/** Sounds of every class from seeds of their own. */
export async function makeSounds(
  generator: SpectrogramGenerator,
  perClass: number,
  seed: number,
  truncation?: number,
): Promise<Pick<SoundPart, "spectrograms" | "labels">> {
  const labels = generator.classes.flatMap((label) => Array.from({ length: perClass }, () => label));
  const points = generator.classes.flatMap((_, c) =>
    drawNoise(generator.latent, perClass, seed + 100_003 * (c + 1), truncation),
  );
  return { spectrograms: await generator.generateFrom(points, labels), labels };
}

async function openJudge(
  { recipe, codec, checkpoints, threads, signal }: JudgeJob,
  name: string,
  part: Pick<SoundPart, "spectrograms" | "labels">,
): Promise<SoundJudge> {
  const stage = checkpoints.stage(name);
  const stored = await stage.model();
  if (stored) return judgeOf((await restoreModel(stored)) as NeuralClassifier, codec.shape);
  const { epochs } = recipe.judge;
  const judge = await trainJudge(part, codec.shape, { epochs, seed: recipe.seed, threads, ...(signal && { signal }) });
  await stage.keepModel(judge.classifier.getState() as ModelState);
  return judge;
}

/** What recordings that neither meets get from a classifier of the generator's recordings, without and with made-up sounds. */
async function augmentationValue(
  job: JudgeJob,
  made: Pick<SoundPart, "spectrograms" | "labels">,
): Promise<Pick<GenerativeMetrics["metrics"], "accuracyWithout" | "accuracyWith">> {
  const { own, judge, test } = job.parts;
  const unmet = [judge, test];
  const accuracyOf = async (name: string, part: Pick<SoundPart, "spectrograms" | "labels">) => {
    const classifier = await openJudge(job, name, part);
    const labels = unmet.flatMap((p) => p.labels);
    const predicted = await classifier.predict(unmet.flatMap((p) => p.spectrograms));
    classifier.dispose();
    return wilson(predicted.filter((label, i) => label === labels[i]).length, labels.length);
  };
  return {
    accuracyWithout: await accuracyOf("without", own),
    accuracyWith: await accuracyOf("with", {
      spectrograms: [...own.spectrograms, ...made.spectrograms],
      labels: [...own.labels, ...made.labels],
    }),
  };
}

/** A few made-up sounds and recordings of each class, for the report: `shown/CLASS-made-N.wav`, `CLASS-real-N.wav` and pictures. */
async function showBeside(
  folder: RunFolder,
  made: Pick<SoundPart, "spectrograms" | "labels">,
  own: SoundPart,
  codec: SpectrogramCodec,
  count: number,
): Promise<void> {
  for (const label of new Set(made.labels)) {
    for (const [kind, { spectrograms, labels }] of [
      ["made", made],
      ["real", own],
    ] as const) {
      const few = spectrograms.filter((_, i) => labels[i] === label).slice(0, count);
      for (const [i, one] of few.entries()) {
        const name = `shown/${fileName(label)}-${kind}-${i + 1}`;
        await folder.write(`${name}.png`, spectrogramPng([one], codec.shape));
        await folder.write(`${name}.wav`, spectrogramWav(codec, one, i));
      }
    }
  }
}
