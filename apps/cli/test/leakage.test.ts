import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "../src/evaluate/evaluate.js";
import { loadRecipe, readYaml } from "../src/recipe/load.js";
import { findRecipe, shippedRecipes } from "../src/recipe/shipped.js";
import { describeDryRun } from "../src/train/dryRun.js";
import type { Labelled } from "../src/train/items.js";
import { describeLeaks, sharedContent, sharedGroups } from "../src/train/leakage.js";
import { train } from "../src/train/train.js";
import { digitFiles, quiet, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
let made = 0;
const go = (change: Record<string, unknown>, options: object = {}, out = join(folder, `run${made++}`)) =>
  train(smallRecipe(change), { ...quiet, threads: 1, out, ...options });
const items = (groups: string): Labelled[] =>
  [...groups].map((group, i) => ({
    id: `${i}`,
    label: i % 2 ? "odd" : "even",
    load: () => Promise.reject(),
    ...(group !== "-" && { group }),
  }));
const turn = (train: number[], test: number[]) => ({ name: "test", train, test });

describe("sharedGroups", () => {
  it("counts a group's items on each side of a turn, and leaves out items without one", () => {
    expect(sharedGroups(items("aabb-ac-"), [turn([0, 2, 4, 5], [1, 3, 6, 7])], "speaker")).toEqual([
      { kind: "speaker", group: "a", trained: "0", judged: "1", items: { trained: 2, judged: 1 } },
      { kind: "speaker", group: "b", trained: "2", judged: "3", items: { trained: 1, judged: 1 } },
    ]);
  });

  it("finds nothing where each turn keeps its groups together, or the group is what is learned", () => {
    const folds = [turn([0, 1], [2, 3]), turn([2, 3], [0, 1])];
    expect(sharedGroups(items("aabb"), folds, "speaker")).toEqual([]);
    const own = items("abab").map((item) => ({ ...item, label: String(item.group) }));
    expect(sharedGroups(own, [turn([0, 1], [2, 3])], "speaker")).toEqual([]);
  });
});

describe("describeLeaks", () => {
  it("names the first groups, and items of each kind by what they are", () => {
    const groups = sharedGroups(
      items("abcdefgabcdefg"),
      [turn([0, 1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12, 13])],
      "film",
    );
    const content = sharedContent({ items: items("--"), hashes: ["x", "x"] }, [turn([0], [1])], "text");
    expect(describeLeaks([...groups, ...content])).toBe(
      "7 films are both trained on and judged: a (1 item trained on, such as 0, and 1 judged, such as 7), b, c, d, e and 2 more; One judged text is also trained on: 1 is the very same text as 0",
    );
  });
});

describe("training", () => {
  const known = { split: { test: 0.25 } };

  it("refuses a speaker on both sides before any features are made, naming speakers, items and ways out", async () => {
    const out = join(folder, "refused");
    const message = await go(known, {}, out).catch((error: Error) => error.message);
    expect(message).toMatch(
      /^3 speakers are both trained on and judged: s01 \(\d+ items trained on, such as .+, and \d+ judged, such as .+\), s02, s03; keep each speaker on one side with --set split\.by=group, judge both ways with --set split\.beside=group, or run with --allow-leakage, which the report says in its first line\.$/,
    );
    expect(existsSync(out)).toBe(false);
    await expect(describeDryRun(smallRecipe(known))).rejects.toThrow(message as string);
  });

  it("refuses it too where the split is by something else, and offers no group to one speaker alone", async () => {
    const takes = { data: { kind: "syntheticSpeech", target: "digit", speakers: 3, takes: 2 }, split: { by: "take" } };
    await expect(go(takes)).rejects.toThrow(/^3 speakers are both trained on and judged/);
    const files = Object.entries(await digitFiles(4)).filter(([name]) => name.includes("anna"));
    const data = writeFiles(join(folder, "alone"), Object.fromEntries(files));
    const recordings = { kind: "recordings", corpora: ["freeSpokenDigits"], target: "digit" };
    await expect(go({ ...known, data: recordings }, { data })).rejects.toThrow(
      /^One speaker is both .*; record more speakers, or run with --allow-leakage/,
    );
  });

  it("lets those be who judge strangers beside, or learn who speaks", async () => {
    for (const change of [
      { split: { beside: "speaker" } },
      { data: { kind: "syntheticSpeech", target: "speaker", speakers: 3, takes: 2 }, split: {} },
    ]) {
      expect((await describeDryRun(smallRecipe(change))).json.data.items).toBe(60);
    }
  });

  it("runs with --allow-leakage, and the report says so in its first line", async () => {
    const { metrics, dir } = await go(known, { allowLeakage: true });
    expect(metrics.leakage.map(({ kind, group }) => `${kind} ${group}`)).toEqual([
      "speaker s01",
      "speaker s02",
      "speaker s03",
    ]);
    const page = readFileSync(join(dir, "report.html"), "utf8");
    const first = page.slice(page.indexOf("<main>") + 6).trimStart();
    expect(first).toMatch(
      /^<p class="note first"><strong>Leakage: the figures below are too good\.<\/strong> 3 speakers are both/,
    );
    expect(readFileSync(join(dir, "recipe.yaml"), "utf8")).toContain("allowLeakage: true");
    const again = await evaluate(dir, { ...quiet, threads: 1, skipBroken: false });
    expect(again.metrics.leakage).toEqual(metrics.leakage);
  });

  it("refuses the same sound on both sides, whoever made the split", async () => {
    const files = await digitFiles(4);
    const clips = Object.entries(files).map(([name, clip]) => [name.includes("/0_") ? "zero" : "one", clip] as const);
    const parts = clips.flatMap(([label, clip], i) =>
      (i === 3 ? ["train", "test"] : [i % 3 ? "train" : "test"]).map(
        (part) => [`${part}/${label}/${i}.wav`, clip] as const,
      ),
    );
    const data = writeFiles(join(folder, "twins"), Object.fromEntries(parts));
    const change = { data: { kind: "recordings", corpora: ["audioFolder"] }, split: { by: "predefined" } };
    const out = join(folder, "twins-run");
    await expect(go(change, { data }, out)).rejects.toThrow(
      /^One judged recording is also trained on: test\/(one|zero)\/3\.wav is the very same recording as train\/\1\/3\.wav; remove one of each two, or run with --allow-leakage, which the report says in its first line\.$/,
    );
    expect(existsSync(out)).toBe(false);
    const { metrics } = await go(change, { data, allowLeakage: true });
    expect(metrics.leakage).toHaveLength(1);
  });
});

describe("a shipped recipe", () => {
  it.each(shippedRecipes().filter((name) => !("task" in (readYaml(findRecipe(name)) as object))))(
    "%s needs no flag on its embedded corpus",
    async (name) => {
      const { json } = await describeDryRun(loadRecipe(name));
      expect(json.data.items).toBeGreaterThan(0);
    },
  );
});
