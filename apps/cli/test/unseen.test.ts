import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeWav, speakDigits } from "@earshot/datasets";
import { describe, expect, it } from "vitest";
import { openData } from "../src/data/openData.js";
import { perMethod } from "../src/judge/perMethod.js";
import { recipeSchema, splitSchema } from "../src/recipe/schema.js";
import type { Labelled } from "../src/train/items.js";
import { planSplit } from "../src/train/planSplit.js";
import { scratchFolder } from "./helpers.js";

const scratch = scratchFolder();
const systems = ["wave1", "wave2", "echo", "robot", "glue"];

/** Speakers who each speak once for themselves and once through every system. */
function people(speakers: number): Labelled[] {
  return Array.from({ length: speakers }, (_, s) =>
    ["bonafide", ...systems].map((system) => ({
      id: `${s}/${system}`,
      label: system === "bonafide" ? "bonafide" : "spoof",
      group: `speaker${s}`,
      attributes: { system },
      load: async () => null,
    })),
  ).flat();
}

const spec = splitSchema.parse({ by: "group", folds: 4, unseen: { attribute: "system", together: ["wave"] } });
const options = { seed: 3, groupKey: "speaker" };

describe("split.unseen", () => {
  it("judges neither speakers nor methods, nor their kin, that were trained on", () => {
    const items = people(40);
    const plan = planSplit(items, spec, options);
    expect(plan.turns).toHaveLength(4);
    expect(plan.sentence).toBe(
      "4 folds over 40 speakers, all judged by models that never met them, nor any system of 5 (4 families) that it is judged on",
    );
    const family = (i: number) => String(items[i].attributes?.system).replace(/\d$/, "");
    for (const { train, test } of plan.turns) {
      const known = new Set(train.map((i) => items[i].group));
      const methods = new Set(train.filter((i) => items[i].label === "spoof").map(family));
      for (const i of test) {
        expect(known.has(items[i].group)).toBe(false);
        if (items[i].label === "spoof") expect(methods.has(family(i))).toBe(false);
      }
      expect(train.some((i) => items[i].label === "bonafide")).toBe(true);
    }
    const judged = plan.turns.flatMap(({ test }) => test);
    expect(new Set(judged).size).toBe(judged.length);
    expect(judged.filter((i) => items[i].label === "bonafide")).toHaveLength(40);
  });

  it("judges every item of few by every pair of folds, once", () => {
    const items = people(12);
    const plan = planSplit(items, spec, options);
    expect(plan.turns.length).toBeGreaterThan(4);
    expect(plan.turns.flatMap(({ test }) => test).sort((a, b) => a - b)).toEqual(items.map((_, i) => i));
  });

  it("trains on some spoofed speech of every corpus, whatever is judged", () => {
    const packed = ["HiFi_a", "HiFi_b", "Wave_a", "Tacotron", "Griffin"];
    const own = ["bonafide", ...packed].flatMap((system) =>
      Array.from({ length: 4 }, (_, s) => ({
        id: `packed/${s}/${system}`,
        label: system === "bonafide" ? "bonafide" : "spoof",
        group: `sentence${s}`,
        attributes: { system, corpus: "packed" },
        load: async () => null,
      })),
    );
    const items = [...people(40), ...own];
    for (const { train, test } of planSplit(items, spec, options).turns) {
      const spoofed = (part: number[]) =>
        part.filter((i) => items[i].label === "spoof" && items[i].id.startsWith("packed"));
      expect(spoofed(train).length).toBeGreaterThan(0);
      expect(spoofed(test).length).toBeGreaterThan(0);
    }
  });

  it("says how many folds there can be when methods are few", () => {
    const few = people(40).filter(({ attributes }) => attributes?.system !== "glue");
    expect(() => planSplit(few, spec, options)).toThrow(
      "split.unseen: 4 folds need as many kinds of system, these items have 3 (wave, echo, robot); --set split.folds=3 or --set split.unseen=null.",
    );
  });
});

