import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { imageGrid, linePlot } from "@earshot/plots";
import { drawOutline } from "@earshot/vision";
import { readImage } from "@earshot/vision/node";
import { findTemplate, makeScene, type TemplateMatch } from "@earshot/vision/templates";
import pc from "picocolors";
import { z } from "zod";
import { UserError } from "../cli/errors.js";
import { csvField } from "../judge/predictions.js";
import { wilson } from "../judge/wilson.js";
import { writeWhole } from "../run/wholeFile.js";
import { eachPicture, keepPicture } from "./eachPicture.js";
import { plain, type VisionJob, type VisionQuestion, type VisionResult, type VisionTask } from "./task.js";

const schema = z.strictObject({
  task: z.literal("templates"),
  name: z.string().min(1).optional(),
  title: z.string().min(1),
  description: z.string().default(""),
  seed: z.int().min(0).default(1337),
  /** Picture that `earshot predict` looks for; scenes are made with templates of their own. */
  template: z.string().min(1).nullable().default(null),
  /** Smallest and largest size, and turn in degrees. */
  scales: z.tuple([z.number().positive(), z.number().positive()]).default([0.8, 1.25]),
  angles: z.tuple([z.number().min(-360), z.number().max(360)]).default([-15, 15]),
  method: z
    .enum(["correlationCoefficientNormed", "crossCorrelationNormed", "squaredDifferenceNormed"])
    .default("correlationCoefficientNormed"),
  /** Least score of a match. */
  threshold: z.number().min(-1).max(1).default(0.5),
  maxMatches: z.int().min(1).max(1000).default(1),
  /** Made scenes that are judged. */
  scenes: z.int().min(1).max(10_000).default(200),
  /** Deviation of the scenes' noise in grey values. */
  noise: z.number().min(0).max(255).default(8),
  /** Pixels by which a found centre may be off. */
  tolerance: z.number().positive().default(2),
});

type TemplatesRecipe = z.infer<typeof schema>;

export const templatesTask: VisionTask<TemplatesRecipe> = { schema, run, predict };

async function run(recipe: TemplatesRecipe, { folder, screen, signal }: VisionJob): Promise<VisionResult> {
  const { seed, scales, angles, noise, scenes, tolerance, threshold } = recipe;
  await mkdir(folder.path("model"), { recursive: true });
  if (recipe.template !== null) {
    // A template that is no picture fails here, not at the first question.
    await readImage(resolve(recipe.template));
    await copyFile(resolve(recipe.template), folder.path("model", "template"));
  }
  const { template: _, title: __, description: ___, ...search } = recipe;
  await folder.writeJson("model/model.json", { kind: "templates", version: 1, search });
  const progress = screen.progress("scenes", scenes);
  const lines = ["scene,x,y,scale,angle,foundX,foundY,foundScale,foundAngle,score,off"];
  const offs: number[] = [];
  const shown: { data: Uint8Array; width: number; height: number; caption: string; marked: boolean }[] = [];
  for (let i = 0; i < scenes; i++) {
    signal?.throwIfAborted();
    const { scene, template, center, scale, angle } = makeScene({ seed: seed + i, scales, angles, noise });
    const [match] = findTemplate(scene, template, { ...optionsOf(recipe), maxMatches: 1 }) as (
      | TemplateMatch
      | undefined
    )[];
    const off = match ? Math.hypot(match.center.x - center.x, match.center.y - center.y) : Infinity;
    offs.push(off);
    const found = match
      ? [match.center.x, match.center.y, match.scale, match.angle, match.score]
      : ["", "", "", "", ""];
    const row = [i, center.x, center.y, scale, angle, ...found, off];
    lines.push(row.map((v) => (typeof v === "number" && !Number.isInteger(v) ? v.toFixed(3) : v)).join(","));
    if (shown.length < 12) {
      const { data, width, height } = match ? drawOutline(scene, match.corners) : scene;
      const marked = off > tolerance;
      if (match) shown.push({ data, width, height, caption: `${off.toFixed(2)} px off`, marked });
    }
    progress.update(i + 1);
    // Ctrl-C is heard between two scenes.
    if (i % 8 === 0) await new Promise((resume) => setTimeout(resume, 0));
  }
  progress.end();
  const near = offs.filter((off) => off <= tolerance).length;
  const sorted = [...offs].sort((a, b) => a - b);
  return {
    how: `made scenes, templates at ${scales.join(" to ")} times their size, turned by ${angles.join(" to ")} degrees, found within ${tolerance} pixels, threshold ${threshold}`,
    n: scenes,
    metrics: { found: wilson(near, scenes), medianOff: plain(sorted[scenes >> 1]) },
    predictions: `${lines.join("\n")}\n`,
    figures: [
      {
        name: "offsets",
        alt: "Share of scenes whose template is found within a distance",
        spec: (theme) =>
          linePlot(
            [
              {
                name: "found",
                x: sorted.filter(Number.isFinite),
                y: sorted.filter(Number.isFinite).map((_, i) => (i + 1) / scenes),
              },
            ],
            { xTitle: "Off by (pixels)", yTitle: "Share of scenes", theme },
          ),
      },
      ...(shown.length > 0
        ? [
            {
              name: "scenes",
              alt: "Scenes with what was found",
              spec: (theme: "light" | "dark") => imageGrid(shown, { theme }),
            },
          ]
        : []),
    ],
  };
}

const optionsOf = ({ scales, angles, method, threshold, maxMatches }: TemplatesRecipe) => ({
  scales,
  angles,
  method,
  threshold,
  maxMatches,
});

async function predict(recipe: TemplatesRecipe, question: VisionQuestion): Promise<void> {
  const { dir, csv, screen } = question;
  const path = join(dir, "model", "template");
  if (!existsSync(path)) {
    throw new UserError(`${dir} looks for no template; train it with --set template=PICTURE to find one in pictures.`);
  }
  const template = await readImage(path, { channels: 1 });
  const lines = ["file,x,y,scale,angle,score"];
  const predictions: { file: string; matches: TemplateMatch[]; picture: string }[] = [];
  await eachPicture(question, {}, async (image, file) => {
    const matches = findTemplate(image, template, optionsOf(recipe));
    const picture = await keepPicture(
      dir,
      file,
      matches.reduce((drawn, { corners }) => drawOutline(drawn, corners), image),
    );
    predictions.push({ file, matches, picture });
    for (const { center, scale, angle, score } of matches) {
      lines.push([csvField(file), ...[center.x, center.y, scale, angle, score].map((v) => v.toFixed(3))].join(","));
    }
    screen.print(
      `${file}  ${pc.bold(matches.length === 1 ? "found" : `found ${matches.length} times`)}  ${pc.dim(picture)}`,
    );
    for (const { center, scale, angle, score } of matches) {
      screen.print(
        `  centre (${center.x.toFixed(1)}, ${center.y.toFixed(1)}), ${scale.toFixed(3)} times as large, turned by ${angle.toFixed(1)}°  ${pc.dim(`score ${score.toFixed(3)}`)}`,
      );
    }
  }).finally(async () => {
    if (csv !== undefined) await writeWhole(resolve(csv), `${lines.join("\n")}\n`);
    if (screen.json) screen.printJson({ model: recipe.title, predictions });
  });
}
