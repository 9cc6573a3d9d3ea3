import { copyFile, mkdir } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { grid } from "@earshot/datasets/node";
import { imageGrid, linePlot } from "@earshot/plots";
import { drawBoxes } from "@earshot/vision";
import { analyseTalkingVideo } from "@earshot/vision/node";
import { type AudioVisualOffset, audioVisualOffset, createTalkAnalyser, type TalkReport } from "@earshot/vision/video";
import pc from "picocolors";
import { UserError } from "../cli/errors.js";
import { inspectVideo } from "../inspect/inspectVideo.js";
import { csvField } from "../judge/predictions.js";
import { wilson } from "../judge/wilson.js";
import { writeWhole } from "../run/wholeFile.js";
import { findWeights, openFaceDetector } from "./detectors.js";
import { madeTalk } from "./madeTalk.js";
import { saidOffset } from "./talkPanels.js";
import { type TalkRecipe, talkSchema } from "./talkSchema.js";
import { plain, type VisionJob, type VisionQuestion, type VisionResult, type VisionTask } from "./task.js";

export const talkTask: VisionTask<TalkRecipe> = { schema: talkSchema, run, predict };

/** A video that was looked through once. */
interface Looked {
  name: string;
  report: TalkReport;
}

interface Shifted {
  name: string;
  /** Pictures by which the sound was moved. */
  shift: number;
  found: AudioVisualOffset | undefined;
}

const weightsName = "detector.onnx";

async function run(recipe: TalkRecipe, job: VisionJob): Promise<VisionResult> {
  const { data, folder } = job;
  const { title, looked, perSec } =
    data === undefined ? await lookAtDrawn(recipe, job) : await lookAtGrid(recipe, job, data);
  await folder.writeJson("model/model.json", { kind: "video-talk", version: 1 });
  const shifted = looked.flatMap((video) => recipe.shifts.map((shift) => findShifted(video, shift, recipe)));
  const offs = shifted.map(({ shift, found }) => (found ? Math.abs(found.offsetFrames - shift) : Infinity));
  const within = (frames: number) => wilson(offs.filter((off) => off <= frames).length, offs.length);
  const sorted = [...offs].sort((a, b) => a - b);
  const own = looked.flatMap(({ report: { offset } }) => (offset ? [offset] : []));
  return {
    how: `${title}: the sound moved by ${recipe.shifts.join(", ")} pictures on purpose, found within ${recipe.tolerance}`,
    n: shifted.length,
    metrics: {
      found: within(recipe.tolerance),
      withinOne: within(1),
      sure: wilson(own.filter(({ sure }) => sure).length, looked.length),
      medianOff: plain(sorted[sorted.length >> 1]),
      worstOff: plain(sorted[sorted.length - 1]),
    },
    extra: { videos: looked.length, picturesPerSec: perSec },
    predictions: `video,shift,found,off,agreement,margin\n${shifted.map(rowOf).join("\n")}\n`,
    notes: [
      "Offsets are in pictures: above 0 the sound comes late. A video's own offset counts as an error, for GRID's sound and pictures are together.",
    ],
    figures: figuresOf(looked, shifted),
  };
}

function rowOf({ name, shift, found }: Shifted): string {
  const numbers = found
    ? [found.offsetFrames, found.offsetFrames - shift, found.score, found.margin]
    : ["", "", "", ""];
  return [csvField(name), shift, ...numbers.map((v) => (typeof v === "number" ? v.toFixed(3) : v))].join(",");
}

/** The offset that is found when the sound is moved by whole pictures; silence fills what is missing. */
function findShifted({ name, report }: Looked, shift: number, { maxOffsetSec }: TalkRecipe): Shifted {
  const { opening, motion, level, fps } = report;
  if (!level) return { name, shift, found: undefined };
  const silence = level.reduce((a, b) => Math.min(a, b), Infinity);
  const moved = level.map((_, t) => level[t - shift] ?? silence);
  return { name, shift, found: audioVisualOffset({ opening, motion, level: moved }, { fps, maxOffsetSec }) };
}

interface LookedAll {
  title: string;
  looked: Looked[];
  /** Pictures decoded, searched for faces and measured a second. */
  perSec: number;
}

async function lookAtGrid(
  { weights, clips, maxOffsetSec }: TalkRecipe,
  job: VisionJob,
  data: string,
): Promise<LookedAll> {
  const { screen, signal, folder } = job;
  const corpus = await grid({ root: data });
  const videos = corpus.items.filter(({ path }) => path !== undefined && !/\.wav$/i.test(path)).slice(0, clips);
  const found = findWeights(weights, [data, dirname(data), process.env.EARSHOT_DATA]);
  if (found === undefined) {
    throw new UserError(
      `${weights} is not there; name the weights of YuNet with --set weights=PATH, or put them into the data folder.`,
    );
  }
  await mkdir(folder.path("model"), { recursive: true });
  await copyFile(found, folder.path("model", weightsName));
  const detector = await openFaceDetector({ kind: "yunet", weights: found, scoreThreshold: 0.6, maxSide: 640 }, found);
  const progress = screen.progress("videos", videos.length);
  const looked: Looked[] = [];
  const started = performance.now();
  try {
    for (const { id, path } of videos) {
      const report = await analyseTalkingVideo(path as string, { detector, maxOffsetSec, ...(signal && { signal }) });
      looked.push({ name: id, report });
      progress.update(looked.length, id);
    }
  } finally {
    detector.dispose();
    progress.end();
  }
  return { title: `${corpus.title}, ${looked.length} videos`, looked, perSec: rateOf(looked, started) };
}

