import { spawnSync } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  hashClip,
  makeSpoof,
  parseWavHeader,
  speakDigits,
  spoofClip,
  spoofMethodNames,
  spoofProtocol,
  syntheticSpeech,
} from "../src/node.js";
import { temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const speech = speakDigits("314", { sampleRate: 16000, seed: 3 });
const rms = (x: Float32Array): number => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);

describe("spoofClip", () => {
  it("knows ten methods", () => {
    expect(spoofMethodNames).toHaveLength(10);
  });

  it.each(spoofMethodNames)("%s gives other samples at the same level, the same for the same seed", (method) => {
    const { clip, parameters } = spoofClip(speech, { method, seed: 5 });
    expect(clip.sampleRate).toBe(16000);
    expect(clip.samples.every((x) => Math.abs(x) <= 1)).toBe(true);
    expect(rms(clip.samples) / rms(speech.samples)).toBeGreaterThan(0.5);
    expect(rms(clip.samples) / rms(speech.samples)).toBeLessThan(1.2);
    expect(clip.samples.length / speech.samples.length).toBeGreaterThan(0.8);
    expect(clip.samples.length / speech.samples.length).toBeLessThan(1.2);
    expect(Object.values(parameters).every(Number.isFinite)).toBe(true);
    expect(hashClip(clip)).not.toBe(hashClip(speech));
    expect(hashClip(spoofClip(speech, { method, seed: 5 }).clip)).toBe(hashClip(clip));
    expect(hashClip(spoofClip(speech, { method, seed: 6 }).clip)).not.toBe(hashClip(clip));
  });

  it.each(spoofMethodNames)("%s takes short clips and other rates", (method) => {
    const samples = speakDigits("8", { sampleRate: 8000, seed: 1 }).samples.slice(600, 1800);
    const { clip } = spoofClip({ samples, sampleRate: 8000 }, { method, seed: 1 });
    expect(clip.samples.length).toBeGreaterThan(700);
    expect(clip.samples.every(Number.isFinite)).toBe(true);
    // A spoofed word that is the word itself would teach the wrong thing.
    for (let seed = 0; seed < (method === "splice" ? 20 : 2); seed++) {
      const spoofed = spoofClip({ samples, sampleRate: 8000 }, { method, seed }).clip.samples;
      expect(spoofed.some((x, i) => Math.abs(x - (samples[i] ?? 0)) > 0.01)).toBe(true);
    }
  });

  it("keeps what is said: the course of the energy stays, except where it is cut up", () => {
    const course = (x: Float32Array): number[] =>
      Array.from({ length: 40 }, (_, k) => rms(x.subarray((k * x.length) / 40, ((k + 1) * x.length) / 40)));
    const correlation = (a: number[], b: number[]): number => {
      const [ma, mb] = [a, b].map((v) => v.reduce((s, x) => s + x, 0) / v.length);
      const dot = (p: number[], q: number[], mp: number, mq: number): number =>
        p.reduce((s, x, i) => s + (x - mp) * (q[i] - mq), 0);
      return dot(a, b, ma, mb) / Math.sqrt(dot(a, a, ma, ma) * dot(b, b, mb, mb));
    };
    for (const method of spoofMethodNames.filter((m) => m !== "splice" && m !== "phaseVocoder")) {
      const { clip } = spoofClip(speech, { method, seed: 9 });
      expect([method, correlation(course(clip.samples), course(speech.samples)) > 0.7]).toEqual([method, true]);
    }
  });

  it("names what it cannot spoof", () => {
    const clip = { samples: new Float32Array(8000), sampleRate: 16000 };
    expect(() => spoofClip(clip, { method: "splice", seed: 0 })).toThrow(
      new RangeError("spoofClip: the clip is silent."),
    );
    expect(() => spoofClip({ ...clip, sampleRate: 4000 }, { method: "splice", seed: 0 })).toThrow(
      new RangeError("spoofClip: sampleRate must be at least 8000, got 4000."),
    );
    expect(() => spoofClip({ ...clip, samples: clip.samples.slice(0, 800) }, { method: "splice", seed: 0 })).toThrow(
      new RangeError("spoofClip: at least 0.1 s of speech is needed, got 0.050 s."),
    );
    expect(() => spoofClip(speech, { method: "magic" as "splice", seed: 0 })).toThrow(
      /^spoofClip: method must be one of griffinLim, .*, got "magic"\.$/,
    );
  });
});

