import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { bundleForBrowser, chromiumPath, withPage } from "@earshot/testing";
import { describe, expect, it, vi } from "vitest";
import { extractFeatures, type FeatureConfig } from "../src/index.js";
import { worst } from "./support.js";

const here = new URL(".", import.meta.url).pathname;
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** Examples of the README marked with `kind` behind their language. */
function examples(kind: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`(?:ts|js) ${kind}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, code]) => code);
}

/** Hosts without WebAssembly, and pages whose policy forbids it, have an empty one. */
const withoutWasm = "globalThis.WebAssembly = { Module: class { constructor() { throw new Error('no'); } } };\n";

describe("the README's examples", () => {
  it.each(examples("node").map((code, i) => [i + 1, code] as const))("run in Node: %i", async (_, code) => {
    const folder = mkdtempSync(join(tmpdir(), "earshot-readme-"));
    const logged = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      const file = join(folder, "example.mjs");
      writeFileSync(file, await bundleForBrowser(code, here));
      await import(pathToFileURL(file).href);
      const lines = logged.mock.calls.map((line) => line.join(" "));
      expect(lines.length).toBeGreaterThan(0);
      // What a line of the example says it prints, it prints.
      for (const [, said] of code.matchAll(/console\.log\([^\n]*\); \/\/ ([\w. ]+?)(?: frames.*| bins)?\n/g)) {
        expect(lines.map((line) => line.replace(/ 13$/, " 13"))).toContainEqual(expect.stringContaining(said));
      }
    } finally {
      logged.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(!chromiumPath)("in Chromium", () => {
  it("the README's page example runs, with SIMD and without, to the same numbers", async () => {
    const [code] = examples("browser");
    const shown = code.replace("console.log(", "globalThis.result = [...mel.data];\nconsole.log(");
    const bundle = await bundleForBrowser(shown, here);
    const files = { "/simd.js": bundle, "/plain.js": withoutWasm + bundle };
    const results = await withPage({ files }, async (page) => {
      const lines: string[] = [];
      page.on("console", (message) => lines.push(message.text()));
      // As text: the test runner rewrites imports in functions.
      const run = (path: string) => page.evaluate<number[]>(`import("${path}").then(() => globalThis.result)`);
      const simd = await run("/simd.js");
      const plain = await run("/plain.js");
      return { simd, plain, lines };
    });
    expect(results.lines).toEqual(["101 × 40", "101 × 40"]);
    expect(worst(results.simd, results.plain)).toBeLessThan(1e-5 * Math.max(...results.plain));
  });

  it("the README's AudioWorklet gives the numbers of the batch function", async () => {
    const [worklet] = examples("worklet");
    const [main] = examples("page");
    const files = {
      "/features.worklet.js": await bundleForBrowser(worklet, here),
      "/page.js": `export async function start(context, source, onFeatures) {\n${main}\nfeatures.connect(context.destination);\n}`,
    };
    const { input, frames } = await withPage({ files }, (page) =>
      page.evaluate<{ input: number[]; frames: number[] }>(`(async () => {
        const context = new OfflineAudioContext(1, 24000, 48000);
        const buffer = context.createBuffer(1, 24000, 48000);
        const samples = buffer.getChannelData(0);
        for (let i = 0; i < samples.length; i++) samples[i] = 0.3 * Math.sin(0.05 * i) + 0.1 * Math.sin(0.0001 * i * i);
        const source = new AudioBufferSourceNode(context, { buffer });
        const frames = [];
        const { start } = await import("/page.js");
        await start(context, source, (data) => frames.push(...data));
        source.start();
        await context.startRendering();
        for (let i = 0; i < 50 && frames.length < 40 * 47; i++) await new Promise((later) => setTimeout(later, 20));
        return { input: [...samples], frames };
      })()`),
    );
    const config: FeatureConfig = {
      kind: "logMel",
      sampleRate: 48000,
      nFft: 1024,
      hopLength: 480,
      nMels: 40,
      topDb: null,
      center: false,
    };
    // The context hands over whole blocks of 128 samples.
    const whole = input.slice(0, 128 * Math.floor(input.length / 128));
    const batch = extractFeatures(Float32Array.from(whole), config);
    expect(frames.length).toBeGreaterThanOrEqual(batch.data.length);
    expect(worst(frames.slice(0, batch.data.length), [...batch.data])).toBeLessThan(1e-4);
  });
});

describe("the package", () => {
  it("is at most 60,000 bytes minified and gzipped, all of it", async () => {
    const all = await bundleForBrowser('export * from "@earshot/dsp";', here, { minify: true });
    expect(gzipSync(all, { level: 9 }).length).toBeLessThanOrEqual(60_000);
  });

  it("needs nothing outside itself: no import is left in its bundle", async () => {
    const all = await bundleForBrowser('export * from "@earshot/dsp";', here);
    expect(all).not.toMatch(/\bfrom\s+["']|\brequire\(/);
  });
});
