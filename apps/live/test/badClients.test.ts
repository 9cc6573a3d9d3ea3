import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLiveClient } from "../src/client/index.js";
import type { PredictionMessage } from "../src/protocol/messages.js";
import { type LiveServer, startServer } from "../src/server/startServer.js";
import { silent, testSignal } from "./fixtures.js";
import { hello, type RawClient, rawClient, square } from "./rawClient.js";

const module = (name: string) => ({ module: new URL(`./models/${name}.ts`, import.meta.url).href });
const limits = {
  maxConnections: 400,
  maxConnectionsPerAddress: 400,
  connectsPerMinute: 6000,
  helloTimeoutMs: 2000,
  idleTimeoutMs: 3000,
  pingMs: 10_000,
};

let server: LiveServer;
/** Who is told by the clock alone misbehaves from the start, so that the others are tried meanwhile. */
const waiting = new Map<string, Promise<RawClient>>();
beforeAll(async () => {
  server = await startServer({
    models: [module("level"), module("fragile")],
    page: false,
    logger: silent,
    limits,
    inferenceTimeoutMs: 1500,
    session: { capacity: 1000 },
    shed: false,
  });
  for (const [name, code, act] of misdeeds) if (byTheClock.includes(code)) waiting.set(name, act(1));
});
afterAll(() => server.close());

const byTheClock = ["hello_timeout", "idle"];
const pcm = (bytes: number) => new Uint8Array(bytes);
const greeted = async (given: object = {}): Promise<RawClient> => {
  const client = await rawClient(server.url);
  client.send({ ...hello, models: ["level"], ...given });
  await client.next("ready");
  return client;
};

/** What each bad client does, and the code with which it is told so. */
const misdeeds: [string, string, (count: number) => Promise<RawClient>][] = [
  ["sends audio before hello", "hello_first", async () => misdo(await rawClient(server.url), pcm(640))],
  ["ends before hello", "hello_first", async () => misdo(await rawClient(server.url), { type: "eof" })],
  ["says hello twice", "hello_twice", async () => misdo(await greeted(), hello)],
  ["sends text that is not JSON", "bad_message", async () => misdo(await rawClient(server.url), "hello?")],
  ["sends JSON of no known type", "bad_message", async () => misdo(await greeted(), { type: "sing" })],
  ["sends null", "bad_message", async () => misdo(await rawClient(server.url), "null")],
  [
    "says hello with an unknown key",
    "bad_message",
    async () => misdo(await rawClient(server.url), { ...hello, codec: "opus" }),
  ],
  [
    "says hello with a rate out of range",
    "bad_message",
    async () => misdo(await rawClient(server.url), { ...hello, sampleRate: 44 }),
  ],
  [
    "promises another encoding",
    "bad_message",
    async () => misdo(await rawClient(server.url), { ...hello, encoding: "f32" }),
  ],
  ["speaks another version", "unsupported_version", async () => misdo(await rawClient(server.url), { ...hello, v: 2 })],
  [
    "asks for a model that is not on the list",
    "unknown_model",
    async () => misdo(await rawClient(server.url), { ...hello, models: ["../../etc"] }),
  ],
  ["sends half a sample", "odd_bytes", async () => misdo(await greeted(), pcm(641))],
  ["sends frames cut through a channel", "odd_bytes", async () => misdo(await greeted({ channels: 2 }), pcm(642))],
  [
    "sends floats where integers were promised",
    "float_audio",
    async () => misdo(await greeted(), ...floats((i) => Math.sin(i / 9))),
  ],
  [
    "sends floats that are not a number",
    "float_audio",
    async () => misdo(await greeted(), ...floats(() => Number.NaN)),
  ],
  [
    "announces a message of 100 MB and begins it",
    "too_big",
    async () => rawFrame(await greeted(), [0x82, 0xff, 0, 0, 0, 0, 6, 64, 0, 0, ...new Array(9000).fill(7)]),
  ],
  ["sends one-byte fragments", "too_fragmented", async () => inFragments(await greeted())],
  [
    "sends text that is not UTF-8",
    "protocol",
    async () => rawFrame(await rawClient(server.url), [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]),
  ],
  [
    "sends a frame with reserved bits",
    "protocol",
    async () => rawFrame(await rawClient(server.url), [0xf2, 0x80, 0, 0, 0, 0]),
  ],
  ["sends audio after eof", "after_eof", async () => misdo(await greeted(), square(300), { type: "eof" }, pcm(640))],
  [
    "sends an hour of audio at once",
    "too_fast",
    async () => misdo(await greeted(), ...Array.from({ length: 200 }, () => pcm(32_000))),
  ],
  [
    "sends too many messages",
    "too_chatty",
    async () => misdo(await greeted(), ...Array.from({ length: 2000 }, () => pcm(2))),
  ],
  ["never says hello", "hello_timeout", () => rawClient(server.url)],
  ["says hello and then nothing", "idle", () => greeted()],
  [
    "sends what makes the model throw",
    "model_failed",
    async () => misdo(await greeted({ models: ["fragile"] }), square(4000), square(4000)),
  ],
  [
    "sends what makes the model hang",
    "model_timeout",
    async () => misdo(await greeted({ models: ["fragile"] }), square(2000), square(2000)),
  ],
];

