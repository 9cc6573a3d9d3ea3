import { join } from "node:path";
import { dataPath } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import {
  audioFolder,
  audioMnist,
  type Corpus,
  CorpusError,
  detectCorpus,
  freeSpokenDigits,
  loadCorpus,
} from "../src/node.js";
import { realCache, temporaryFolder, toneWav, writeTree } from "./support.js";

const folder = temporaryFolder();
const cacheDir = realCache;
let made = 0;
const tree = (files: Record<string, string | Uint8Array>): string => writeTree(join(folder, `case${made++}`), files);
const wav = toneWav();
const rejection = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
};

describe("freeSpokenDigits", () => {
  const root = tree({
    "fsdd/README.md": "",
    "fsdd/recordings/7_jackson_32.wav": wav,
    "fsdd/recordings/0_george_4.wav": wav,
    "fsdd/recordings/notes.wav": wav,
  });

  it("reads digit, speaker, take and official part from the names", async () => {
    const corpus = await freeSpokenDigits({ root });
    expect(corpus.items.map(({ load, path, ...facts }) => facts)).toEqual([
      {
        id: "0_george_4",
        label: "0",
        group: "george",
        split: "test",
        attributes: { digit: "0", speaker: "george", take: 4 },
      },
      {
        id: "7_jackson_32",
        label: "7",
        group: "jackson",
        split: "train",
        attributes: { digit: "7", speaker: "jackson", take: 32 },
      },
    ]);
    expect(corpus.classes).toEqual(["0", "7"]);
    expect((await corpus.items[0].load()).samples).toHaveLength(400);
  });

  it("tells speakers apart when told to", async () => {
    expect((await freeSpokenDigits({ root, label: "speaker" })).classes).toEqual(["george", "jackson"]);
  });

  it("names the label that it does not have, and what it found none of", async () => {
    expect(await rejection(freeSpokenDigits({ root, label: "mood" as "digit" }))).toBe(
      'freeSpokenDigits: label must be "digit" or "speaker", got "mood".',
    );
    const other = tree({ "a.wav": wav });
    expect(await rejection(freeSpokenDigits({ root: other }))).toBe(
      `freeSpokenDigits: found no {digit}_{speaker}_{take}.wav in ${other}; is it the folder or archive of Free Spoken Digit Dataset (FSDD)?`,
    );
  });
});

describe("audioMnist", () => {
  it("reads the original's JSON about its speakers", async () => {
    const root = tree({
      "AudioMNIST/data/01/3_01_0.wav": wav,
      "AudioMNIST/data/02/4_02_1.wav": wav,
      "AudioMNIST/data/audioMNIST_meta.txt": JSON.stringify({
        "01": { accent: "german", age: "30", gender: "male", "native speaker": "no", recordingroom: "Kino" },
      }),
    });
    const { items } = await audioMnist({ root });
    expect(items[0].attributes).toEqual({
      digit: "3",
      speaker: "01",
      take: 0,
      accent: "german",
      age: 30,
      gender: "male",
      nativeSpeaker: "no",
      recordingroom: "Kino",
    });
    expect(items[1].attributes).toEqual({ digit: "4", speaker: "02", take: 1 });
    expect(items[1].group).toBe("02");
  });

  it("reads the table of its sister corpora", async () => {
    const root = tree({ "data/01/3_01_1.wav": wav, "metadata.txt": "SPK ID,0,1,Gender\n1,5,5,F\n" });
    const { items } = await audioMnist({ root, label: "speaker" });
    expect(items[0]).toMatchObject({ label: "01", attributes: { gender: "female" } });
  });

  it("names metadata that cannot be read", async () => {
    const broken = tree({ "data/01/3_01_1.wav": wav, "metadata.txt": "{ not json" });
    expect(await rejection(audioMnist({ root: broken }))).toBe(
      "audioMnist: metadata.txt starts like JSON but cannot be read as such.",
    );
  });
});

describe("audioFolder", () => {
  it("takes one folder a class", async () => {
    const root = tree({
      "dog/1.wav": wav,
      "dog/2.wav": wav,
      "cat/old/1.wav": wav,
      "cat/2.ogg": "x",
      "cat/readme.txt": "x",
    });
    const { items, classes } = await audioFolder({ root });
    expect(classes).toEqual(["cat", "dog"]);
    expect(items.map((i) => [i.id, i.label])).toEqual([
      ["cat/2.ogg", "cat"],
      ["cat/old/1.wav", "cat"],
      ["dog/1.wav", "dog"],
      ["dog/2.wav", "dog"],
    ]);
  });

  it("takes train and test folders, with test files that have no label", async () => {
    const root = tree({
      "train/a/1.wav": wav,
      "train/a/2.wav": wav,
      "train/b/1.wav": wav,
      "train/b/2.wav": wav,
      "test/9.wav": wav,
    });
    const { items } = await audioFolder({ root });
    expect(items.map((i) => [i.label, i.split])).toEqual([
      [undefined, "test"],
      ["a", "train"],
      ["a", "train"],
      ["b", "train"],
      ["b", "train"],
    ]);
  });

  it("asks for groups where names tell them", async () => {
    const root = tree({ "a/x-1.wav": wav, "a/y-1.wav": wav, "b/x-2.wav": wav, "b/y-2.wav": wav });
    const { items } = await audioFolder({ root, group: (file) => /(\w)-/.exec(file)?.[1] });
    expect(items.map((i) => i.group)).toEqual(["x", "y", "x", "y"]);
  });

  it("names the class with one item, folders without sound, and files without folders", async () => {
    const lonely = tree({ "dog/1.wav": wav, "dog/2.wav": wav, "cat/1.wav": wav });
    expect(await rejection(audioFolder({ root: lonely }))).toBe(
      `audioFolder: class "cat" in ${lonely} has one item, at least two are needed to train and to test; add recordings or take the folder away.`,
    );
    const silent = tree({ "a/b.txt": "x" });
    expect(await rejection(audioFolder({ root: silent }))).toBe(
      `audioFolder: found no sound among 1 files in ${silent}.`,
    );
    const flat = tree({ "1.wav": wav, "2.wav": wav });
    expect(await rejection(audioFolder({ root: flat }))).toBe(
      `audioFolder: the files in ${flat} lie in no class folder; make one folder a class, such as dog/1.wav.`,
    );
    const { items, classes } = await audioFolder({ root: flat, classes: "any" });
    expect({ classes, labels: [...new Set(items.map((i) => i.label))] }).toEqual({ classes: [], labels: [undefined] });
  });
});

