import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineInfo } from "@earshot/engine";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createScreen, silentScreen } from "../src/cli/screen.js";
import { infoCommand, listCommand } from "../src/commands/data.js";
import { engineCommand, engineInstallCommand } from "../src/commands/engine.js";
import { spoofCommand } from "../src/commands/spoof.js";
import { train } from "../src/train/train.js";
import { digitFiles, quiet, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const { signal } = new AbortController();

/** What a command prints as JSON. */
async function jsonOf(work: (screen: ReturnType<typeof createScreen>) => unknown) {
  let text = "";
  const sink = { write: (part: string) => (text += part) };
  await work(createScreen({ json: true, stdout: sink, stderr: { write: () => true } }));
  return JSON.parse(text);
}

describe("earshot data", () => {
  it("lists corpora, and says of one what may be done with it", async () => {
    const { corpora } = await jsonOf((screen) => listCommand({ screen }));
    expect(corpora.map((corpus: { name: string }) => corpus.name)).toContain("freeSpokenDigits");
    expect(await jsonOf((screen) => infoCommand("ravdess", { screen }))).toMatchObject({ groupKey: "speaker" });
    expect(() => infoCommand("ravdes", { screen: quiet.screen })).toThrow(
      'There is no corpus "ravdes"; did you mean "ravdess"?',
    );
  });
});

describe("earshot spoof", () => {
  it("writes spoofed and bona fide files with their protocol, which a recipe then reads", async () => {
    const root = writeFiles(join(folder, "speech"), await digitFiles(2));
    const out = join(folder, "spoofed");
    const options = { out, methods: "phaseRandom", versions: "all" as const, sampleRate: 8000, seed: 1, threads: 1 };
    const made = await jsonOf((screen) => spoofCommand(root, options, { screen, signal }));
    expect(made).toMatchObject({ bonaFide: 8, systems: { phaseRandom: 8 }, failed: 0 });
    await expect(spoofCommand(root, { ...options, out: join(root, "spoofed") }, { ...quiet, signal })).rejects.toThrow(
      /^--out .*spoofed lies in .*: what is made there would be taken for speech the next time; choose a folder outside it\.$/,
    );
    expect(readFileSync(join(out, "protocol.tsv"), "utf8").split("\n")[0]).toMatch(/^path\tspeaker/);
    const clips = Object.values(await digitFiles(1));
    const anyone = writeFiles(join(folder, "anyone"), { "hello.wav": clips[0], "mary/hello.wav": clips[1] });
    await jsonOf((screen) => spoofCommand(anyone, { ...options, out: join(folder, "any") }, { screen, signal }));
    expect(readFileSync(join(folder, "any", "protocol.tsv"), "utf8")).toMatch(
      /bonafide\/hello\.wav\tunknown\thello.*\n.*mary_hello\.wav\tmary\t/,
    );
    const data = { kind: "recordings", corpora: ["spoofProtocol"], target: "key" };
    const { metrics } = await train(smallRecipe({ data, split: { by: "group" } }), {
      ...quiet,
      data: out,
      threads: 1,
      out: join(folder, "run"),
    });
    expect(metrics.metrics.eer.value).toBeLessThanOrEqual(1);
    expect(existsSync(join(folder, "run", "plots", "det.svg"))).toBe(true);
  });
});

describe("earshot engine", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("times a step on each engine that loads, and says of the others how to get them", async () => {
    vi.stubEnv("EARSHOT_CACHE", join(folder, "no-engines"));
    const list = await jsonOf((screen) => engineCommand({ threads: 1 }, { screen, signal }));
    expect(list.default).toBe("wasm");
    const names = list.engines.map((engine: EngineInfo) => engine.name);
    expect(names).toEqual(["wasm", "cuda12", "gpu", "native", "tensorflow-cpu", "cpu"]);
    for (const { name, loads, reason, stepMs, gflops } of list.engines as EngineInfo[]) {
      expect(loads).toBe(name === "wasm" || name === "cpu");
      if (loads) expect(Math.min(stepMs as number, gflops as number)).toBeGreaterThan(0);
      else
        expect(reason).toBe(`useEngine: ${name} is not installed; install it with \`earshot engine install ${name}\`.`);
    }
  });

  it("names the engines there are", async () => {
    await expect(engineCommand({ only: "webgl" as "cpu" }, { screen: silentScreen, signal })).rejects.toThrow(
      'engine: unknown engine "webgl"; known are wasm, cuda12, gpu, native, tensorflow-cpu, cpu.',
    );
    await expect(engineInstallCommand("webgl", {}, { screen: silentScreen, signal })).rejects.toThrow(
      'installEngine: unknown engine "webgl"; known are cuda12, gpu, native and tensorflow-cpu.',
    );
  });
});

describe("texts and tables", () => {
  const common = { features: null, report: { replicates: 20, worst: 2 } };

  it("learns from reviews, and shows the worst as text", async () => {
    const recipe = smallRecipe({
      ...common,
      data: { kind: "texts", synthetic: { reviews: 100 } },
      split: { by: "predefined" },
      preprocess: [{ kind: "tfidfVectorizer" }],
    });
    const { dir, metrics } = await train(recipe, {
      ...quiet,
      threads: 1,
      out: join(folder, "texts"),
    });
    expect(metrics).toMatchObject({ n: 20, data: { kind: "syntheticReviews" } });
    expect(readFileSync(join(dir, "report.html"), "utf8")).toContain("<blockquote>");
  });

  it("learns a column of any CSV", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i},${i % 7},${i < 30 ? "low" : "high"}`);
    const data = join(writeFiles(join(folder, "table"), { "a.csv": `x,y,level\n${rows.join("\n")}\n` }), "a.csv");
    const table = { kind: "table", target: "level" };
    const preprocess = [
      { kind: "columnTransformer", parts: [{ columns: "number", transformer: { kind: "standardScaler" } }] },
    ];
    const { metrics } = await train(smallRecipe({ ...common, data: table, preprocess }), {
      ...quiet,
      data,
      threads: 1,
      out: join(folder, "rows"),
    });
    expect(metrics.metrics.accuracy.value).toBeGreaterThan(0.9);
    const wrong = train(smallRecipe({ ...common, data: { kind: "table", target: "levl" }, preprocess }), {
      ...quiet,
      data,
      threads: 1,
    });
    await expect(wrong).rejects.toThrow(`${data} has no column "levl"; did you mean "level"?`);
    const amount = train(smallRecipe({ ...common, data: { kind: "table", target: "x" }, preprocess }), {
      ...quiet,
      data,
      threads: 1,
    });
    await expect(amount).rejects.toThrow(
      `"x" of ${data} is an amount (60 different numbers in 60 rows), and recipes learn classes; `,
    );
  });
});