function misdo(client: RawClient, ...data: (object | string | Uint8Array)[]): RawClient {
  for (const item of data) client.send(item);
  return client;
}
const floats = (f: (i: number) => number) =>
  Array.from({ length: 6 }, () => new Uint8Array(Float32Array.from({ length: 400 }, (_, i) => f(i)).buffer));
function inFragments(client: RawClient): RawClient {
  for (let i = 0; i < 100; i++) client.socket.send(pcm(1), { fin: false });
  return client;
}
function rawFrame(client: RawClient, bytes: number[]): RawClient {
  (client.socket as unknown as { _socket: { write(data: Uint8Array): void } })._socket.write(Uint8Array.from(bytes));
  return client;
}

describe("a bad client", () => {
  it.each(misdeeds)("that %s is told %s", async (name, code, act) => {
    const outcome = await (await (waiting.get(name) ?? act(1))).ended;
    expect(outcome.code).toBe(code);
    expect(outcome.close).toBeGreaterThanOrEqual(1001);
  });

  it("that sends silence, clipping and loud noise is served like any other", async () => {
    const client = await greeted();
    const loud = new Uint8Array(32_000);
    for (let i = 0; i < loud.length; i++) loud[i] = (i * 2_654_435_761) >>> 24;
    const clipped = new Uint8Array(
      Int16Array.from({ length: 16_000 }, (_, i) => (i % 200 < 100 ? 32_767 : -32_768)).buffer,
    );
    for (const bytes of [
      pcm(32_000),
      clipped,
      loud,
      new Uint8Array(Int16Array.from({ length: 16_000 }, () => 32_767).buffer),
    ])
      client.send(bytes);
    client.send({ type: "eof" });
    expect(await client.next("done")).toMatchObject({ audioSec: 4, predictions: 13, dropped: 0 });
  });

  it("that disappears in the middle of a window leaves nothing behind", async () => {
    const before = server.connections;
    const client = await greeted();
    client.send(pcm(8000));
    client.socket.terminate();
    await client.ended;
    await until(() => server.connections === before);
  });
});

describe("100 healthy streams", () => {
  it("notice nothing of all bad clients together, 10,000 connects a minute and a model that hangs", {
    timeout: 120_000,
  }, async () => {
    const signal = testSignal(5);
    const dones: number[] = [];
    const streams = Array.from({ length: 100 }, (_, i) => {
      const predictions: PredictionMessage[] = [];
      const errors: string[] = [];
      const client = createLiveClient({
        url: server.url,
        sampleRate: 16_000,
        models: [i % 2 ? "level" : "fragile"],
        reconnect: false,
        onPrediction: (p) => predictions.push(p),
        onError: (e) => errors.push(e.code),
      });
      return { client, predictions, errors };
    });
    await until(() => streams.every(({ client }) => client.state === "ready"));

    let streaming = true;
    const mischief = (async () => {
      await until(() => streams.every(({ predictions }) => predictions.length > 0));
      while (streaming) {
        const bad = misdeeds.filter(([, code]) => !byTheClock.includes(code));
        await Promise.allSettled(bad.map(async ([, , act]) => (await act(1)).ended));
      }
    })();
    const knocking = (async () => {
      const { hostname, port } = new URL(server.url);
      while (streaming) {
        for (let i = 0; i < 17; i++) {
          const socket = connect(Number(port), hostname, () =>
            socket.end("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
          );
          socket.on("error", () => {});
          socket.on("data", () => {});
        }
        await new Promise((r) => setTimeout(r, 100));
      }
    })();
    await Promise.all(
      streams.map(async ({ client }, i) => {
        await new Promise((r) => setTimeout(r, i * 2));
        const beganMs = performance.now();
        for (let at = 0; at < signal.length; at += 1600) {
          client.send(signal.subarray(at, at + 1600));
          await new Promise((r) => setTimeout(r, Math.max(0, beganMs + at / 16 - performance.now())));
        }
        const done = await client.end();
        dones.push(done.dropped);
        expect(done).toMatchObject({ audioSec: 5, predictions: 17, dropped: 0 });
      }),
    );
    streaming = false;
    await Promise.all([mischief, knocking]);
    for (const { predictions, errors } of streams) {
      expect(errors).toEqual([]);
      expect(predictions.map((p) => p.startSec)).toEqual(Array.from({ length: 17 }, (_, i) => i / 4));
    }
    expect(dones).toHaveLength(100);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((r) => setTimeout(r, 20));
}
