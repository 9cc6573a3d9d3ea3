import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeWav, syntheticSpeech } from "@earshot/datasets";
import { dataPath } from "@earshot/testing";
import { createImage, loadOpenCv } from "@earshot/vision";
import { readImage, writeImage } from "@earshot/vision/node";
import { makeScene } from "@earshot/vision/templates";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Screen, silentScreen } from "../src/cli/screen.js";
import { predictVisionCommand } from "../src/vision/command.js";
import { loadVision, visionRun } from "../src/vision/loadVision.js";
import { runVision } from "../src/vision/runVision.js";
import { expectSelfContained, scratchFolder } from "./helpers.js";

const folder = scratchFolder();
const signal = new AbortController().signal;
const load = async (name: string, ...settings: string[]) => {
  const loaded = await loadVision(name, settings);
  if (!loaded) throw new Error(`${name} is no recipe of pictures`);
  return loaded;
};
/** A screen that keeps what is printed. */
function listening(): { screen: Screen; lines: string[] } {
  const lines: string[] = [];
  return { screen: { ...silentScreen, print: (line = "") => void lines.push(line) }, lines };
}

beforeAll(loadOpenCv);

describe("earshot train templates", () => {
  it("judges made scenes, and the run then finds a picture in others", async () => {
    const { scene, template, center } = makeScene({ seed: 12 });
    const [what, where] = [join(folder, "logo.png"), join(folder, "scene.png")];
    await writeImage(what, template);
    await writeImage(where, scene);
    const out = join(folder, "templates");
    const loaded = await load("templates", "scenes=3", `template=${what}`);
    const { metrics } = await runVision(loaded, { out, screen: silentScreen });
    expect(metrics.metrics.found.value).toBe(1);
    expectSelfContained(readFileSync(join(out, "report.html"), "utf8"));
    expect(readFileSync(join(out, "predictions.csv"), "utf8").trim().split("\n")).toHaveLength(4);

    const run = await visionRun(out);
    if (!run) throw new Error("the run is not known again");
    const { screen, lines } = listening();
    const csv = join(folder, "found.csv");
    await predictVisionCommand(run, out, [where], csv, { screen, signal });
    expect(lines[0]).toContain("found");
    const [, x, y] = readFileSync(csv, "utf8").split("\n")[1].split(",").map(Number);
    expect(Math.hypot(x - center.x, y - center.y)).toBeLessThan(2);
    expect((await readImage(join(out, "predictions", "scene.png"))).width).toBe(scene.width);
    await expect(
      predictVisionCommand(run, out, [join(folder, "no.png")], undefined, { screen, signal }),
    ).rejects.toThrow("ENOENT");
  });

  it("refuses unknown keys with the nearest, and is no system for other commands", async () => {
    const path = join(folder, "wrong.yaml");
    writeFileSync(path, "task: templates\ntitle: x\nscene: 3\n");
    await expect(loadVision(path)).rejects.toThrow(/scene/);
    const { loadRecipe } = await import("../src/recipe/load.js");
    expect(() => loadRecipe("templates")).toThrow(
      "templates.yaml works on pictures; `earshot train` and `predict` alone take it.",
    );
    expect(await loadVision("quickstart")).toBeUndefined();
  });
});

describe("earshot train faces-detect", () => {
  it("says which weights are missing, and leaves nothing", async () => {
    const out = join(folder, "nothing");
    await expect(runVision(await load("faces-detect"), { out, screen: silentScreen, data: folder })).rejects.toThrow(
      /^None of the weights haarcascade_frontalface_default\.xml, .* is there; name one with --set detectors\.0\.weights=PATH/,
    );
    expect(existsSync(out)).toBe(false);
  });

  const data = dataPath("dlib-faces.tar.gz") && dataPath("pretrained/yunet_n_dynamic.onnx");
  it.skipIf(!data)(
    "reaches OpenCV's figure by cascade and more by network on marked photos, and draws faces",
    async () => {
      const out = join(folder, "faces");
      const { metrics } = await runVision(await load("faces-detect"), {
        out,
        screen: silentScreen,
        data: join(dataPath("dlib-faces.tar.gz") as string, ".."),
      });
      expect(metrics.metrics.haarAveragePrecision.value).toBeCloseTo(0.71825, 4);
      expect(metrics.metrics.yunetAveragePrecision.value).toBeGreaterThanOrEqual(0.9);
      expect(metrics.metrics.ultrafaceAveragePrecision.value).toBeGreaterThanOrEqual(0.9);
      const run = await visionRun(out);
      if (!run) throw new Error("the run is not known again");
      const plain = join(folder, "plain.png");
      await writeImage(plain, createImage(60, 40, 3, [9, 9, 9]));
      const { screen, lines } = listening();
      await predictVisionCommand(run, out, [plain], undefined, { screen, signal });
      expect(lines[0]).toContain("0 faces");
    },
  );

  it("refuses a folder without marked photos", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const { annotatedPhotos } = await import("../src/vision/annotatedPhotos.js");
    writeFileSync(join(empty, "a.xml"), "<dataset/>");
    await expect(annotatedPhotos(empty)).rejects.toThrow(/holds no photos with boxes in dlib's XML/);
  });
});

