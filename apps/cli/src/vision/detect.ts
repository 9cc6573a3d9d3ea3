import { copyFile, mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type Detection, detectionAveragePrecision } from "@earshot/metrics";
import { precisionRecallPlot } from "@earshot/plots";
import { drawBoxes, drawPoints, type Image } from "@earshot/vision";
import type { Face, FaceDetector } from "@earshot/vision/faces";
import { readImage, writeImage } from "@earshot/vision/node";
import pc from "picocolors";
import { UserError } from "../cli/errors.js";
import type { Figure } from "../judge/judge.js";
import { csvField } from "../judge/predictions.js";
import { wilson } from "../judge/wilson.js";
import { writeWhole } from "../run/wholeFile.js";
import { type AnnotatedPhoto, annotatedPhotos } from "./annotatedPhotos.js";
import { findWeights, openFaceDetector } from "./detectors.js";
import { type DetectorSpec, type DetectRecipe, detectSchema } from "./detectSchema.js";
import { eachPicture, keepPicture } from "./eachPicture.js";
import { plain, type VisionJob, type VisionQuestion, type VisionResult, type VisionTask } from "./task.js";

/** Longest side of a photo that is searched; boxes are told in its pixels. */
const MOST_SIDE = 4096;

export const detectTask: VisionTask<DetectRecipe> = { schema: detectSchema, run, predict };

async function run(recipe: DetectRecipe, { data, folder, screen, signal }: VisionJob): Promise<VisionResult> {
  const specs = await keepWeights(recipe, data, folder.path("model"));
  for (const { kind, weights } of recipe.detectors) {
    if (!specs.some((spec) => spec.kind === kind)) screen.note(`${kind} is left out: ${weights} is not there.`);
  }
  const main = specs.find(({ kind }) => kind === recipe.main) ?? specs[specs.length - 1];
  await folder.writeJson("model/model.json", { kind: "faces-detect", version: 1, main: main.kind, detectors: specs });
  if (data === undefined) {
    const notes = [
      "No annotated photos were named with --data, so nothing is judged; the detectors are ready to predict.",
    ];
    return { how: "no photos", n: 0, metrics: {}, figures: [], notes };
  }
  const photos = await annotatedPhotos(data);
  const truth = photos.map(({ boxes }) => boxes);
  const judged: { name: string; ap: ReturnType<typeof detectionAveragePrecision> }[] = [];
  const metrics: Record<string, Figure> = {};
  const lines = ["detector,file,x,y,width,height,score"];
  for (const spec of specs) {
    signal?.throwIfAborted();
    const found = await detectAll(spec, folder.path("model", spec.weights), photos);
    const ap = detectionAveragePrecision(truth, found.all.map(toDetections), { iouThreshold: recipe.iou });
    judged.push({ name: spec.kind, ap });
    const sure = detectionAveragePrecision(truth, found.sure.map(toDetections), { iouThreshold: recipe.iou });
    const last = sure.precision.length - 1;
    const boxes = truth.flat().length;
    metrics[`${spec.kind}AveragePrecision`] = plain(ap.averagePrecision);
    metrics[`${spec.kind}Precision`] = wilson(last < 0 ? 0 : Math.round(sure.precision[last] * (last + 1)), last + 1);
    metrics[`${spec.kind}Recall`] = wilson(last < 0 ? 0 : Math.round(sure.recall[last] * boxes), boxes);
    for (const [i, faces] of found.sure.entries()) {
      for (const face of faces) lines.push([spec.kind, csvField(photos[i].name), ...rowOf(face)].join(","));
      if (spec === main) await drawPhoto(photos[i], faces, folder.path("predictions"));
    }
  }
  return {
    how: `${photos.length} photos with ${truth.flat().length} marked faces, a hit from an intersection over union of ${recipe.iou}`,
    n: truth.flat().length,
    metrics,
    predictions: `${lines.join("\n")}\n`,
    figures: [
      {
        name: "precisionRecall",
        alt: "Precision over recall of each detector, all scores",
        spec: (theme) =>
          precisionRecallPlot(
            judged.map(({ name, ap: { recall, precision, averagePrecision } }) => ({
              name,
              recall,
              precision,
              averagePrecision,
            })),
            { theme },
          ),
      },
    ],
    notes: [
      "Average precision is over all scores; precision and recall are at the recipe's threshold of each detector.",
    ],
  };
}