async function lookAtDrawn(
  { synthetic: { clips, seconds }, seed, maxOffsetSec }: TalkRecipe,
  { signal }: VisionJob,
): Promise<LookedAll> {
  const looked: Looked[] = [];
  const started = performance.now();
  for (let k = 0; k < clips; k++) {
    signal?.throwIfAborted();
    const { fps, frames, sound, detector } = await madeTalk({ seconds, seed: seed + k });
    const analyser = createTalkAnalyser({ detector, fps, sampleRate: sound.sampleRate, maxOffsetSec });
    for (const frame of frames) await analyser.frame(frame);
    analyser.sound(sound.samples);
    looked.push({ name: `drawn${k + 1}`, report: analyser.finish() });
  }
  return { title: `drawn faces with made-up voices, ${clips} videos`, looked, perSec: rateOf(looked, started) };
}

const rateOf = (looked: readonly Looked[], started: number): number =>
  Math.round((1000 * looked.reduce((sum, { report }) => sum + report.frames, 0)) / (performance.now() - started));

function figuresOf(looked: readonly Looked[], shifted: readonly Shifted[]): VisionResult["figures"] {
  const shown = looked.slice(0, 8);
  const strip = shown.flatMap(({ name, report: { strip } }) => {
    const frame = strip[strip.length >> 1];
    return frame ? [{ ...(frame.face ? drawBoxes(frame.image, [frame.face], {}) : frame.image), caption: name }] : [];
  });
  const figures: VisionResult["figures"] = [
    {
      name: "found",
      alt: "Offset that was found over the one that was made",
      spec: (theme) =>
        linePlot(
          shown.map(({ name }) => {
            const own = shifted.filter((one) => one.name === name).sort((a, b) => a.shift - b.shift);
            return {
              name,
              x: own.map(({ shift }) => shift),
              y: own.map(({ found }) => found?.offsetFrames ?? Number.NaN),
            };
          }),
          { xTitle: "Sound moved by (pictures)", yTitle: "Found (pictures)", theme },
        ),
    },
    {
      name: "agreement",
      alt: "Agreement of mouth and sound over the offset, as the videos are",
      spec: (theme) =>
        linePlot(
          shown.flatMap(({ name, report: { offset } }) =>
            offset ? [{ name, x: offset.curve.map((c) => c.offsetSec), y: offset.curve.map((c) => c.score) }] : [],
          ),
          { xTitle: "Sound later than picture by (s)", yTitle: "Agreement (−1 to 1)", theme },
        ),
    },
    ...(strip.length > 0
      ? [
          {
            name: "faces",
            alt: "The followed face of each video",
            spec: (theme: "light" | "dark") => imageGrid(strip, { size: 128, theme }),
          },
        ]
      : []),
  ];
  return figures.filter(({ name }) => name !== "agreement" || looked.some(({ report }) => report.offset));
}

async function predict(recipe: TalkRecipe, { dir, files, csv, screen, signal }: VisionQuestion): Promise<void> {
  const kept = join(dir, "model", weightsName);
  const weights = findWeights(kept, []) ?? findWeights(recipe.weights, [process.env.EARSHOT_DATA]);
  if (weights === undefined) {
    throw new UserError(`${dir} holds no face detector; train it with --data, or with --set weights=PATH of YuNet.`);
  }
  const lines = ["file,soundLaterSec,sure"];
  const predictions: Record<string, unknown>[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    const inspection = await inspectVideo(file, { faces: weights, ...(signal && { signal }) });
    if (!inspection) throw new UserError(`${file} holds no moving pictures; name a video.`);
    const page = join(dir, "predictions", `${basename(file, extname(file))}.html`);
    await writeWhole(page, inspection.page);
    const talk = inspection.facts.talk as { offset: AudioVisualOffset | null } | undefined;
    const offset = talk?.offset ?? undefined;
    predictions.push({ file, page, ...talk });
    lines.push([csvField(file), offset ? offset.offsetSec.toFixed(3) : "", offset?.sure ?? ""].join(","));
    const said = offset ? saidOffset(offset) : "mouth and sound cannot be compared";
    screen.print(`${file}  ${pc.bold(said)}${offset && !offset.sure ? pc.yellow("  unsure") : ""}  ${pc.dim(page)}`);
  }
  if (csv !== undefined) await writeWhole(csv, `${lines.join("\n")}\n`);
  if (screen.json) screen.printJson({ model: recipe.title, predictions });
}
