import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeWav } from "@earshot/datasets";
import { describe, expect, it, vi } from "vitest";
import { createScreen } from "../src/cli/screen.js";
import { type PredictCommandOptions, predictCommand } from "../src/commands/predict.js";
import { evaluate } from "../src/evaluate/evaluate.js";
import type { Prediction } from "../src/predict/predictSamples.js";
import { train } from "../src/train/train.js";
import { digitFiles, quiet, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const { signal } = new AbortController();

/** What the command prints, as JSON or as text. */
async function predict(
  run: string,
  files: string[],
  { json = true, ...options }: Partial<PredictCommandOptions> & { json?: boolean } = {},
) {
  let out = "";
  let said = "";
  const stdout = { write: (part: string) => (out += part) };
  const screen = createScreen({ json, stdout, stderr: { write: (part: string) => (said += part) } });
  const failed = await predictCommand(run, files, { top: 3, ...options }, { screen, signal }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  const predictions: Prediction[] = json && out ? JSON.parse(out).predictions : [];
  return { out, said, failed, predictions };
}

const none = { features: null, report: { replicates: 10, worst: 1 } };
const made = async (name: string, change: Record<string, unknown>, data?: string): Promise<string> => {
  const { dir } = await train(smallRecipe(change), {
    ...quiet,
    threads: 1,
    out: join(folder, name),
    ...(data !== undefined && { data }),
  });
  return dir;
};

describe("earshot predict on recordings", () => {
  it("gives a detector's verdict, and does not judge what is unlike anything in training", async () => {
    const data = writeFiles(join(folder, "digits"), await digitFiles(8));
    const detector = {
      data: { kind: "recordings", corpora: ["freeSpokenDigits"], target: "label" },
      split: { by: "group" },
      report: { replicates: 10, worst: 1, main: "eer", positive: "0" },
    };
    const dir = await made("detector", detector, data);
    const noise = Float32Array.from({ length: 8000 }, (_, i) => 0.4 * Math.sin(i * i));
    const files = Object.entries({
      noise,
      silent: new Float32Array(8000),
      long: new Float32Array(160_000).fill(0.1),
    }).map(([name, samples]) => {
      const file = join(folder, `${name}.wav`);
      writeFileSync(file, encodeWav({ samples, sampleRate: 8000 }));
      return file;
    });
    const csv = join(folder, "out.csv");
    const { predictions, failed } = await predict(dir, [...files, join(folder, "gone.wav")], { csv });
    expect(failed).toBe("1 of 4 files could not be read; the others are judged above.");
    expect(predictions.map((p) => p.class)).toEqual([null, null, null]);
    expect(predictions[1].notJudged).toBe("it is silent");
    expect(predictions[2].notJudged).toMatch(
      /^it is longer than anything in training \(20\.00 s, training 0\.\d\d to /,
    );
    expect(readFileSync(csv, "utf8").split("\n")[0]).toBe("file,class,0,1,llr,notJudged");
    const anyway = await predict(dir, files.slice(0, 1), { anyway: true, json: false, at: "0.5" });
    expect(anyway.out).toMatch(/noise\.wav {2}[01] {2}.*; log-likelihood ratio -?\d+\.\d\d, decided at 50\.0 %\n$/);
    expect((await predict(dir, [join(folder, "gone.wav")])).failed).toMatch(/gone\.wav/);

    // Many files: features come out of the cache that training uses too, and what they are like beside them.
    vi.stubEnv("EARSHOT_CACHE", join(folder, "cache"));
    const spoken = readdirSync(join(data, "recordings")).map((name) => join(data, "recordings", name));
    const plain = await predict(dir, [...files, ...spoken]);
    expect(plain.said).not.toContain("cache");
    const asked = { cache: true };
    expect((await predict(dir, [...files, ...spoken], asked)).said).not.toContain("out of the cache");
    const again = await predict(dir, [...files, ...spoken], asked);
    expect(again.predictions).toEqual(plain.predictions);
    expect(again.said).toMatch(/features: 35 of 35 out of the cache, .* of work saved/);
    expect((await predict(dir, spoken.slice(0, 15), asked)).said).not.toContain("cache");
    vi.unstubAllEnvs();
  });
});

describe("earshot predict on texts", () => {
  it("names the words that decide, and knows a text without known words", async () => {
    const data = { kind: "texts", synthetic: { reviews: 200 } };
    const dir = await made("texts", {
      ...none,
      data,
      split: { by: "predefined" },
      preprocess: [{ kind: "tfidfVectorizer" }],
    });
    const texts = {
      "good.txt": "The film was wonderful. The plot was gripping. The cast was dull.",
      "other.txt": "Zyx wvu tsr qpo nml.",
    };
    const root = writeFiles(join(folder, "letters"), texts);
    const files = Object.keys(texts).map((name) => join(root, name));
    const [good, other] = (await predict(dir, files)).predictions;
    expect(good.class).toBe("pos");
    const words = Object.fromEntries((good.words ?? []).map(({ ngram, weight }) => [ngram, weight]));
    expect(words.wonderful).toBeGreaterThan(0);
    expect(words.dull).toBeLessThan(0);
    expect(other).toMatchObject({ class: null, notJudged: "it holds no word that the model knows" });
    expect((await predict(dir, files, { json: false })).out).toMatch(
      /\n {2}for pos: .*wonderful \+\d\.\d\d.*\n {2}against: dull −\d/,
    );
    const latin = join(folder, "latin.txt");
    writeFileSync(latin, Buffer.from("A film.\nVery passé.", "latin1"));
    expect((await predict(dir, [latin])).failed).toMatch(
      /latin\.txt: line 2 holds the byte 0xe9 at place 10, which is no UTF-8; save the file as UTF-8\.$/,
    );
  });
});

describe("earshot predict on tables", () => {
  const rows = Array.from({ length: 80 }, (_, i) => `${i % 40},${i % 3 ? "a" : "b"},${i % 40 < 20 ? "low" : "high"}`);
  const preprocess = [
    { kind: "columnTransformer", parts: [{ columns: "number", transformer: { kind: "standardScaler" } }] },
  ];
  const write = (name: string, text: string): string =>
    join(writeFiles(join(folder, "tables"), { [name]: text }), name);

  it("judges every row, whatever else the file holds and in any order of columns", async () => {
    const data = write("train.csv", `x,kind,level\n${rows.join("\n")}\n`);
    const dir = await made("rows", { ...none, data: { kind: "table", target: "level" }, preprocess }, data);
    const csv = write("new.csv", "note,kind,x\nfirst,a,2\nsecond,b,39\nthird,a,500\nfourth,z,3\nfifth,a,\n");
    const { predictions } = await predict(dir, [csv]);
    expect(predictions.map((p) => p.file)).toEqual([1, 2, 3, 4, 5].map((row) => `${csv}:${row}`));
    expect(predictions.slice(0, 2).map((p) => p.class)).toEqual(["low", "high"]);
    expect(predictions[2].notJudged).toBe("x is 500, in training it went from 0 to 39");
    expect(predictions[4].notJudged).toBe("x is missing, which it never was in training");
    expect(predictions[3].notJudged).toBe('kind is "z", which no row of training had (a, b)');
    const lacking = write("lacking.csv", "kind,y\na,1\n");
    expect((await predict(dir, [lacking])).failed).toBe(`${lacking} has no column "x"; did you mean "y"?`);
    const empty = write("empty.csv", "x,kind\n");
    expect((await predict(dir, [empty])).failed).toBe(`${empty}: there is no row to judge.`);
    const screen = createScreen({ json: true });
    const again = evaluate(dir, { data: write("less.csv", "x,level\n3,low\n"), threads: 1, skipBroken: false, screen });
    await expect(again).rejects.toThrow(/less\.csv has no column "kind"; known are x\.|known is x\.$/);
    const wrong = write("wrong.csv", "x,kind\n3,a\nmany,b\n");
    expect((await predict(dir, [wrong])).failed).toBe(
      `${wrong}: "x" must be a number as in training, got "many" in row 2.`,
    );
  });
});
