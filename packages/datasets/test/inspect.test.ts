import { dataPath } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import {
  createDuplicateFinder,
  describeAudio,
  describeCorpus,
  describeLeakage,
  findLeakage,
  groupSplit,
  hashClip,
  parseCsv,
  parseTable,
  ravdess,
  stratifiedSplit,
  syntheticSpeech,
} from "../src/node.js";
import { realCache } from "./support.js";

const sampleRate = 16000;
const sine = (amplitude: number, seconds: number, frequency = 1000): Float32Array =>
  Float32Array.from(
    { length: seconds * sampleRate },
    (_, t) => amplitude * Math.sin((2 * Math.PI * frequency * t) / sampleRate),
  );

describe("describeAudio", () => {
  it("measures a sine as theory has it", () => {
    const d = describeAudio({ samples: sine(0.5, 1), sampleRate });
    expect(d.durationSec).toBe(1);
    expect(d.peakDb).toBeCloseTo(-6.02, 2);
    expect(d.rmsDb).toBeCloseTo(-9.03, 2);
    expect(d.loudnessLufs).toBeCloseTo(-9.03, 0);
    expect(d.dcOffset).toBeCloseTo(0, 6);
    expect([d.clippedSamples, d.silenceShare]).toEqual([0, 0]);
  });

  it("finds silence before, after and within", () => {
    const samples = new Float32Array(2 * sampleRate);
    samples.set(sine(0.5, 0.5), 0.5 * sampleRate);
    const d = describeAudio({ samples, sampleRate });
    expect([d.leadingSilenceSec, d.trailingSilenceSec, d.silenceShare]).toEqual([0.5, 1, 0.75]);
  });

  it("counts clipped samples, at full scale and below it", () => {
    const loud = sine(2, 0.1, 100).map((x) => Math.max(-1, Math.min(1, x)));
    const expected = loud.filter((x) => Math.abs(x) === 1).length;
    expect(describeAudio({ samples: loud, sampleRate }).clippedSamples).toBe(expected);
    expect(describeAudio({ samples: loud.map((x) => 0.5 * x), sampleRate }).clippedSamples).toBe(expected);
  });

  it("takes recordings of any rate", () => {
    const d = describeAudio({ samples: sine(0.5, 1), sampleRate: 1000 });
    expect([d.durationSec, d.loudnessLufs]).toEqual([16, Number.NEGATIVE_INFINITY]);
  });

  it("has words for silence, for nothing and for a header", () => {
    const silent = describeAudio({ samples: new Float32Array(sampleRate), sampleRate });
    expect([silent.peakDb, silent.rmsDb, silent.silenceShare]).toEqual([-Infinity, -Infinity, 1]);
    const info = { container: "wav", codec: "pcm_s16le", sampleRate, channels: 2, bitsPerSample: 16 };
    const empty = describeAudio({ samples: new Float32Array(0), sampleRate }, info);
    expect(empty).toMatchObject({
      samples: 0,
      durationSec: 0,
      peakDb: -Infinity,
      channels: 2,
      codec: "pcm_s16le",
      bitsPerSample: 16,
    });
  });
});

describe("hashClip", () => {
  it("is equal for equal sound only", () => {
    const samples = sine(0.5, 0.2);
    const hash = hashClip({ samples, sampleRate });
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(hashClip({ samples: samples.slice(), sampleRate })).toBe(hash);
    expect(hashClip({ samples, sampleRate: 8000 })).not.toBe(hash);
    expect(hashClip({ samples: samples.subarray(1), sampleRate })).not.toBe(hash);
    const other = samples.slice();
    other[100] += 1e-7;
    expect(hashClip({ samples: other, sampleRate })).not.toBe(hash);
  });
  it("takes minus zero for zero", () => {
    expect(hashClip({ samples: Float32Array.of(0, -0), sampleRate })).toBe(
      hashClip({ samples: new Float32Array(2), sampleRate }),
    );
  });
});

describe("createDuplicateFinder", () => {
  it("knows a recording again at another level and requantised, and keeps others apart", async () => {
    const finder = createDuplicateFinder();
    const items = syntheticSpeech({ speakers: 4, takes: 2 }).items;
    for (const item of items) finder.add(item.id, await item.load());
    const { samples } = await items[7].load();
    finder.add("quiet", { samples: samples.map((x) => Math.round(x * 0.4 * 32768) / 32768), sampleRate });
    const prints = finder.fingerprints();
    expect(prints.get("quiet")).toBe(prints.get(items[7].id));
    expect(new Set(prints.values()).size).toBe(items.length);
  });
});

