import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { from, lastValueFrom, throwError, toArray } from "rxjs";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  MicrophoneError,
  microphoneError,
  microphoneSource,
  offlineListener,
  pcmWorkletSource,
  serverListener,
} from "../src/browser/index.js";
import {
  type AudioChunk,
  clientMessageSchema,
  decodePcm16,
  doneSchema,
  drainOnSignals,
  encodePcm16,
  eofSchema,
  errorSchema,
  eventSchema,
  helloSchema,
  type LiveServer,
  looksLikeFloat32,
  modelFolder,
  modelInfoSchema,
  openBrowser,
  processWith,
  protocolVersion,
  readySchema,
  resampleTo,
  serverMessageSchema,
  subprotocol,
  tokenPrefix,
} from "../src/index.js";
import { testSignal } from "./fixtures.js";
import { startServerHere } from "./hereThread.js";

afterEach(() => vi.unstubAllGlobals());
const chunk = (samples: Float32Array, sampleRate: number, startSec = 0): AudioChunk => ({
  samples,
  sampleRate,
  startSec,
  receivedMs: 0,
});

describe("16-bit samples", () => {
  it("come back to half a step, and clip", () => {
    const bytes = encodePcm16(Float32Array.of(0.25, -1.5, 1.5, Number.NaN));
    expect([...decodePcm16(bytes)]).toEqual([0.25, -1, 32767 / 32768, 0]);
    expect([...decodePcm16(encodePcm16(Float32Array.of(0.5, 0.25)), 2)]).toEqual([0.375]);
    expect(() => decodePcm16(new Uint8Array(3))).toThrow("decodePcm16: 3 bytes are no whole number of 16-bit samples.");
  });

  it("are told from floats that somebody sent by mistake", () => {
    const signal = testSignal(0.1);
    expect(looksLikeFloat32(new Uint8Array(signal.slice().buffer))).toBe(true);
    expect(looksLikeFloat32(encodePcm16(signal))).toBe(false);
  });
});

describe("operators", () => {
  it("processWith runs a fresh machine for each subscriber, flushes it, and ends with what it throws", async () => {
    const sums = processWith<number, number>(() => {
      let sum = 0;
      return {
        process(value) {
          if (value < 0) throw new RangeError("negative");
          sum += value;
          return [];
        },
        flush: () => [sum],
      };
    });
    const run = (...values: number[]) => lastValueFrom(from(values).pipe(sums, toArray()));
    expect(await run(1, 2)).toEqual([3]);
    expect(await run(5)).toEqual([5]);
    await expect(run(1, -1)).rejects.toThrow("negative");
    await expect(lastValueFrom(throwError(() => new Error("mic")).pipe(sums))).rejects.toThrow("mic");
  });

  it("resampleTo keeps time and length, and leaves audio of that rate alone", async () => {
    const parts = [chunk(testSignal(0.5, 48_000), 48_000), chunk(testSignal(0.5, 48_000), 48_000, 0.5)];
    const out = await lastValueFrom(from(parts).pipe(resampleTo(16_000), toArray()));
    expect(out.reduce((n, { samples }) => n + samples.length, 0)).toBe(16_000);
    let at = 0;
    for (const { startSec, samples, sampleRate } of out) {
      expect(startSec).toBeCloseTo(at / sampleRate, 9);
      at += samples.length;
    }
    const same = chunk(testSignal(0.1), 16_000);
    expect(await lastValueFrom(from([same]).pipe(resampleTo(16_000)))).toBe(same);
  });
});

describe("the protocol", () => {
  const hello = { type: "hello", v: protocolVersion, sampleRate: 16_000, channels: 1, encoding: "pcm_s16le" };
  const info = {
    name: "m",
    task: "other",
    title: "M",
    classes: ["a"],
    windowSec: 1,
    stepSec: 0.25,
    threshold: 0.5,
    ignore: [],
  };

  it("knows what clients say, and nothing beside", () => {
    expect(helloSchema.safeParse(hello).success && eofSchema.safeParse({ type: "eof" }).success).toBe(true);
    expect(clientMessageSchema.safeParse({ ...hello, colour: "red" }).success).toBe(false);
    expect(clientMessageSchema.safeParse({ type: "bye" }).success).toBe(false);
    expect([subprotocol, tokenPrefix]).toEqual(["earshot.v1", "earshot.token."]);
  });

  it("knows what servers say", () => {
    const limits = { maxMessageBytes: 1, maxAudioRate: 1, burstSec: 1 };
    const ready = { type: "ready", v: 1, models: [modelInfoSchema.parse(info)], windowSec: 1, stepSec: 0.25, limits };
    const done = { type: "done", audioSec: 1, predictions: 1, dropped: 0, gated: 0, ended: [] };
    const error = { type: "error", code: "bad_audio", message: "no" };
    expect(readySchema.parse(ready)).toEqual(ready);
    expect(doneSchema.parse(done)).toEqual(done);
    expect(errorSchema.parse(error)).toEqual(error);
    for (const message of [ready, done, error]) expect(serverMessageSchema.safeParse(message).success).toBe(true);
    expect(eventSchema.safeParse({ kind: "end", label: "a", startSec: 0, probability: 1 }).success).toBe(false);
  });
});