/** Copies the weights that are there into the run, so that it stands alone. */
async function keepWeights(recipe: DetectRecipe, data: string | undefined, to: string): Promise<DetectorSpec[]> {
  const found: DetectorSpec[] = [];
  const folders = [data, data && dirname(data), process.env.EARSHOT_DATA];
  for (const spec of recipe.detectors) {
    const path = findWeights(spec.weights, folders);
    if (path === undefined) continue;
    await mkdir(to, { recursive: true });
    await copyFile(path, join(to, basename(path)));
    // Weights that do not fit fail here, before anything is judged.
    (await openFaceDetector(spec, path)).dispose();
    found.push({ ...spec, weights: basename(path) });
  }
  if (found.length > 0) return found;
  const names = recipe.detectors.map(({ weights }) => weights).join(", ");
  throw new UserError(
    `None of the weights ${names} is there; name one with --set detectors.0.weights=PATH, or put them into the data folder.`,
  );
}

/** Faces at the recipe's thresholds, and all that the detector scores at all. */
async function detectAll(
  spec: DetectorSpec,
  path: string,
  photos: readonly AnnotatedPhoto[],
): Promise<{ all: Face[][]; sure: Face[][] }> {
  const every: DetectorSpec = spec.kind === "haar" ? spec : { ...spec, scoreThreshold: 0.02 };
  const detector = await openFaceDetector(every, path);
  try {
    const all: Face[][] = [];
    for (const { path: photo } of photos) all.push(await detector.detect(await readPhoto(photo, detector)));
    const least = spec.kind === "haar" ? -Infinity : spec.scoreThreshold;
    return { all, sure: all.map((faces) => faces.filter(({ score }) => score >= least)) };
  } finally {
    detector.dispose();
  }
}

const readPhoto = (path: string, { kind }: FaceDetector): Promise<Image> =>
  readImage(path, { channels: kind === "haar" ? 1 : 3, maxSide: MOST_SIDE });

const toDetections = (faces: readonly Face[]): Detection[] =>
  faces.map(({ x, y, width, height, score }) => ({ x0: x, y0: y, x1: x + width, y1: y + height, score }));

const rowOf = ({ x, y, width, height, score }: Face): string[] => [x, y, width, height, score].map((v) => v.toFixed(2));

function drawn(image: Image, faces: readonly Face[]): Image {
  const thickness = Math.max(1, Math.round(Math.max(image.width, image.height) / 300));
  const points = faces.flatMap(({ landmarks }) => (landmarks ? Object.values(landmarks) : []));
  return drawPoints(drawBoxes(image, faces, { thickness }), points, { thickness: Math.ceil(thickness / 2) });
}

async function drawPhoto({ name, path }: AnnotatedPhoto, faces: readonly Face[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeImage(
    join(folder, `${basename(name, ".jpg")}.png`),
    drawn(await readImage(path, { maxSide: MOST_SIDE }), faces),
  );
}

async function predict(recipe: DetectRecipe, question: VisionQuestion): Promise<void> {
  const { dir, csv, screen } = question;

  const model = JSON.parse(await readFile(join(dir, "model", "model.json"), "utf8")) as {
    main: string;
    detectors: DetectorSpec[];
  };
  const spec = model.detectors.find(({ kind }) => kind === model.main) ?? model.detectors[0];
  const detector = await openFaceDetector(spec, join(dir, "model", spec.weights));
  const lines = ["file,x,y,width,height,score"];
  const predictions: { file: string; faces: Face[]; picture: string }[] = [];
  const tell = async (): Promise<void> => {
    detector.dispose();
    if (csv !== undefined) await writeWhole(resolve(csv), `${lines.join("\n")}\n`);
    if (screen.json) screen.printJson({ model: recipe.title, detector: spec.kind, predictions });
  };
  await eachPicture(question, { maxSide: MOST_SIDE }, async (image, file) => {
    const faces = await detector.detect(image);
    const picture = await keepPicture(dir, file, drawn(image, faces));
    predictions.push({ file, faces, picture });
    for (const face of faces) lines.push([csvField(file), ...rowOf(face)].join(","));
    screen.print(`${file}  ${pc.bold(faces.length === 1 ? "1 face" : `${faces.length} faces`)}  ${pc.dim(picture)}`);
    for (const { x, y, width, height, score } of faces) {
      screen.print(
        `  ${width.toFixed(0)} × ${height.toFixed(0)} at (${x.toFixed(0)}, ${y.toFixed(0)})  ${pc.dim(`score ${score.toFixed(3)}`)}`,
      );
    }
  }).finally(tell);
}