describe("makeSpoof", () => {
  const { items } = syntheticSpeech({ speakers: 2, takes: 1, digits: [1, 2, 3] });

  it("writes files of one coding and a protocol that the loader reads", async () => {
    const out = join(folder, "set");
    const { records, failed, reused } = await makeSpoof(items, { out, sampleRate: 16000, seed: 1 });
    expect([records.length, failed, reused]).toEqual([12, [], 0]);
    const corpus = await spoofProtocol({ root: out });
    expect(corpus.items).toHaveLength(12);
    expect(corpus.items.filter((i) => i.label === "bonafide")).toHaveLength(6);
    expect(new Set(corpus.items.map((i) => i.group))).toEqual(new Set(["s01", "s02"]));
    for (const item of corpus.items) {
      expect(parseWavHeader(readFileSync(item.path!))).toMatchObject({
        codec: "pcm_s16le",
        sampleRate: 16000,
        channels: 1,
        dataOffset: 44,
      });
    }
    expect(corpus.items.find((i) => i.attributes?.system === "lpcVocoder")?.attributes?.parameters).toMatch(
      /^order=\d+ ratio=/,
    );
  });

  it("goes on where an earlier run stopped, and ends with the same files", async () => {
    const out = join(folder, "resumed");
    await makeSpoof(items.slice(0, 3), { out, seed: 1 });
    const log = readdirSync(out).find((name) => name.endsWith(".jsonl"))!;
    appendFileSync(join(out, log), '{"path":"cut');
    rmSync(join(out, "bonafide", readdirSync(join(out, "bonafide"))[0]));
    const { records, reused } = await makeSpoof(items, { out, seed: 1 });
    expect([records.length, reused]).toEqual([12, 5]);
    for (const { path } of records) {
      expect(readFileSync(join(out, path)).equals(readFileSync(join(folder, "set", path)))).toBe(true);
    }
    expect(readFileSync(join(out, "protocol.tsv"), "utf8")).toBe(
      readFileSync(join(folder, "set", "protocol.tsv"), "utf8"),
    );
  });

  it("makes all versions when told to, and lists what failed", async () => {
    const broken = { id: "broken", group: "x", load: () => Promise.reject(new Error("broken.wav: it is text.")) };
    const { records, failed } = await makeSpoof([items[0], broken], {
      out: join(folder, "all"),
      methods: ["splice", "phaseRandom"],
      versions: "all",
    });
    expect(records.map((r) => r.system)).toEqual(["-", "phaseRandom", "splice"]);
    expect(failed).toEqual(
      ["bonafide", "splice", "phaseRandom"].map((system) => ({
        id: "broken",
        system,
        reason: "broken.wav: it is text.",
      })),
    );
    expect(statSync(join(folder, "all", "protocol.tsv")).size).toBeGreaterThan(50);
  });

  it("names a method that is not known", async () => {
    await expect(makeSpoof(items, { out: join(folder, "none"), methods: ["magic" as "splice"] })).rejects.toThrow(
      /^makeSpoof: methods must be some of griffinLim, .*, espeak, got magic\.$/,
    );
  });

  it.skipIf(spawnSync("espeak-ng", ["--version"]).status !== 0)("speaks the text by espeak-ng", async () => {
    const { records, failed } = await makeSpoof(items.slice(0, 2), {
      out: join(folder, "espeak"),
      methods: ["espeak"],
    });
    expect(failed).toEqual([]);
    expect(records.filter((r) => r.system === "espeak")).toHaveLength(2);
  });
});
