import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataPath } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import {
  egemaps,
  egemapsDescriptorNames,
  egemapsDescriptors,
  egemapsDescriptorsStream,
  egemapsFunctionalNames,
} from "../src/egemaps/index.js";
import golden from "./golden/egemaps.json" with { type: "json" };
import { testSignal } from "./testSignal.js";

const sampleRate = 16000;
const voice = testSignal(24000, sampleRate);

function correlation(a: number[], b: number[]): number {
  const mean = (x: number[]) => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) => a.reduce((s, _, i) => s + f(i), 0);
  return sum((i) => (a[i] - ma) * (b[i] - mb)) / Math.sqrt(sum((i) => (a[i] - ma) ** 2) * sum((i) => (b[i] - mb) ** 2));
}

describe("egemapsDescriptors", () => {
  const got = egemapsDescriptors(voice, { sampleRate });
  const column = (name: (typeof egemapsDescriptorNames)[number]) => {
    const c = egemapsDescriptorNames.indexOf(name);
    const rows = Math.min(Math.floor((got.rows - 1) / golden.step), golden.descriptors.length / 25);
    return Array.from({ length: rows }, (_, i) => ({
      ours: got.data[i * golden.step * 25 + c],
      theirs: golden.descriptors[i * 25 + c] as number,
    }));
  };

  it("have openSMILE's names", () => {
    expect(egemapsDescriptorNames.map((name) => name.toLowerCase())).toEqual(
      golden.descriptorNames.map((name) => name.replace(/_sma3(nz)?$/, "").toLowerCase()),
    );
  });

  it.each([
    ["Loudness", 1e-4],
    ["alphaRatio", 1e-2],
    ["hammarbergIndex", 1e-2],
    ["slope0-500", 1e-3],
    ["slope500-1500", 1e-4],
    ["spectralFlux", 1e-4],
    ["mfcc1", 1e-2],
    ["mfcc2", 1e-2],
    ["mfcc3", 1e-2],
    ["mfcc4", 1e-2],
    ["F0semitoneFrom27.5Hz", 0.1],
  ] as const)("%s equals openSMILE's within %f", (name, tolerance) => {
    for (const { ours, theirs } of column(name)) expect(Math.abs(ours - theirs)).toBeLessThan(tolerance);
  });

  it("need a frame of 60 ms", () => {
    expect(egemapsDescriptors(voice.subarray(0, 900), { sampleRate }).rows).toBe(0);
    expect(egemapsDescriptors(voice.subarray(0, 960), { sampleRate }).rows).toBe(1);
  });

  it("name a sample rate that is out of range", () => {
    expect(() => egemapsDescriptors(voice, { sampleRate: 8000 })).toThrow(
      new RangeError("egemapsDescriptors: sampleRate must be in [11025, 96000], got 8000."),
    );
  });
});

describe("egemapsDescriptorsStream", () => {
  it("gives the rows of the batch function under any chunking, and again after flush", () => {
    const x = Float32Array.from([...voice, ...new Float32Array(6000), ...voice.subarray(0, 9000)]);
    const batch = [...egemapsDescriptors(x, { sampleRate }).data];
    const stream = egemapsDescriptorsStream({ sampleRate });
    for (const length of [997, 20000]) {
      const rows: number[] = [];
      for (let at = 0; at < x.length; at += length) rows.push(...stream.process(x.subarray(at, at + length)).data);
      // What waits, waits half a second at most.
      expect(rows.length / 25).toBeGreaterThan(batch.length / 25 - 52);
      rows.push(...stream.flush().data);
      expect(rows).toEqual(batch);
    }
  });

  it("names bad samples, and forgets on reset", () => {
    const stream = egemapsDescriptorsStream({ sampleRate });
    expect(() => stream.process(Float32Array.of(Number.NaN))).toThrow(
      new RangeError("egemapsDescriptorsStream: chunk must be finite, got NaN at index 0."),
    );
    stream.process(voice);
    stream.reset();
    expect(stream.process(voice.subarray(0, 900)).rows + stream.flush().rows).toBe(0);
  });
});

describe("egemaps", () => {
  it("has openSMILE's names, in its order", () => {
    expect(egemapsFunctionalNames).toEqual(golden.names);
  });

  it("is 0 without a frame, and finite in silence", () => {
    expect([...egemaps(new Float32Array(100), { sampleRate })]).toEqual(new Array(88).fill(0));
    expect(egemaps(new Float32Array(16000), { sampleRate }).every(Number.isFinite)).toBe(true);
  });

  it("takes other sample rates", () => {
    const at48 = egemaps(testSignal(72000, 48000), { sampleRate: 48000 });
    const at16 = egemaps(voice, { sampleRate });
    // Median pitch in semitones, and loudness.
    expect(Math.abs(at48[3] - at16[3])).toBeLessThan(0.5);
    expect(at48.every(Number.isFinite)).toBe(true);
  });
});

const archive = dataPath("RAVDESS.tar.gz");

describe.skipIf(!archive)("egemaps on real speech", () => {
  it("correlates with openSMILE", { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "egemaps-"));
    const files = golden.speech.map(({ file }) => file);
    execFileSync("tar", ["-xzf", archive as string, "-C", folder, ...files]);
    const ours = files.map((file) => [...egemaps(readWav(join(folder, file)), { sampleRate })]);
    rmSync(folder, { recursive: true });
    const r = golden.names.map((_, c) =>
      correlation(
        ours.map((row) => row[c]),
        golden.speech.map(({ values }) => values[c] as number),
      ),
    );
    const sorted = [...r].sort((a, b) => a - b);
    expect(sorted[44]).toBeGreaterThan(0.998);
    expect(r.filter((v) => v > 0.95).length).toBeGreaterThan(80);
    for (const [c, name] of golden.names.entries())
      if (name.endsWith("_amean")) expect(r[c], name).toBeGreaterThan(0.93);
  });

  /** 16-bit mono. */
  function readWav(file: string): Float32Array {
    const bytes = readFileSync(file);
    const start = bytes.indexOf("data") + 8;
    const count = Math.floor(Math.min(bytes.length - start, bytes.readUInt32LE(start - 4)) / 2);
    return Float32Array.from({ length: count }, (_, i) => bytes.readInt16LE(start + 2 * i) / 32768);
  }
});
