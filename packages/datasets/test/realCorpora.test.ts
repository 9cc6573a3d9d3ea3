import { spawnSync } from "node:child_process";
import { dataFolder, dataPath } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import {
  type Corpus,
  creditCardDefault,
  detectCorpus,
  emoDb,
  esc10,
  esc50,
  flickr8k,
  germanCredit,
  giveMeSomeCredit,
  grid,
  imdb,
  mnist,
  omniglot,
  orlFaces,
  ravdess,
  spoofProtocol,
  verifyCorpus,
} from "../src/node.js";
import { realCache } from "./support.js";

const cacheDir = realCache;
const count = (corpus: Corpus<unknown>, key: "label" | "group" | "split"): number =>
  new Set(corpus.items.map((i) => i[key])).size;

const real = (name: string): string => dataPath(name)!;

describe.skipIf(!dataFolder)("the real corpora", () => {
  it("RAVDESS: 960 files of 16 actors, eight emotions", async () => {
    const corpus = await ravdess({ root: real("RAVDESS.tar.gz"), cacheDir });
    expect([corpus.items.length, count(corpus, "group"), corpus.classes.length]).toEqual([960, 16, 8]);
    expect((await corpus.items[0].load()).samples.length).toBeGreaterThan(10000);
    expect(await detectCorpus(real("RAVDESS.tar.gz"), { cacheDir })).toBe("ravdess");
  });
  it("EmoDB: 49 files of one speaker", async () => {
    const corpus = await emoDb({ root: real("EmoDB.tar.gz"), cacheDir });
    expect([corpus.items.length, count(corpus, "group"), corpus.classes.length]).toEqual([49, 1, 7]);
  });
  it("ESC-10 of 2015: 320 files in four folds; the current layout beside it", async () => {
    const corpus = await esc10({ root: real("ESC-10.tar.gz"), cacheDir });
    expect([corpus.items.length, corpus.classes.length, count(corpus, "split")]).toEqual([320, 10, 4]);
    const { samples, sampleRate } = await corpus.items[0].load();
    expect([samples.length / sampleRate > 4.9, sampleRate]).toEqual([true, 44100]);
    const folds = new Map<string, Set<string>>();
    for (const item of corpus.items) folds.set(item.group!, (folds.get(item.group!) ?? new Set()).add(item.split!));
    expect([...folds.values()].every((f) => f.size === 1)).toBe(true);
    expect((await esc50({ root: real("audio-odds.tar.gz"), cacheDir })).items).toHaveLength(5);
  });
  it("the vocoder spoof set: 26 real, 85 spoofed, grouped by sentence", async () => {
    const corpus = await spoofProtocol({ root: real("vocoder-spoof.tar.gz"), cacheDir });
    expect([corpus.items.length, corpus.items.filter((i) => i.label === "spoof").length]).toEqual([111, 85]);
    expect(count(corpus, "group")).toBeGreaterThan(10);
    expect(await detectCorpus(real("vocoder-spoof.tar.gz"), { cacheDir })).toBe("spoofProtocol");
  });
  it("IMDB: 25,000 and 8,334 reviews", async () => {
    const corpus = await imdb({ root: real("aclImdb.tar.gz"), cacheDir });
    expect([corpus.items.length, corpus.items.filter((i) => i.split === "test").length]).toEqual([33334, 8334]);
    expect((await corpus.items[0].load()).length).toBeGreaterThan(30);
  });
  it("MNIST, Omniglot, ORL, and Flickr8k", async () => {
    const digits = await mnist({ root: real("MNIST") });
    expect([digits.items.length, digits.classes.length]).toEqual([70000, 10]);
    expect((await verifyCorpus("mnist", { root: real("MNIST") })).altered).toEqual([]);
    expect((await omniglot({ root: real("omniglot"), cacheDir })).items).toHaveLength(2720);
    const faces = await orlFaces({ root: real("orl-faces.tar.gz"), cacheDir });
    expect([faces.items.length, faces.classes.length]).toEqual([300, 30]);
    expect((await faces.items[0].load()).pixels).toHaveLength(92 * 112);
    const photographs = await flickr8k({ root: real("Flickr8k-small.tar.gz"), cacheDir });
    expect([photographs.items.length, photographs.items.every((i) => i.captions.length === 5)]).toEqual([850, true]);
  });
  it("the three credit tables", async () => {
    const german = await germanCredit({ root: real("credit") });
    expect([german.table.rows, german.table.columns.length]).toEqual([800, 21]);
    const risk = german.table.columns[20].values as string[];
    expect(risk.filter((r) => r === "bad").length / 800).toBeCloseTo(0.3, 2);
    const cards = await creditCardDefault({ root: real("credit") });
    expect([cards.table.rows, cards.table.columns.length]).toEqual([24000, 24]);
    const borrowers = await giveMeSomeCredit({ root: dataFolder! });
    expect([borrowers.table.rows, borrowers.table.columns.length]).toEqual([120000, 11]);
    const income = borrowers.table.columns.find((c) => c.name === "MonthlyIncome")!;
    expect(income.kind === "number" && income.values.filter(Number.isNaN).length).toBeGreaterThan(20000);
  });
});

describe.skipIf(!dataPath("GRID.tar.gz") || spawnSync("ffmpeg", ["-version"]).status !== 0)("the real GRID", () => {
  it("gives the sound of its videos", async () => {
    const corpus = await grid({ root: real("GRID.tar.gz"), cacheDir });
    expect(corpus.items).toHaveLength(8);
    const { samples, sampleRate } = await corpus.items[0].load();
    expect(samples.length / sampleRate).toBeCloseTo(3, 0);
  });
});
