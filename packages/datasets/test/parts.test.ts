import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { createRng } from "@earshot/dsp";
import { afterAll, describe, expect, it } from "vitest";
import {
  assembleCorpus,
  audioCorpus,
  CorpusError,
  cacheFolder,
  decodePgm,
  decodePng,
  decodeWav,
  decodeWithFfmpeg,
  describeVideo,
  drawRoom,
  encodeWav,
  espeakDigits,
  mixDown,
  otherCorpora,
  placeInRoom,
  planSpoof,
  protocolText,
  readIdx,
  readTable,
  sniffAudio,
  sortLabels,
  speakWithEspeak,
  spoofWav,
  syntheticSpeech,
} from "../src/node.js";

const folder = mkdtempSync(join(tmpdir(), "earshot-parts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const info = { name: "knocks", title: "Knocks", licence: "CC0", citation: "", url: "", groupKey: "door" };
const item = (id: string, label: string) => ({ id, label, load: async () => new Uint8Array() });

describe("a corpus of one's own", () => {
  it("sorts its items and its classes: numbers by value, words by code points", () => {
    expect(sortLabels(["10", "9", "2"])).toEqual(["2", "9", "10"]);
    expect(sortLabels(["b", "10", "Z"])).toEqual(["10", "Z", "b"]);
    const corpus = assembleCorpus(info, [item("b", "10"), item("a", "9")], { source: "memory", expected: "knocks" });
    expect(corpus.items.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(corpus.classes).toEqual(["9", "10"]);
    expect(() => assembleCorpus(info, [], { source: "memory", expected: "knocks" })).toThrow(CorpusError);
  });

  it("is read by a loader that a layout makes", async () => {
    const root = join(folder, "knocks");
    mkdirSync(root);
    for (const name of ["oak_1.wav", "glass_1.wav", "notes.wav"]) {
      writeFileSync(join(root, name), encodeWav({ samples: Float32Array.of(0, 0.5), sampleRate: 8000 }));
    }
    const knocks = audioCorpus({
      info,
      names: /knocks/,
      labels: ["door"],
      expected: "DOOR_TAKE.wav",
      describe: () => (file) => {
        const [, door] = /(\w+)_\d+\.wav$/.exec(file) ?? [];
        return door ? { id: file, group: door, labels: { door } } : undefined;
      },
    });
    const { items, classes } = await knocks({ root });
    expect(classes).toEqual(["glass", "oak"]);
    expect(items.map(({ group }) => group)).toEqual(["glass", "oak"]);
    expect((await items[0].load()).samples).toHaveLength(2);
  });
});

describe("files of other kinds", () => {
  it("are told apart by their first bytes", () => {
    const start = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
    expect(sniffAudio(encodeWav({ samples: new Float32Array(4), sampleRate: 8000 }))).toBe("wav");
    expect(sniffAudio(start("fLaC\0\0\0\x22"))).toBe("flac");
    expect(sniffAudio(new Uint8Array())).toBe("empty");
  });

  it("idx, PGM and PNG give the pixels that went in, or a sentence", () => {
    expect(readIdx(Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9))).toMatchObject({ shape: [1, 2] });
    expect(() => readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7), "cut.idx")).toThrow(/^cut\.idx: /);
    const pgm = decodePgm(Uint8Array.from([...Buffer.from("P5 2 1 255\n"), 3, 250]));
    expect({ ...pgm, pixels: [...pgm.pixels] }).toMatchObject({ width: 2, height: 1, pixels: [3, 250] });
    expect(() => decodePgm(Uint8Array.of(1, 2), "odd.pgm")).toThrow(/^odd\.pgm: /);
    const png = decodePng(greyPng([[3, 250]]));
    expect({ ...png, pixels: [...png.pixels] }).toMatchObject({ width: 2, height: 1, pixels: [3, 250] });
    expect(() => decodePng(Uint8Array.of(1, 2), "odd.png")).toThrow("odd.png: this is no PNG picture.");
  });

  it("a table is read packed or plain, with a sentence that names the file where it is not there", () => {
    const path = join(folder, "t.csv.gz");
    writeFileSync(path, gzipSync("a,b\n1,x\n2,y\n"));
    expect(readTable(path).columns.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(() => readTable(join(folder, "none.csv"))).toThrow(/none\.csv/);
  });

  it("corpora of pictures, texts and rows each state licence, page and names", () => {
    expect(Object.keys(otherCorpora)).toContain("imdb");
    for (const [name, { info: facts, names, labels }] of Object.entries(otherCorpora)) {
      expect(facts.name, name).toBe(name);
      expect(facts.licence.length * facts.url.length * labels.length, name).toBeGreaterThan(0);
      expect(names, name).toBeInstanceOf(RegExp);
    }
  });
});

describe("sound and its surroundings", () => {
  it("channels become their mean, and one stays itself", () => {
    const one = Float32Array.of(1, 2);
    expect(mixDown([one])).toBe(one);
    expect([...mixDown([Float32Array.of(1, 0), Float32Array.of(0, 0.5)])]).toEqual([0.5, 0.25]);
  });

  it("a voice in a room keeps its length, reaches the room's peak, and is the same for the same seed", () => {
    const voice = Float32Array.from({ length: 4000 }, (_, i) => Math.sin(i / 9) * Math.exp(-i / 900));
    const placed = (): Float32Array => {
      const rng = createRng(3);
      return placeInRoom(voice, { ...drawRoom(rng), peakDb: -6 }, 8000, rng);
    };
    const [a, b] = [placed(), placed()];
    expect(a).toHaveLength(voice.length);
    expect(a).toEqual(b);
    expect(a.reduce((most, v) => Math.max(most, Math.abs(v)), 0)).toBeCloseTo(10 ** (-6 / 20), 3);
  });
});

describe("a set of spoofed speech", () => {
  const speech = syntheticSpeech({ speakers: 2, takes: 1, digits: [1, 2], sampleRate: 8000 });

  it("is planned in the order of the ids, each recording with a bona fide copy and methods in turn", () => {
    const plan = planSpoof([...speech.items].reverse(), { methods: ["phaseRandom", "splice"], seed: 3 });
    expect(plan).toEqual(planSpoof(speech.items, { methods: ["phaseRandom", "splice"], seed: 3 }));
    const text = protocolText(plan.flatMap(({ files }) => files.map(({ record }) => record)));
    const [head, ...lines] = text.trimEnd().split("\n");
    expect(head).toBe("path\tspeaker\tutterance\tsystem\tkey\tparameters");
    expect(lines.map((line) => line.split("\t")[0])).toEqual(lines.map((line) => line.split("\t")[0]).sort());
    expect(lines.filter((line) => line.includes("bonafide/"))).toHaveLength(speech.items.length);
    expect(() => planSpoof(speech.items, { methods: ["magic" as "splice"] })).toThrow(
      /^makeSpoof: methods must be some of /,
    );
  });

  it("is made file by file, the same for the same seed", async () => {
    const clip = await speech.items[0].load();
    const job = { system: "phaseRandom", clip, sampleRate: 16_000, seed: 5, text: undefined } as const;
    const [a, b] = [await spoofWav(job), await spoofWav(job)];
    expect(Buffer.compare(a.wav, b.wav)).toBe(0);
    const { samples, sampleRate } = decodeWav(a.wav);
    expect(sampleRate).toBe(16_000);
    expect(Math.abs(samples.length - 2 * clip.samples.length)).toBeLessThan(3);
    await expect(spoofWav({ ...job, system: "espeak" })).rejects.toThrow(
      "espeak needs a text, and the recording has none.",
    );
  });
});

describe("programs that may be missing", () => {
  const command = join(folder, "no-such-program");
  it("are named in the sentence that says how to do without", async () => {
    await expect(decodeWithFfmpeg("talk.m4a", { command })).rejects.toThrow(/ffmpeg reads this kind of file.*install/);
    await expect(describeVideo("talk.mp4", { command })).rejects.toThrow(/ffmpeg looks into videos.*install/);
    await expect(speakWithEspeak("one", { seed: 1, command })).rejects.toThrow(/espeak-ng.*not installed/);
    const { items, classes } = espeakDigits({ speakers: 2, command });
    expect([items.length, classes.length]).toEqual([20, 10]);
    await expect(items[0].load()).rejects.toThrow(/not installed/);
  });

  it("what can be made again lies where EARSHOT_CACHE says, else below the home folder", () => {
    const before = process.env.EARSHOT_CACHE;
    process.env.EARSHOT_CACHE = folder;
    expect(cacheFolder()).toBe(folder);
    delete process.env.EARSHOT_CACHE;
    expect(cacheFolder()).toBe(join(homedir(), ".cache", "earshot"));
    if (before !== undefined) process.env.EARSHOT_CACHE = before;
  });
});

/** A grey PNG of 8 bits without filters. */
function greyPng(rows: number[][]): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4, "latin1");
    out.set(data, 8);
    return out;
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(rows[0].length, 0);
  size.writeUInt32BE(rows.length, 4);
  size[8] = 8;
  const pixels = deflateSync(Buffer.concat(rows.map((row) => Buffer.from([0, ...row]))));
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return new Uint8Array(
    Buffer.concat([signature, chunk("IHDR", size), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]),
  );
}