describe("a page's parts", () => {
  it("say why a microphone cannot be heard", async () => {
    const denied = microphoneError(Object.assign(new Error("no"), { name: "NotAllowedError" }));
    expect([denied.trouble, microphoneError(denied)]).toEqual(["denied", denied]);
    expect(microphoneError(new Error("odd")).message).toBe("The microphone could not be opened. (odd)");
    // Node has no secure context: the sentence says what to do.
    const error = await lastValueFrom(microphoneSource().chunks$).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(MicrophoneError);
    expect(error.trouble).toBe("insecure");
  });

  it("post the mean of the channels in blocks", () => {
    const posted: number[][] = [];
    let Processor: new (options: object) => { process(inputs: Float32Array[][]): boolean } = class {
      process = () => false;
    };
    const base = class {
      port = { postMessage: (block: Float32Array) => void posted.push([...block]) };
    };
    new Function("AudioWorkletProcessor", "registerProcessor", pcmWorkletSource)(
      base,
      (_: string, made: typeof Processor) => {
        Processor = made;
      },
    );
    const node = new Processor({ processorOptions: { blockSize: 3 } });
    expect(node.process([[Float32Array.of(1, 0), Float32Array.of(0, 0)]])).toBe(true);
    node.process([[Float32Array.of(0.25, 0.75)]]);
    expect(posted).toEqual([[0.5, 0, 0.25]]);
  });

  const events = () => ({ onReady: vi.fn(), onPrediction: vi.fn(), onTrouble: vi.fn(), onState: vi.fn() });
  const listening = { sampleRate: 16_000, models: ["a"], sensitivity: 0.5, gate: false };

  it("hear the same of a server", async () => {
    const server = await startServerHere({
      models: [{ module: new URL("./models/level.ts", import.meta.url).href }],
      page: false,
      session: { capacity: 1000 },
      shed: false,
    });
    const told = events();
    const listener = serverListener({
      ...listening,
      models: server.models.map(({ name }) => name),
      ...told,
      url: server.url.replace("http", "ws"),
      maxBufferSec: 5,
    });
    listener.send(testSignal(2));
    const done = await listener.end();
    expect(done).toMatchObject({ type: "done", audioSec: 2, dropped: 0 });
    expect(done.predictions).toBeGreaterThan(0);
    expect(told.onReady).toHaveBeenCalledOnce();
    expect(told.onPrediction).toHaveBeenCalledTimes(done.predictions);
    expect([told.onTrouble.mock.calls, listener.droppedSec]).toEqual([[], 0]);
    listener.close();
    await server.close();
  });

  it("or of a worker, which gets copies and whose failure is told", () => {
    const sent: { type: string; samples?: Float32Array }[] = [];
    const worker = {
      postMessage: (message: never) => void sent.push(message),
      terminate: vi.fn(),
    } as unknown as Worker;
    const told = events();
    const samples = Float32Array.of(1, 2);
    const listener = offlineListener({ ...listening, ...told, worker, base: "/models/" });
    listener.send(samples);
    expect(sent.map(({ type }) => type)).toEqual(["start", "audio"]);
    expect(sent[1].samples).toEqual(samples);
    expect(sent[1].samples).not.toBe(samples);
    worker.onmessage?.({ data: { type: "failed", message: "no such model" } } as MessageEvent);
    expect(told.onTrouble).toHaveBeenCalledWith("no such model");
    expect(told.onState).toHaveBeenLastCalledWith("failed");
    listener.send(samples);
    expect(sent).toHaveLength(2);
  });
});

describe("around the server", () => {
  it("the first signal drains, the second closes, and the handlers can be taken away", async () => {
    const server = { drain: vi.fn(async () => {}), close: vi.fn(async () => {}) };
    const before = process.listenerCount("SIGTERM");
    const done = vi.fn();
    const off = drainOnSignals(server as unknown as LiveServer, done);
    process.emit("SIGTERM");
    process.emit("SIGTERM");
    await vi.waitFor(() => expect(done).toHaveBeenCalledTimes(2));
    expect([server.drain.mock.calls.length, server.close.mock.calls.length]).toEqual([1, 1]);
    off();
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });

  it("a run folder holds its model inside", () => {
    const run = mkdtempSync(join(tmpdir(), "earshot-run-"));
    mkdirSync(join(run, "model"));
    writeFileSync(join(run, "model", "model.json"), "{}");
    expect([modelFolder(run), modelFolder(join(run, "model"))]).toEqual([join(run, "model"), join(run, "model")]);
    rmSync(run, { recursive: true });
  });

  it("a machine without a browser is fine", async () => {
    const path = process.env.PATH;
    process.env.PATH = "";
    expect(() => openBrowser("http://127.0.0.1:1/")).not.toThrow();
    await new Promise((later) => setTimeout(later, 20));
    process.env.PATH = path;
  });
});