describe("earshot train faces-recognise", () => {
  it("runs on drawn faces without data, enrols them, and names one again", async () => {
    const out = join(folder, "people");
    const settings = [
      "synthetic.people=6",
      "synthetic.images=4",
      "draws=1",
      "enrolled=2",
      "folds=2",
      "embedding.epochs=4",
    ];
    const small = ["embedding.copies=0", "embedding.directions=12", "embedding.dimensions=8"];
    const loaded = await load("faces-recognise", ...settings, ...small);
    const { metrics } = await runVision(loaded, { out, screen: silentScreen });
    expect(metrics.metrics.lbpDiscriminantAccuracy.value).toBeGreaterThan(0.5);
    expect(metrics.metrics.verificationEer.value).toBeLessThan(0.5);
    const { drawFaces } = await import("../src/vision/faceCorpus.js");
    const face = join(folder, "face.png");
    await writeImage(face, drawFaces({ people: 6, images: 4 }, 1337).faces[0]);
    const run = await visionRun(out);
    if (!run) throw new Error("the run is not known again");
    const { screen, lines } = listening();
    await predictVisionCommand(run, out, [face], undefined, { screen, signal });
    expect(lines[0]).toContain("person1");
  });
});

describe("earshot train av-digits", () => {
  it("runs on made-up hands and voices without data, and the run then tells digits by picture, by sound and by both", async () => {
    const out = join(folder, "av");
    const made = ["synthetic.drawers=4", "synthetic.speakers=4", "synthetic.takes=1", "copies=2", "pairs=1", "folds=2"];
    const short = ["epochs.image=1", "epochs.sound=1", "epochs.early=1", "epochs.gate=1"];
    const { metrics } = await runVision(await load("av-digits", ...made, ...short), { out, screen: silentScreen });
    expect(metrics.n).toBe(40);
    expect(Object.keys(metrics.metrics)).toContain("gatedSoundOnlyAccuracy");
    expect(readFileSync(join(out, "predictions.csv"), "utf8").split("\n")[0]).toBe(
      "label,image,sound,early,late,gated,earlyImageOnly,earlySoundOnly,gatedImageOnly,gatedSoundOnly",
    );
    const run = await visionRun(out);
    if (!run) throw new Error("the run is not known again");
    const [picture, sound] = [join(folder, "one.png"), join(folder, "one.wav")];
    await writeImage(picture, createImage(28, 28, 1, [40]));
    const { items } = syntheticSpeech({ speakers: 1, takes: 1 });
    writeFileSync(sound, encodeWav(await items[0].load()));
    const { screen, lines } = listening();
    const csv = join(folder, "digits.csv");
    await predictVisionCommand(run, out, [picture, sound], csv, { screen, signal });
    expect(lines[0]).toMatch(/^one {2}.*by the picture \d, by the sound \d alone/);
    expect(readFileSync(csv, "utf8").trim().split("\n")).toHaveLength(2);
    await predictVisionCommand(run, out, [sound], undefined, { screen, signal });
    expect(lines[1]).toMatch(/by the sound \d alone/);
    await expect(
      predictVisionCommand(run, out, [picture, join(folder, "sub", "one.jpg")], undefined, { screen, signal }),
    ).rejects.toThrow(/have the same name; ask for one of them at a time/);
  });
});

describe("earshot train video-talk", () => {
  it("finds by how much the sound of drawn faces was moved, without data", async () => {
    const out = join(folder, "talk");
    const loaded = await load("video-talk", "synthetic.clips=1", "synthetic.seconds=3", "shifts=[-6,0,3]");
    const { metrics } = await runVision(loaded, { out, screen: silentScreen });
    expect(metrics.n).toBe(3);
    expect(metrics.metrics.found.value).toBe(1);
    expectSelfContained(readFileSync(join(out, "report.html"), "utf8"));
    const run = await visionRun(out);
    if (!run) throw new Error("the run is not known again");
    const { screen } = listening();
    vi.stubEnv("EARSHOT_DATA", join(folder, "empty"));
    await expect(predictVisionCommand(run, out, ["a.mpg"], undefined, { screen, signal })).rejects.toThrow(
      `${out} holds no face detector; train it with --data, or with --set weights=PATH of YuNet.`,
    );
    const { lookAtTalk } = await import("../src/vision/lookAtTalk.js");
    expect(await lookAtTalk("a.mpg")).toEqual({
      missing:
        "Faces are not looked for: yunet_n_dynamic.onnx is not in the data folder; name the weights of YuNet with --faces.",
    });
    await expect(lookAtTalk("a.mpg", { faces: "no.onnx" })).rejects.toThrow(
      "no.onnx does not exist; name the weights of YuNet with --faces.",
    );
    vi.unstubAllEnvs();
  });
});
