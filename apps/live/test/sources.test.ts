import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { decodeWav, encodeWav } from "@earshot/datasets";
import { lastValueFrom, map, take, takeWhile, toArray } from "rxjs";
import { describe, expect, it, vi } from "vitest";
import { encodePcm16 } from "../src/core/pcm.js";
import { predictClip } from "../src/session/predictClip.js";
import { session } from "../src/session/session.js";
import { clipSource } from "../src/sources/clipSource.js";
import { fileSource } from "../src/sources/fileSource.js";
import type { NaudiodonModule } from "../src/sources/naudiodonModule.js";
import { listMicrophones } from "../src/sources/naudiodonModule.js";
import { naudiodonSource } from "../src/sources/naudiodonSource.js";
import { pcmSource } from "../src/sources/pcmSource.js";
import type { AudioSource } from "../src/sources/types.js";
import { meanModel, testSignal } from "./fixtures.js";

const sampleRate = 16_000;
/** As 16-bit samples hold it. */
const signal = Float32Array.from(new Int16Array(encodePcm16(testSignal(1.5)).buffer), (v) => v / 32768);
const bytes = Buffer.from(encodePcm16(signal));

/** A device that gives `bytes` in blocks, from where it stopped; `dieAfter` silences it without a word. */
function fakeNaudiodon({ dieAfter = Number.POSITIVE_INFINITY, failAfter = Number.POSITIVE_INFINITY, opens = 99 } = {}) {
  let at = 0;
  let opened = 0;
  const quits = vi.fn();
  const seen: object[] = [];
  const module: NaudiodonModule = {
    SampleFormat16Bit: 8,
    getDevices: () => [
      { id: 3, name: "mic", maxInputChannels: 1, defaultSampleRate: 48_000 },
      { id: 4, name: "speaker", maxInputChannels: 0, defaultSampleRate: 48_000 },
    ],
    AudioIO({ inOptions }) {
      if (++opened > opens) throw new Error("No default device");
      seen.push(inOptions);
      const listeners: Record<string, (value: never) => void> = {};
      let timer: ReturnType<typeof setInterval> | undefined;
      let blocks = 0;
      return {
        on(event: string, listener: (value: never) => void) {
          listeners[event] = listener;
          return this;
        },
        start() {
          timer = setInterval(() => {
            if (++blocks > dieAfter) return clearInterval(timer);
            if (blocks > failAfter) {
              clearInterval(timer);
              return listeners.error(new Error("Input overflowed") as never);
            }
            const end = at + inOptions.highwaterMark;
            if (at < bytes.length) listeners.data(bytes.subarray(at, end) as never);
            at = end;
          }, 1);
        },
        quit() {
          clearInterval(timer);
          quits();
        },
      };
    },
  };
  return { load: async () => module, quits, seen, opened: () => opened };
}

const device = (given: Parameters<typeof fakeNaudiodon>[0] = {}) => {
  const fake = fakeNaudiodon(given);
  const source = naudiodonSource({ load: fake.load, watchdogMs: 50 });
  // A microphone has no end: this one is over when all of the signal was heard.
  const chunks$ = source.chunks$.pipe(
    takeWhile((chunk) => chunk.startSec + chunk.samples.length / sampleRate < 1.5 - 1e-9, true),
  );
  return { source: { ...source, chunks$, counters: source.counters }, fake };
};

const sources: [string, () => AudioSource][] = [
  ["a clip as fast as possible", () => clipSource({ samples: signal, sampleRate }, { pace: "fast", chunkMs: 33 })],
  ["a clip in real time, sped up", () => clipSource({ samples: signal, sampleRate }, { speed: 20 })],
  [
    "raw PCM cut anywhere",
    () =>
      pcmSource(Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 1000), bytes.subarray(1000)]), { sampleRate }),
  ],
  ["a microphone through naudiodon", () => device().source],
  ["a microphone that dies and is opened again", () => device({ dieAfter: 20 }).source],
  ["a microphone that overflows and is opened again", () => device({ failAfter: 20 }).source],
];

describe.each(sources)("%s", (_, make) => {
  it("gives all samples in order, with times that follow each other from 0", async () => {
    const source = make();
    const chunks = await lastValueFrom(source.chunks$.pipe(toArray()));
    expect(chunks.flatMap((chunk) => [...chunk.samples])).toEqual([...signal]);
    let samples = 0;
    for (const chunk of chunks) {
      expect(chunk.startSec).toBeCloseTo(samples / sampleRate, 9);
      expect(chunk.sampleRate).toBe(sampleRate);
      expect(chunk.receivedMs).toBeLessThanOrEqual(performance.now());
      samples += chunk.samples.length;
    }
    expect(source.counters.chunks).toBe(chunks.length);
    expect(source.counters.audioSec).toBeCloseTo(1.5, 9);
  });

  it("makes a session that equals batch prediction", async () => {
    const model = meanModel("m");
    const want = await predictClip({ samples: signal, sampleRate }, model);
    const { predictions$ } = session(make(), [model], { latencySec: 0, capacity: 100 });
    const got = await lastValueFrom(predictions$.pipe(toArray()));
    expect(got.map((p) => p.startSec)).toEqual(want.map((p) => p.startSec));
    for (const [i, p] of got.entries()) expect(p.probabilities[0]).toBeCloseTo(want[i].probabilities[0], 6);
  });

  it("stops when unsubscribed", async () => {
    const source = make();
    const [first] = await lastValueFrom(source.chunks$.pipe(take(1), toArray()));
    const heard = source.counters.chunks;
    await new Promise((r) => setTimeout(r, 60));
    expect(first.samples.length).toBeGreaterThan(0);
    expect(source.counters.chunks - heard).toBeLessThanOrEqual(1);
  });
});

