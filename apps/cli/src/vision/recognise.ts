import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { detCurve, equalErrorRate } from "@earshot/metrics";
import { detPlot, imageGrid, intervalPlot, scoreHistogram } from "@earshot/plots";
import { createGallery } from "@earshot/vision/faces";
import pc from "picocolors";
import type { Figure } from "../judge/judge.js";
import { csvField } from "../judge/predictions.js";
import { wilson } from "../judge/wilson.js";
import { writeWhole } from "../run/wholeFile.js";
import { eachPicture } from "./eachPicture.js";
import { drawFaces, readFaces } from "./faceCorpus.js";
import { faceNetwork, keptNetwork } from "./faceNetwork.js";
import { identifyDraws } from "./identifyDraws.js";
import { type RecogniseRecipe, recogniseSchema } from "./recogniseSchema.js";
import { plain, type VisionJob, type VisionQuestion, type VisionResult, type VisionTask } from "./task.js";
import { type Verified, verifyFolds } from "./verifyFolds.js";

export const recogniseTask: VisionTask<RecogniseRecipe> = { schema: recogniseSchema, run, predict };

async function run(recipe: RecogniseRecipe, job: VisionJob): Promise<VisionResult> {
  const { data, folder } = job;
  const corpus = data === undefined ? drawFaces(recipe.synthetic, recipe.seed) : await readFaces(data);
  const { faces, people } = corpus;
  const names = [...new Set(people)];
  const identified = await identifyDraws(corpus, recipe, job);
  const source = await faceNetwork(recipe, data, job.signal);
  const verified = await verifyFolds(corpus, recipe, source, job);
  const pairs = equalErrorRate(verified.pairs.same, verified.pairs.scores);
  const claims = equalErrorRate(verified.claims.same, verified.claims.scores);
  const network = await source.learn(faces, people);
  const gallery = createGallery(network, { threshold: claims.threshold });
  for (const name of names) {
    const own = faces.filter((_, i) => people[i] === name);
    await gallery.enrol(name, own);
  }
  await source.keep(network, folder.path("model"));
  await folder.writeJson("model/model.json", { kind: "faces-recognise", version: 1, ...gallery.toJSON() });
  const metrics: Record<string, Figure> = {};
  for (const { method, right, n } of identified) metrics[`${method}Accuracy`] = wilson(right, n);
  metrics.verificationEer = plain(pairs.eer);
  metrics.enrolledEer = plain(claims.eer);
  Object.assign(metrics, openFigures(verified, claims.threshold));
  const [genuine, impostor] = [1, 0].map((truth) =>
    verified.claims.scores.filter((_, i) => verified.claims.same[i] === truth),
  );
  return {
    how: `${corpus.title}: ${names.length} people, ${recipe.enrolled} enrolled of each, ${recipe.draws} draws; verification by networks that never met the person, ${recipe.folds} parts`,
    n: identified[0]?.n ?? verified.pairs.same.length,
    metrics,
    extra: { threshold: claims.threshold, people: names.length },
    predictions: `same,score\n${verified.claims.same.map((same, i) => `${same},${verified.claims.scores[i].toFixed(5)}`).join("\n")}\n`,
    figures: [
      {
        name: "accuracy",
        alt: "Share of faces named right by each method, people enrolled",
        spec: (theme) =>
          intervalPlot(
            identified.map(({ method, right, n }) => {
              const { value, low, high } = wilson(right, n);
              return { name: method, value: value ?? 0, low: low ?? 0, high: high ?? 1 };
            }),
            { theme },
          ),
      },
      {
        name: "det",
        alt: "Misses over false alarms for people not in training",
        spec: (theme) =>
          detPlot(
            [
              { name: "pairs of faces", ...detCurve(verified.pairs.same, verified.pairs.scores), eer: pairs.eer },
              { name: "against enrolled", ...detCurve(verified.claims.same, verified.claims.scores), eer: claims.eer },
            ],
            { theme },
          ),
      },
      {
        name: "scores",
        alt: "Likeness of faces to their own person and to others",
        spec: (theme) =>
          scoreHistogram(
            [
              { name: "own", scores: genuine },
              { name: "other", scores: impostor },
            ],
            { theme, threshold: claims.threshold },
          ),
      },
      {
        name: "faces",
        alt: "A face of each person",
        spec: (theme) =>
          imageGrid(
            names.slice(0, 24).map((name) => ({ ...faces[people.indexOf(name)], caption: name })),
            { theme },
          ),
      },
    ],
  };
}

/** What happens to known and to unknown people at a threshold. */
function openFigures({ open: { same, scores } }: Verified, threshold: number): Record<string, Figure> {
  const count = (wanted: (truth: number, score: number) => boolean): number =>
    same.reduce((sum, truth, i) => sum + (wanted(truth, scores[i]) ? 1 : 0), 0);
  return {
    knownNamed: wilson(
      count((truth, score) => truth === 1 && score >= threshold),
      count((truth) => truth >= 0),
    ),
    unknownRejected: wilson(
      count((truth, score) => truth < 0 && score < threshold),
      count((truth) => truth < 0),
    ),
  };
}

async function predict(recipe: RecogniseRecipe, question: VisionQuestion): Promise<void> {
  const { dir, csv, screen } = question;
  const embedding = await keptNetwork(join(dir, "model"), recipe);
  const model = JSON.parse(await readFile(join(dir, "model", "model.json"), "utf8")) as {
    threshold: number;
    people: Record<string, number[][]>;
  };
  const gallery = createGallery(embedding, model, model);
  const lines = ["file,name,score"];
  const predictions: {
    file: string;
    name: string | null;
    score: number;
    nearest: { name: string; score: number }[];
  }[] = [];
  await eachPicture(question, { channels: 1 }, async (image, file) => {
    const { name, score, ranking } = await gallery.identify(image);
    predictions.push({ file, name: name ?? null, score, nearest: ranking.slice(0, 3) });
    lines.push([csvField(file), csvField(name ?? ""), score.toFixed(4)].join(","));
    const others = ranking.slice(0, 3).map((one) => `${one.name} ${one.score.toFixed(2)}`);
    const shown = name === undefined ? pc.yellow("nobody who is enrolled") : pc.bold(name);
    screen.print(
      `${file}  ${shown}  ${pc.dim(`likeness ${others.join(", ")}; known from ${model.threshold.toFixed(2)}`)}`,
    );
  }).finally(async () => {
    if (csv !== undefined) await writeWhole(resolve(csv), `${lines.join("\n")}\n`);
    if (screen.json) screen.printJson({ model: recipe.title, predictions });
  });
}
