import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { hookFor } from "./resolveExamples.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "earshot-readmes-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A detector's weights, which nobody may commit, and a video: a picture and a tone of a second. */
const detector = join(process.env.EARSHOT_DATA ?? "", "pretrained/yunet_n_dynamic.onnx");
const ffmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
function makeVideo(file: string): void {
  const source = (kind: string, of: string) => ["-f", "lavfi", "-i", `${kind}=duration=1${of}`];
  execFileSync("ffmpeg", ["-v", "error", ...source("testsrc", ":size=160x120:rate=25"), ...source("sine", ""), file]);
}

/** What a reader has at hand where an example of these READMEs begins; the other packages run theirs in their own tests. */
const given: Record<string, string[]> = {
  "README.md": [
    "const samples = new Float32Array(16000).map((_, i) => Math.sin(i / 9)); const [yTrue, scores] = [[1, 1, 0, 0], [3, 1, 2, 0]];",
  ],
  "packages/models/README.md": [
    "",
    "const x = { data: new Float32Array(40).map((_, i) => Math.sin(i * i)), rows: 20, cols: 2 }; const labels = Array.from({ length: 20 }, (_, i) => 'ab'[i % 2]);",
    "const [n, labels] = [6, ['7', '8', '7', '8', '7', '8']]; const data = new Float32Array(n * 48 * 64).map((_, i) => Math.sin(i / 50));",
  ],
  "packages/vision/README.md": [
    `import { createImage, drawBoxes } from "@earshot/vision";
await writeImage("photo.jpg", drawBoxes(createImage(160, 120, 3, [40, 90, 160]), [{ x: 60, y: 50, width: 30, height: 20 }]));
await writeImage("logo.png", drawBoxes(createImage(46, 36, 3, [40, 90, 160]), [{ x: 8, y: 8, width: 30, height: 20 }]));`,
    "",
  ],
  "apps/live/README.md": ["", "", ""],
};

const importLines = /^import [^;]*;.*$/gm;

const examplesOf = (file: string): string[] =>
  [...readFileSync(join(root, file), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);

describe("examples of READMEs that need something at hand", () => {
  it("run, one after the other, once it is there", async () => {
    const port = await freePort();
    const models = join(root, "apps/live/models");
    mkdirSync(join(scratch, "runs/emotion-cnn"), { recursive: true });
    cpSync(join(models, "emotion"), join(scratch, "runs/emotion-cnn"), { recursive: true });
    const watchable = existsSync(detector) && ffmpeg;
    if (watchable) {
      cpSync(detector, join(scratch, "yunet_n_dynamic.onnx"));
      makeVideo(join(scratch, "clip.mpg"));
    }
    const files = Object.entries(given).flatMap(([file, preludes]) => {
      const codes = examplesOf(file);
      expect(codes.length, file).toBe(preludes.length);
      return codes.flatMap((code, i) => {
        if (code.includes('"clip.mpg"') && !watchable) return [];
        const name = `${file.replace(/\W/g, "")}${i}.mts`;
        // Imports are hoisted, so that what is at hand may use them. Fewer epochs show the same.
        const short = code.replaceAll("8123", String(port)).replace("epochs: 40", "epochs: 1");
        const imports = [...short.matchAll(importLines)].map(([line]) => line).join("\n");
        writeFileSync(join(scratch, name), `${imports}\n${preludes[i]}\n${short.replace(importLines, "")}`);
        return name;
      });
    });
    const main = `for (const file of ${JSON.stringify(files)}) { await import("./" + file); console.log("ran " + file); }
setTimeout(() => process.exit(0), 100);`;
    writeFileSync(join(scratch, "main.mts"), main);
    const hook = hookFor(join(root, "apps/cli/package.json"));
    const output = execFileSync(
      process.execPath,
      [
        "--import",
        join(root, "node_modules/tsx/dist/esm/index.mjs"),
        "--import",
        hook,
        "--conditions=@earshot/source",
        "main.mts",
      ],
      { cwd: scratch, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
    expect(output.match(/^ran .*$/gm)).toEqual(files.map((file) => `ran ${file}`));
  }, 180_000);
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