describe("describeCorpus", () => {
  it("counts classes, groups, durations, duplicates and broken files", async () => {
    const clip = (n: number) => async () => ({ samples: sine(0.5, 0.1).map((x) => x / n), sampleRate });
    const corpus = await describeCorpus({
      items: [
        { id: "a", label: "x", group: "g", load: clip(1) },
        { id: "b", label: "y", group: "g", load: clip(1) },
        { id: "c", label: "x", load: clip(2) },
        { id: "d", label: "x", load: () => Promise.reject(new Error("d: it is text.")) },
      ],
    });
    expect(corpus).toMatchObject({
      items: 4,
      byLabel: { x: 3, y: 1 },
      byGroup: { "(none)": 2, g: 2 },
      bySampleRate: { 16000: 3 },
      broken: [{ id: "d", reason: "d: it is text." }],
      duplicates: [["a", "b"]],
      clipped: [],
    });
    expect(corpus.totalSec).toBeCloseTo(0.3, 9);
    expect(corpus.peakDb.median).toBeCloseTo(-6.02, 2);
    expect([...corpus.durationSec.values]).toEqual([0.1, 0.1, 0.1]);
  });
});

describe("findLeakage", () => {
  const { items } = syntheticSpeech({ speakers: 6, takes: 1 });

  it("finds nothing in a split by speaker", () => {
    expect(findLeakage(groupSplit(items, { seed: 1 }))).toEqual([]);
  });

  it("names the speakers of a split that ignores them", () => {
    const leaks = findLeakage(stratifiedSplit(items, { seed: 1 }));
    expect(leaks.length).toBeGreaterThan(3);
    expect(leaks.every((leak) => leak.kind === "group" && leak.train.length > 0 && leak.test.length > 0)).toBe(true);
    expect(describeLeakage(leaks)).toMatch(
      /^training and test share group "s0\d" \(s0\d_.* in training, s0\d_.* in test\) and \d more$/,
    );
  });

  it("looks at attributes, ids and identical sound when told to", () => {
    const a = { id: "a", group: "1", attributes: { sentence: "x" } };
    const b = { id: "b", group: "2", attributes: { sentence: "x" } };
    expect(findLeakage({ train: [a], test: [b] })).toEqual([]);
    expect(findLeakage({ train: [a], test: [b] }, { by: ["sentence"] })).toEqual([
      { kind: "sentence", value: "x", train: ["a"], test: ["b"] },
    ]);
    expect(findLeakage({ train: [a], test: [a] }).map((leak) => leak.kind)).toEqual(["id", "group"]);
    const hashes = new Map([
      ["a", "f00"],
      ["b", "f00"],
    ]);
    const leaks = findLeakage({ train: [a], test: [b] }, { hashes });
    expect(describeLeakage(leaks)).toBe("training and test share identical sound (a in training, b in test)");
  });
});

describe.skipIf(!dataPath("RAVDESS.tar.gz"))("the real RAVDESS", () => {
  it("holds one recording twice, and the description finds it", async () => {
    const corpus = await ravdess({ root: dataPath("RAVDESS.tar.gz")!, cacheDir: realCache });
    const { duplicates, broken } = await describeCorpus({ items: corpus.items.filter((i) => i.group === "07") });
    expect(broken).toEqual([]);
    expect(duplicates).toEqual([["03-01-03-01-02-01-07", "03-01-03-01-02-02-07"]]);
  });
});

describe("parseTable", () => {
  it("tells numbers, words and missing values apart", () => {
    const { rows, columns } = parseTable("a,b,c\n1,2,x\n2,4,y\n3,NA,x\n4,8,\n");
    expect(rows).toBe(4);
    expect(columns.map((c) => [c.name, c.kind, [...c.values]])).toEqual([
      ["a", "number", [1, 2, 3, 4]],
      ["b", "number", [2, 4, Number.NaN, 8]],
      ["c", "category", ["x", "y", "x", undefined]],
    ]);
  });

  it("names a row that does not fit", () => {
    expect(() => parseTable("a,b\n1,2\n3\n")).toThrow(
      new RangeError("parseTable: row 2 has 1 fields, the first line has 2."),
    );
    expect(() => parseTable("")).toThrow(new RangeError("parseTable: the text holds no line."));
    expect(() => parseCsv('a,"b')).toThrow(new RangeError("parseCsv: the quote at character 2 is never closed."));
  });

  it("reads blanks, semicolons and headerless numbers", () => {
    expect(parseTable("A11 6 1\nA12 48 2\n").columns.map((c) => [c.name, c.kind])).toEqual([
      ["c1", "category"],
      ["c2", "number"],
      ["c3", "number"],
    ]);
    expect(parseTable("x;y\n1;2\n").columns.map((c) => c.name)).toEqual(["x", "y"]);
    expect(parseTable("5.1,3.5,setosa\n").columns.map((c) => c.kind)).toEqual(["number", "number", "category"]);
  });
});