describe("clipSource", () => {
  it("gives each chunk when its last sample would have been heard", async () => {
    const beganMs = performance.now();
    const source = clipSource({ samples: signal.subarray(0, 4800), sampleRate }, { chunkMs: 100 });
    const times = await lastValueFrom(
      source.chunks$.pipe(
        map(() => performance.now() - beganMs),
        toArray(),
      ),
    );
    for (const [i, ms] of times.entries()) expect(ms).toBeGreaterThan((i + 1) * 100 - 2);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => clipSource({ samples: signal, sampleRate: 0 })).toThrow(
      new RangeError("clipSource: sampleRate must be a positive number, got 0."),
    );
  });
});

describe("fileSource", () => {
  it("reads and decodes when subscribed, and ends with what is wrong with a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "earshot-file-"));
    try {
      const path = join(folder, "a.wav");
      writeFileSync(path, encodeWav({ samples: signal, sampleRate }));
      const source = fileSource(path, { decode: decodeWav, pace: "fast" });
      const chunks = await lastValueFrom(source.chunks$.pipe(toArray()));
      expect(source.name).toBe("a.wav");
      expect(chunks.flatMap((chunk) => [...chunk.samples])).toEqual([...signal]);
      expect(source.counters.audioSec).toBeCloseTo(1.5, 9);
      const missing = fileSource(join(folder, "b.wav"), { decode: decodeWav });
      await expect(lastValueFrom(missing.chunks$)).rejects.toThrow("ENOENT");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("pcmSource", () => {
  it("averages channels, and ends with an error when the last frame is not whole", async () => {
    const stereo = Buffer.from(new Int16Array([16_384, 0, -16_384, 0]).buffer);
    const source = pcmSource(Readable.from([stereo]), { sampleRate: 8000, channels: 2 });
    expect((await lastValueFrom(source.chunks$)).samples).toEqual(Float32Array.of(0.25, -0.25));
    await expect(
      lastValueFrom(pcmSource(Readable.from([bytes.subarray(0, 3)]), { sampleRate }).chunks$),
    ).rejects.toThrow(new RangeError("pcmSource: stdin ended with 1 bytes of a frame of 2."));
    const broken = new PassThrough();
    const heard = lastValueFrom(pcmSource(broken, { sampleRate }).chunks$);
    broken.destroy(new Error("pipe broken"));
    await expect(heard).rejects.toThrow("pipe broken");
  });
});

describe("naudiodonSource", () => {
  it("asks for small buffers and a long queue, and quits cleanly", async () => {
    const { source, fake } = device();
    await lastValueFrom(source.chunks$);
    expect(fake.seen).toEqual([
      {
        channelCount: 1,
        sampleFormat: 8,
        sampleRate,
        deviceId: -1,
        closeOnError: false,
        framesPerBuffer: 320,
        highwaterMark: 640,
        maxQueue: 100,
      },
    ]);
    expect(fake.quits).toHaveBeenCalledTimes(1);
  });

  it("counts restarts, and gives up on a device that stays dead", async () => {
    const dying = device({ dieAfter: 20 });
    await lastValueFrom(dying.source.chunks$);
    expect(dying.source.counters.restarts).toBe(3);
    const reasons: string[] = [];
    const gone = fakeNaudiodon({ dieAfter: 5, opens: 1 });
    const source = naudiodonSource({
      load: gone.load,
      watchdogMs: 50,
      maxRestarts: 2,
      onRestart: (reason) => reasons.push(reason),
    });
    await expect(lastValueFrom(source.chunks$)).rejects.toThrow(
      /^naudiodonSource: the microphone was lost \(no data for \d+ ms\) and did not come back\.$/,
    );
    expect(reasons).toContain("No default device");
    expect(gone.opened()).toBe(3);
  });

  it("lists microphones, and refuses one that is not there", async () => {
    const { load } = fakeNaudiodon();
    expect(await listMicrophones(load)).toEqual([{ id: 3, name: "mic", channels: 1 }]);
    await expect(lastValueFrom(naudiodonSource({ load, deviceId: 9 }).chunks$)).rejects.toThrow(
      new RangeError("naudiodonSource: there is no microphone 9; listMicrophones tells those there are."),
    );
    const without = async () => Promise.reject(new Error("naudiodonSource: not installed"));
    await expect(lastValueFrom(naudiodonSource({ load: without }).chunks$)).rejects.toThrow("not installed");
  });
});
