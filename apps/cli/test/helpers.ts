import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type AudioClip, encodeWav, syntheticSpeech } from "@earshot/datasets";
// Reads EARSHOT_DATA before it is taken away below.
import "@earshot/testing";
import { afterAll, expect } from "vitest";
import { silentScreen } from "../src/cli/screen.js";
import type { LoadedRecipe } from "../src/recipe/load.js";
import { checkRecipe } from "../src/recipe/load.js";

// Commands fall back on $EARSHOT_DATA: what a test does not name, it must not find.
delete process.env.EARSHOT_DATA;

/** A folder that goes away after the tests of a file. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "earshot-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A small recipe of pooled features and logistic regression; `change` is laid over it. */
export function smallRecipe(change: Record<string, unknown> = {}): LoadedRecipe {
  const recipe = checkRecipe("small.yaml", {
    title: "Small",
    seed: 5,
    data: { kind: "syntheticSpeech", target: "digit", speakers: 3, takes: 2 },
    // Its few speakers are on both sides: what is tested is not how well it does on others.
    split: { test: 0.25, allowLeakage: true },
    features: {
      kind: "mfcc",
      sampleRate: 8000,
      nFft: 256,
      hopLength: 128,
      nMels: 26,
      nMfcc: 13,
      pool: { segments: 2 },
    },
    preprocess: [{ kind: "standardScaler" }],
    model: { kind: "logisticRegression" },
    report: { replicates: 50, worst: 3 },
    ...change,
  });
  return { name: "small", path: "small.yaml", recipe };
}

/** Writes files below a folder: text as it is, clips as WAV. */
export function writeFiles(folder: string, files: Record<string, string | AudioClip>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === "string" ? content : encodeWav(content));
  }
  return folder;
}

/** Recordings in the layout of FSDD: digits 0 and 1, two speakers, a few takes each. */
export async function digitFiles(takes = 4): Promise<Record<string, AudioClip>> {
  const { items } = syntheticSpeech({ speakers: 2, takes, digits: [0, 1], sampleRate: 8000 });
  const speaker: Record<string, string> = { s01: "anna", s02: "bert", s00: "anna" };
  const files: Record<string, AudioClip> = {};
  for (const { attributes = {}, load } of items) {
    const name = speaker[attributes.speaker] ?? attributes.speaker;
    files[`recordings/${attributes.digit}_${name}_${attributes.take}.wav`] = await load();
  }
  return files;
}

export const quiet = { screen: silentScreen };

/** The page runs nothing, fetches nothing, and its policy takes no style but its own. */
export function expectSelfContained(page: string): void {
  expect(page).not.toMatch(/<script|\sstyle="|(?:src|href|srcset)="(?!data:)|url\(/);
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page) ?? [];
  const [, rules] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`style-src 'sha256-${createHash("sha256").update(rules).digest("base64")}'`);
}
