import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pack.js";
import { outputOf } from "./project.js";

/** A project of `examples/`, as a stranger runs it. */
export interface Example {
  folder: string;
  /** Arguments of Node, in the project's folder. */
  run: string[];
  /** What it prints, errors included. */
  prints: RegExp;
}

/** A server of the shipped digits model for the client in `live-client`, which it runs on a recording and outlives. */
const beside = `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { encodeWav, syntheticSpeech } from "@earshot/datasets";
import { shippedModels, startServer } from "@earshot/live";
const { items } = syntheticSpeech({ speakers: 2, takes: 1, digits: [1, 2], sampleRate: 16000 });
const clips = await Promise.all(items.map((item) => item.load()));
const samples = Float32Array.from(clips.flatMap((clip) => [...clip.samples]));
writeFileSync("digits.wav", encodeWav({ samples, sampleRate: 16000 }));
const logger = { debug() {}, info() {}, warn() {}, error() {} };
// A long step: a machine that is busy with tests may be too slow for the model's own, and the server then refuses to start.
const models = shippedModels(["digits"]).map((model) => ({ ...model, stepSec: 1 }));
const server = await startServer({ models, port: 0, logger });
const client = spawn(process.execPath, ["listen.mjs", server.url.replace("http", "ws") + "v1", "digits.wav", "digits"], { stdio: "inherit" });
client.on("exit", async (code) => { await server.close(); process.exit(code); });
`;

/** In an order in which later ones may use what earlier ones left. */
export const examples: Example[] = [
  {
    folder: "custom-corpus",
    run: ["doors.mjs"],
    prints: /^120 recordings; 90 to learn from, 30 of doors never heard\nleaks: 0\naccuracy (0\.9\d|1\.00) \(/,
  },
  {
    folder: "score-file",
    run: ["score.mjs", "../custom-corpus/doors-model", "../custom-corpus/doors/attic_slam_1.wav"],
    prints: /attic_slam_1\.wav: slam 0\.\d\d, /,
  },
  {
    folder: "custom-estimator",
    run: ["train.mjs"],
    prints:
      /^accuracy 0\.[6-9]\d \(.*\) on speakers never met; chance is 0\.10\njudged again: 60 recordings of 10 digits$/,
  },
  {
    folder: "live-client",
    run: ["beside.mjs"],
    prints: /^(digits: .*\n)*\d\.\d\d s heard, (\d+) of \2 predictions received, 0 dropped$/,
  },
  {
    folder: "notebook",
    run: ["run.mjs", "from-wav-to-eer.ipynb"],
    prints: /^7 cells, 5 pictures: as the notebook shows them$/,
  },
];

/** Copies the examples into a project where the packages are installed. */
export function copyExamples(project: string): void {
  mkdirSync(join(project, "examples"), { recursive: true });
  cpSync(join(root, "examples"), join(project, "examples"), { recursive: true });
  writeFileSync(join(project, "examples", "live-client", "beside.mjs"), beside);
}

/** What an example prints there. */
export const runExample = (project: string, { folder, run }: Example, node = process.execPath): Promise<string> =>
  outputOf(node, run, join(project, "examples", folder));