describe("Item.load", () => {
  it("rejects with one sentence that names the file", async () => {
    const root = tree({
      "fsdd/recordings/1_ann_0.wav": "not sound",
      "fsdd/recordings/1_ann_1.wav": wav.subarray(0, 60),
      "fsdd/x/y.txt": "",
    });
    const { items } = await freeSpokenDigits({ root });
    expect(await rejection(items[0].load())).toBe(
      "recordings/1_ann_0.wav: decodeWav: this is not a WAV file: it is text.",
    );
    expect(await rejection(items[1].load())).toBe(
      "recordings/1_ann_1.wav: decodeWav: the header claims 844 bytes, but the file has 60; it looks truncated.",
    );
  });
});

describe("loadCorpus", () => {
  const fsdd = tree({ "recordings/7_jackson_32.wav": wav, "recordings/0_george_4.wav": wav });
  const mnist = tree({ "data/01/3_01_1.wav": wav });

  it("finds spoken digits of either layout, and speaks them itself without data", async () => {
    expect((await loadCorpus({ kind: "spokenDigits", root: fsdd })).name).toBe("freeSpokenDigits");
    expect((await loadCorpus({ kind: "spokenDigits", root: mnist, label: "speaker" })).classes).toEqual(["01"]);
    const made = await loadCorpus({ kind: "spokenDigits", speakers: 3, takes: 1 });
    expect([made.name, made.items.length]).toEqual(["syntheticSpeech", 30]);
  });

  it("finds out what lies in a folder", async () => {
    expect(await detectCorpus(fsdd)).toBe("freeSpokenDigits");
    expect(await detectCorpus(mnist)).toBe("audioMnist");
    const other = tree({ "dog/1.wav": wav, "dog/2.wav": wav, "cat/1.wav": wav, "cat/2.wav": wav });
    expect(await detectCorpus(other)).toBe("audioFolder");
    expect((await loadCorpus({ kind: "auto", root: other })).classes).toEqual(["cat", "dog"]);
  });

  it("names an unknown kind, a missing root and a folder without digits", async () => {
    expect(await rejection(loadCorpus({ kind: "digits" }))).toMatch(
      /^loadCorpus: kind must be one of freeSpokenDigits, .*, got "digits"\.$/,
    );
    expect(await rejection(loadCorpus({ kind: "audioFolder" }))).toBe(
      "loadCorpus: audioFolder is read from disk; name its folder or archive (--data DIR, or EARSHOT_DATA).",
    );
    const other = tree({ "dog/1.wav": wav });
    const work = loadCorpus({ kind: "spokenDigits", root: other });
    await expect(work).rejects.toBeInstanceOf(CorpusError);
    expect(await rejection(work)).toBe(
      `loadCorpus: found no spoken digits in ${other}; needed are files such as 7_jackson_32.wav (FSDD) or 7_01_4.wav (AudioMNIST).`,
    );
  });
});

const bySpeaker = (corpus: Corpus): number => new Set(corpus.items.map((i) => i.group)).size;

describe.skipIf(!dataPath("free-spoken-digit-dataset.tar.gz"))("the real FSDD", () => {
  it("has 2,000 files of four speakers, and all decode at 8 kHz", async () => {
    const corpus = await freeSpokenDigits({ root: dataPath("free-spoken-digit-dataset.tar.gz")!, cacheDir });
    expect([corpus.items.length, bySpeaker(corpus), corpus.classes.length]).toEqual([2000, 4, 10]);
    const clips = await Promise.all(corpus.items.map((item) => item.load()));
    expect(clips.every((c) => c.sampleRate === 8000 && c.samples.length > 1000)).toBe(true);
  });
});

describe.skipIf(!dataPath("AudioMNIST_AZ.tar.gz"))("the real AudioMNIST in Azerbaijani", () => {
  it("has 659 files of twelve speakers, half of them women", async () => {
    const corpus = await audioMnist({ root: dataPath("AudioMNIST_AZ.tar.gz")!, cacheDir });
    expect([corpus.items.length, bySpeaker(corpus)]).toEqual([659, 12]);
    const women = new Set(corpus.items.filter((i) => i.attributes?.gender === "female").map((i) => i.group));
    expect(women.size).toBe(6);
    expect((await corpus.items[5].load()).sampleRate).toBe(16000);
  });
});
