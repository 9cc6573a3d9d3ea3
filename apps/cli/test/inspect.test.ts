import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createScreen } from "../src/cli/screen.js";
import { inspectCommand } from "../src/commands/inspect.js";
import { digitFiles, expectSelfContained, quiet, scratchFolder, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const { signal } = new AbortController();

/** Runs the command, and gives back what it prints as JSON and the page that it writes. */
async function inspect(path: string, options: { target?: string; out?: string } = {}) {
  let text = "";
  const sink = { write: (part: string) => (text += part) };
  const screen = createScreen({ json: true, stdout: sink, stderr: { write: () => true } });
  const out = options.out ?? join(folder, "page.html");
  await inspectCommand(path, { ...options, out }, { screen, signal });
  return { facts: JSON.parse(text), page: readFileSync(out, "utf8") };
}

describe("earshot inspect of a recording", () => {
  it("explains every term on a page that fetches nothing, and writes the pictures", async () => {
    const files = await digitFiles(1);
    const [name] = Object.keys(files);
    const root = writeFiles(join(folder, "one"), files);
    const { page, facts } = await inspect(join(root, name), { out: join(folder, "look.html") });
    expect(facts).toMatchObject({ sampleRate: 8000, codec: "pcm_s16le", bitsPerSample: 16 });
    for (const word of ["Waveform", "Spectrogram", "Mel spectrogram", "MFCC", "Level over time", "Pitch over time"])
      expect(page).toContain(word);
    for (const term of ["sample rate", "frequency (", "intense", "mel", "loudness", "clipping", "silence"])
      expect(page).toContain(term);
    expectSelfContained(page);
    const png = readFileSync(join(folder, "look", "mel-spectrogram.png"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(existsSync(join(folder, "look", "pitch-over-time.png"))).toBe(true);
  });
});

describe("earshot inspect of a corpus", () => {
  it("counts classes and speakers, lists what is broken and what is there twice", async () => {
    const files = await digitFiles(2);
    const root = writeFiles(join(folder, "corpus"), { ...files, "recordings/1_zed_0.wav": "no sound" });
    const [name] = Object.keys(files).filter((file) => file.includes("/0_anna"));
    copyFileSync(join(root, name), join(root, "recordings/1_anna_9.wav"));
    const { page, facts } = await inspect(root);
    expect(facts).toMatchObject({ items: 10, classes: 2, brokenItems: 1, doubles: 1 });
    expect(facts.duplicates).toHaveLength(1);
    expect(facts.duplicates[0]).toContain("1_anna_9");
    for (const text of ["Lengths", "Levels", "Speakers", "1_anna_9", "bear different labels", "1_zed_0", "<audio"])
      expect(page).toContain(text);
    expectSelfContained(page);
  });

  it("takes any folder of recordings, without classes, and one in which nothing can be read", async () => {
    const [clip] = Object.values(await digitFiles(1));
    const root = writeFiles(join(folder, "flat"), { "one.wav": clip, "two.wav": "no sound" });
    const { page, facts } = await inspect(root);
    expect(facts).toMatchObject({ items: 2, classes: 0, brokenItems: 1 });
    for (const text of ["A folder of recordings", "No classes", "one.wav", "this is not a WAV file"])
      expect(page).toContain(text);
    expect(page).not.toMatch(/NaN|Infinity/);
    rmSync(join(root, "one.wav"));
    expect((await inspect(root)).page).not.toMatch(/NaN|Infinity/);
  });
});

describe("earshot inspect of a table", () => {
  const path = join(folder, "loans.csv");
  beforeAll(() => {
    const rows = Array.from({ length: 120 }, (_, i) => {
      const income = 1000 + ((i * 37) % 50) * 20;
      return [
        i + 1,
        income,
        income * 2 + (i % 2),
        i % 9 === 0 ? "NA" : (i * 7) % 10,
        ["a<b", "c"][i % 2],
        i % 10 === 0 ? "bad" : "good",
      ];
    });
    rows.push(rows[119]);
    writeFileSync(path, `id,income,double,debt,kind,risk\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  });

  it("says types, gaps, repeats, balance and correlations, and what to mend", async () => {
    const { page, facts } = await inspect(path);
    expect(facts).toMatchObject({ rows: 121, columnCount: 6, missingCells: 14, duplicateRows: 1 });
    expect(facts.target).toEqual({
      name: "risk",
      counts: [
        { value: "good", count: 109 },
        { value: "bad", count: 12 },
      ],
    });
    expect(facts.correlations.names).toEqual(["id", "income", "double", "debt"]);
    expect(facts.correlations.values[1][2]).toBeCloseTo(1, 3);
    for (const text of [
      "Correlations",
      "Missing values",
      "Target",
      "1 row repeats",
      "income and double",
      "a&lt;b",
      "&quot;bad&quot; is only 9.9 %",
    ])
      expect(page).toContain(text);
    expectSelfContained(page);
  });

  it("says that a first line looks like data", async () => {
    const bare = join(folder, "bare.csv");
    writeFileSync(bare, "5,red,2019\n1,blue,2018\n9,red,2021\n7,red,2020\n");
    expect((await inspect(bare)).page).toContain("looks like a row of data (5, 2019)");
    writeFileSync(bare, "2019,2020\n3,4\n2,5\n");
    expect((await inspect(bare)).page).not.toContain("looks like");
  });

  it("takes the column named, and says which is meant by a wrong name", async () => {
    expect((await inspect(path, { target: "kind" })).facts.target.name).toBe("kind");
    await expect(inspect(path, { target: "rsk" })).rejects.toThrow(`${path} has no column "rsk"; did you mean "risk"?`);
    const wrong = inspect(folder, { target: "risk" });
    await expect(wrong).rejects.toThrow("--target names a column to be learned, and");
  });
});

const ffmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;

describe("earshot inspect of a video", () => {
  const path = join(folder, "scenes.mp4");

  it.skipIf(!ffmpeg)("shows pictures, finds the cuts and listens to the sound", async () => {
    const colour = (name: string) => ["-f", "lavfi", "-i", `color=${name}:s=64x48:d=0.6:r=10`];
    const inputs = [...colour("red"), ...colour("blue"), "-f", "lavfi", "-i", "sine=f=440:d=1.2"];
    const graph = ["-filter_complex", "[0][1]concat=n=2:v=1[v]", "-map", "[v]", "-map", "2:a", "-c:v", "mpeg4"];
    expect(spawnSync("ffmpeg", ["-v", "error", "-y", ...inputs, ...graph, path]).status).toBe(0);
    const { page, facts } = await inspect(path);
    expect(facts).toMatchObject({ width: 64, height: 48, fps: 10, frames: 12, codec: "mpeg4" });
    expect(facts.cuts.map((cut: { timeSec: number }) => cut.timeSec)).toEqual([0.6]);
    expect(facts.audio.durationSec).toBeCloseTo(1.2, 0);
    expect(page.match(/data:image\/jpeg/g)).toHaveLength(12);
    for (const text of ["At 0.60 s", "Spectrogram", "Change from picture to picture"]) expect(page).toContain(text);
    expectSelfContained(page);
  });

  it("says what it needs where ffmpeg is not installed", async () => {
    vi.stubEnv("EARSHOT_FFMPEG", join(folder, "no-such-ffmpeg"));
    writeFileSync(path, Buffer.from("\0\0\0\x20ftypisom\0\0\0\0", "latin1"));
    await expect(inspect(path)).rejects.toThrow(
      `${path}: only ffmpeg looks into videos, and it is not installed; install it.`,
    );
    vi.unstubAllEnvs();
  });
});

describe("earshot inspect", () => {
  it("says so when there is nothing at the path", async () => {
    await expect(inspectCommand("nowhere.wav", {}, { screen: quiet.screen, signal })).rejects.toThrow(
      "nowhere.wav does not exist; name a recording, a video, a table, a folder or an archive.",
    );
  });
});
