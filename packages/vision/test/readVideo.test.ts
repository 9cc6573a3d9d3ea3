import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { yunetDetector } from "../src/faces/index.js";
import { loadOpenCv, toGray } from "../src/index.js";
import { analyseTalkingVideo, readVideo, type VideoFacts, writeImage } from "../src/node/index.js";
import { findTemplate, makeScene } from "../src/templates/index.js";
import type { VideoFrame } from "../src/video/index.js";
import { dataPath, filesOf } from "./data.js";

const ffmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "earshot-video-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(loadOpenCv);

/** Makes a video by ffmpeg. */
function make(name: string, ...args: string[]): string {
  const path = join(folder, name);
  const { status, stderr } = spawnSync("ffmpeg", ["-v", "error", "-y", ...args, path]);
  if (status !== 0) throw new Error(stderr.toString());
  return path;
}
const lavfi = (graph: string): string[] => ["-f", "lavfi", "-i", graph];
async function all(path: string, options: Parameters<typeof readVideo>[1] = {}): Promise<VideoFrame[]> {
  const frames: VideoFrame[] = [];
  for await (const frame of readVideo(path, options)) frames.push(frame);
  return frames;
}

describe.skipIf(!ffmpeg)("readVideo", () => {
  it("gives pictures and sound on one clock, small enough, as many as asked for", async () => {
    const tone = "sine=frequency=440:sample_rate=48000:duration=1.2";
    const path = make("a.mkv", ...lavfi("testsrc=size=320x180:rate=20:duration=1.2"), ...lavfi(tone), "-c:v", "mpeg4");
    const sound: number[] = [];
    let facts: VideoFacts | undefined;
    const frames = await all(path, {
      maxSide: 160,
      sampleRate: 8000,
      onSound: (samples) => void sound.push(...samples),
      onFacts: (told) => {
        facts = told;
      },
    });
    expect(facts).toEqual({ fps: 20, hasSound: true });
    expect(frames.map(({ timeSec }) => timeSec)).toEqual(Array.from({ length: 24 }, (_, i) => i / 20));
    expect([frames[0].image.width, frames[0].image.height, frames[0].image.channels]).toEqual([160, 90, 3]);
    expect(Math.abs(sound.length - 9600)).toBeLessThan(400);
    expect(Math.max(...sound)).toBeGreaterThan(0.1);

    const gray = await all(path, { fps: 10, channels: 1, mostSec: 0.5 });
    expect(gray).toHaveLength(5);
    expect([gray[0].image.width, gray[0].image.channels]).toEqual([320, 1]);
  });

  it("reads no further than it is asked to, and hears a signal", async () => {
    const path = make("long.avi", ...lavfi("testsrc=size=64x48:rate=25:duration=8"), "-c:v", "mpeg4");
    for await (const { index } of readVideo(path)) if (index === 3) break;
    const stop = new AbortController();
    const reading = (async () => {
      for await (const { index } of readVideo(path, { signal: stop.signal })) if (index === 2) stop.abort();
    })();
    await expect(reading).rejects.toThrow(/abort/i);
  });

  it("says in a sentence what cannot be looked at", async () => {
    const sound = make("only.wav", ...lavfi("sine=duration=0.2"));
    await expect(all(sound, { name: "only.wav" })).rejects.toThrow(
      "readVideo: only.wav holds no moving pictures; name a video, or listen to it as a recording.",
    );
    const empty = make(
      "empty.avi",
      ...lavfi("testsrc=size=64x48:rate=25:duration=1"),
      "-c:v",
      "mpeg4",
      "-frames:v",
      "0",
    );
    await expect(all(empty, { name: "empty.avi" })).rejects.toThrow(
      /^readVideo: empty\.avi (holds a video of zero pictures|cannot be read|holds no moving pictures)/,
    );
    const text = join(folder, "text.mp4");
    writeFileSync(text, "no video at all");
    await expect(all(text, { name: "text.mp4" })).rejects.toThrow(
      /^readVideo: text\.mp4 cannot be read by ffmpeg \(.+\)\.$/,
    );
    await expect(all(join(folder, "absent.mp4"))).rejects.toThrow(
      /absent\.mp4 cannot be read by ffmpeg \(No such file/,
    );
    await expect(all(text, { maxSide: 3 })).rejects.toThrow("readVideo: maxSide must be in [16, 8192], got 3.");
  });

  it("looks at a video without sound, and leaves the offset open", async () => {
    const path = make("mute.mp4", ...lavfi("testsrc=size=64x48:rate=25:duration=0.4"), "-c:v", "mpeg4");
    const report = await analyseTalkingVideo(path);
    expect([report.frames, report.level, report.offset]).toEqual([10, undefined, undefined]);
  });

  it("lets a template be followed through a video", async () => {
    const { template } = makeScene({ seed: 21, width: 160, height: 120, sides: [40, 40] });
    const { scene } = makeScene({ seed: 22, width: 160, height: 120, sides: [40, 40] });
    await writeImage(join(folder, "ground.png"), scene);
    await writeImage(join(folder, "what.png"), template);
    // ffmpeg's overlay counts pictures from 1.
    const moving = "[0][1]overlay=x='10+6*(n-1)':y='60-4*(n-1)':format=gbrp";
    const inputs = ["-loop", "1", "-i", join(folder, "ground.png"), "-loop", "1", "-i", join(folder, "what.png")];
    const path = make(
      "moving.mkv",
      ...inputs,
      "-filter_complex",
      moving,
      "-frames:v",
      "8",
      "-c:v",
      "mpeg4",
      "-q:v",
      "3",
    );
    for await (const { index, image } of readVideo(path)) {
      const [match] = findTemplate(toGray(image), template);
      const [x, y] = [10 + 6 * index + template.width / 2, 60 - 4 * index + template.height / 2];
      expect(Math.hypot(match.center.x - x, match.center.y - y)).toBeLessThan(2);
    }
  });
});

describe("readVideo without ffmpeg", () => {
  it("says that it is missing", async () => {
    await expect(all("a.mp4", { command: join(folder, "no-ffmpeg") })).rejects.toThrow(
      "readVideo: only ffmpeg reads videos, and it is not installed; install it.",
    );
  });
});

const there = ffmpeg && dataPath("GRID.tar.gz") && dataPath("pretrained/yunet_n_dynamic.onnx");
describe.skipIf(!there)("talking faces of GRID", () => {
  it("are found to be together with their sound, and apart by what the file was shifted", async () => {
    const files = await filesOf("GRID.tar.gz", (name) => name === "bbaf2n.mpg");
    const own = join(folder, "own.mpg");
    writeFileSync(own, files["bbaf2n.mpg"]);
    const tracks = ["-map", "0:v", "-map", "1:a", "-c", "copy"];
    const late = make("late.mkv", "-i", own, "-itsoffset", "0.24", "-i", own, ...tracks);
    const detector = await yunetDetector(readFileSync(dataPath("pretrained/yunet_n_dynamic.onnx") as string));
    const [together, apart] = [
      await analyseTalkingVideo(own, { detector }),
      await analyseTalkingVideo(late, { detector }),
    ];
    detector.dispose();
    expect(together.faces.every((face) => face !== undefined)).toBe(true);
    expect(together.offset?.sure).toBe(true);
    expect(Math.abs(together.offset?.offsetFrames ?? Infinity)).toBeLessThan(1);
    expect(Math.abs((apart.offset?.offsetFrames ?? Infinity) - 6)).toBeLessThan(1);
  });
});