describe("perMethod", () => {
  it("gives the equal error rate of each method against all bona fide speech", () => {
    const items = people(8);
    const score = ({ attributes, label }: Labelled) =>
      label === "bonafide" || attributes?.system === "echo" ? 0.9 : 0.1;
    const figures = perMethod(
      {
        ids: items.map(({ id }) => id),
        yTrue: items.map(({ label }) => label),
        groups: items.map(({ group }) => group),
        turns: items.map(() => "1"),
        classes: ["bonafide", "spoof"],
        probabilities: Float64Array.from(items.flatMap((item) => [score(item), 1 - score(item)])),
      },
      items,
      "system",
      { replicates: 50, seed: 1, positive: "bonafide" },
    );
    expect(Object.keys(figures ?? {})).toEqual([...systems].sort());
    expect(figures?.echo).toMatchObject({ n: 8, eer: { value: 0.5 } });
    expect(figures?.robot).toMatchObject({ n: 8, eer: { value: 0, high: 0 } });
  });
});

describe("data.kind spoofedSpeech", () => {
  const root = join(scratch, "corpora");
  const recordings = join(root, "free-spoken-digit-dataset", "recordings");
  mkdirSync(recordings, { recursive: true });
  mkdirSync(join(root, "vocoder-spoof"), { recursive: true });
  const wav = (text: string, seed: number) => encodeWav(speakDigits(text, { sampleRate: 8000, seed }));
  for (const [s, speaker] of ["ada", "bob"].entries()) {
    for (const digit of [1, 2, 3]) writeFileSync(join(recordings, `${digit}_${speaker}_0.wav`), wav(String(digit), s));
  }
  const rows = ["path\tspeaker\tutterance\tsystem\tkey"];
  for (const [i, key] of ["bonafide", "spoof"].entries()) {
    writeFileSync(join(root, "vocoder-spoof", `${key}.wav`), wav("4", 7 + i));
    rows.push(`${key}.wav\tcy\tfour\t${key === "spoof" ? "HGAN" : "-"}\t${key}`);
  }
  writeFileSync(join(root, "vocoder-spoof", "protocol.tsv"), `${rows.join("\n")}\n`);
  const { data } = recipeSchema.parse({
    title: "t",
    data: { kind: "spoofedSpeech", perSpeaker: 2, versions: 2, methods: ["phaseRandom", "lpcVocoder"] },
    model: { kind: "logisticRegression" },
  });

  it("takes every corpus of a folder, with copies that are made once", async () => {
    process.env.EARSHOT_CACHE = join(scratch, "cache");
    const opened = await openData(data, { root, seed: 1 });
    expect(opened.found).toMatchObject([
      { kind: "spoofProtocol", bonafide: 1, spoofed: 1, speakers: 1 },
      { kind: "freeSpokenDigits", bonafide: 4, spoofed: 8, speakers: 2, failed: 0 },
    ]);
    expect(opened.corpus.title).toContain("Free Spoken Digit Dataset (FSDD) (4 of 2 speakers, 8 spoofed)");
    const spoofed = opened.items.filter(({ attributes }) => attributes?.system === "phaseRandom");
    expect(new Set(spoofed.map(({ group }) => group))).toEqual(
      new Set(["freeSpokenDigits/ada", "freeSpokenDigits/bob"]),
    );
    const clip = (await spoofed[0].load()) as { sampleRate: number };
    expect(clip.sampleRate).toBe(8000);
    const again = await openData(data, { root, seed: 2 });
    expect(again.items.map(({ id, path }) => [id, path])).toEqual(opened.items.map(({ id, path }) => [id, path]));
    delete process.env.EARSHOT_CACHE;
  });

  it("says what it looked for in a folder that holds nothing of it", async () => {
    const other = join(scratch, "music");
    mkdirSync(other);
    writeFileSync(join(other, "song.wav"), wav("5", 1));
    await expect(openData(data, { root: other, seed: 1 })).rejects.toThrow(
      /music holds neither spoofed speech nor people to copy; looked for were .*RAVDESS/,
    );
  });
});
