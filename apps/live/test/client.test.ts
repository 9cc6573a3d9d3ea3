import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { bundleForBrowser, chromiumPath, withPage } from "@earshot/testing";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { createBacklog } from "../src/client/backlog.js";
import { type ClientState, createLiveClient, type LiveClient, streamClip } from "../src/client/index.js";
import { silent, testSignal } from "./fixtures.js";
import { startServerHere } from "./hereThread.js";

const ready = {
  type: "ready",
  v: 1,
  models: [],
  windowSec: 1,
  stepSec: 0.25,
  limits: { maxMessageBytes: 1000, maxAudioRate: 4, burstSec: 20 },
};
const second = new Float32Array(16_000);

/** A server that does what the test says with each connection. */
async function fakeServer(serve: (socket: import("ws").WebSocket, nth: number) => void) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((listening) => server.once("listening", listening));
  let nth = 0;
  server.on("connection", (socket) => serve(socket, nth++));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    for (const socket of server.clients) socket.terminate();
    return new Promise((closed) => server.close(closed));
  };
  return { url: `ws://127.0.0.1:${port}`, close };
}

const open: { close(): unknown }[] = [];
const kept = <T extends { close(): unknown }>(thing: T): T => {
  open.push(thing);
  return thing;
};
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((r) => setTimeout(r, 5));
};

describe("createLiveClient", () => {
  it("keeps at most maxBufferSec while there is no connection, drops the oldest and counts them", async () => {
    const received: number[] = [];
    const server = kept(
      await fakeServer((socket) => {
        socket.on("message", (data: Buffer, isBinary) => {
          if (isBinary) received.push(data.length);
        });
        setTimeout(() => socket.send(JSON.stringify(ready)), 50);
      }),
    );
    let held = 0;
    const client: LiveClient = kept(
      createLiveClient({
        url: server.url,
        sampleRate: 16_000,
        maxBufferSec: 2,
        onReady: () => {
          held = client.heldSec;
        },
      }),
    );
    for (let i = 0; i < 50; i++) client.send(second.subarray(0, 1600));
    expect(client.counters.droppedSec).toBeCloseTo(3, 6);
    await until(() => client.counters.sentSec > 1.99);
    expect(held).toBeCloseTo(2, 6);
    const bytes = () => received.reduce((a, b) => a + b, 0);
    await until(() => bytes() >= 64_000);
    expect(bytes()).toBe(64_000);
  });

  it("drops audio instead of piling it up when the socket is slow", async () => {
    const server = kept(
      await fakeServer((socket) => {
        socket.send(JSON.stringify(ready));
        socket.pause();
      }),
    );
    const client = kept(createLiveClient({ url: server.url, sampleRate: 16_000, maxBufferedBytes: 10_000 }));
    await until(() => client.state === "ready");
    let sent = true;
    while (sent) {
      sent = client.send(second);
      await new Promise((r) => setTimeout(r, 0));
    }
    expect(client.counters.droppedSec).toBeGreaterThan(0);
  });

  it("sends a whole recording, however long the connection takes", async () => {
    let bytes = 0;
    const server = kept(
      await fakeServer((socket) => {
        setTimeout(() => socket.send(JSON.stringify(ready)), 300);
        socket.on("message", (data: Buffer, isBinary) => {
          if (isBinary) bytes += data.length;
          else if (JSON.parse(data.toString()).type === "eof") {
            socket.send(JSON.stringify({ type: "done", audioSec: 1, predictions: 0, dropped: 0, gated: 0, ended: [] }));
          }
        });
      }),
    );
    const client = kept(createLiveClient({ url: server.url, sampleRate: 16_000, maxBufferSec: 0.2 }));
    await streamClip(client, { samples: second, sampleRate: 16_000 }, { rate: 20 });
    expect(bytes).toBe(32_000);
    const late = new AbortController();
    late.abort(new Error("enough"));
    const other = kept(createLiveClient({ url: server.url, sampleRate: 16_000 }));
    await expect(streamClip(other, { samples: second, sampleRate: 16_000 }, { signal: late.signal })).rejects.toThrow(
      "enough",
    );
  });

  it("splits what is longer than a message may be", async () => {
    const lengths: number[] = [];
    const server = kept(
      await fakeServer((socket) => {
        socket.send(JSON.stringify(ready));
        socket.on("message", (data: Buffer, isBinary) => {
          if (isBinary) lengths.push(data.length);
        });
      }),
    );
    const client = kept(createLiveClient({ url: server.url, sampleRate: 16_000 }));
    await until(() => client.state === "ready");
    client.send(second.subarray(0, 1200));
    await until(() => lengths.length === 3);
    expect(lengths).toEqual([1000, 1000, 400]);
  });

  it("connects again when the connection is lost, as a new session", async () => {
    const server = kept(
      await fakeServer((socket, nth) => {
        socket.send(JSON.stringify(ready));
        if (nth < 2) setTimeout(() => socket.terminate(), 10);
      }),
    );
    const states: ClientState[] = [];
    const client = kept(
      createLiveClient({
        url: server.url,
        sampleRate: 16_000,
        retryMs: { first: 5, longest: 10 },
        onState: (s) => states.push(s),
      }),
    );
    await until(() => client.counters.reconnects === 2 && client.state === "ready");
    expect(states).toEqual(["ready", "waiting", "connecting", "ready", "waiting", "connecting", "ready"]);
    client.close();
    expect(client.state).toBe("closed");
    expect(client.send(second)).toBe(false);
  });

  it("does not come back with what the server refused, and rejects who waits for the end", async () => {
    const server = kept(
      await fakeServer((socket) => {
        socket.send(JSON.stringify({ type: "error", code: "unknown_model", message: "no" }));
        socket.close(1008);
      }),
    );
    const errors: string[] = [];
    const client = kept(createLiveClient({ url: server.url, sampleRate: 16_000, onError: (e) => errors.push(e.code) }));
    await expect(client.end()).rejects.toThrow("createLiveClient: no");
    expect(errors).toEqual(["unknown_model"]);
    expect(client.state).toBe("failed");
    await expect(client.end()).rejects.toThrow("createLiveClient: the client is failed.");
  });

  it("tells when nobody is there, and when the server speaks nonsense", async () => {
    const errors: string[] = [];
    const lonely = createLiveClient({
      url: "ws://127.0.0.1:1",
      sampleRate: 16_000,
      reconnect: false,
      onError: (e) => errors.push(e.code),
    });
    await until(() => lonely.state === "failed");
    const server = kept(await fakeServer((socket) => socket.send('{"type":"sing"}')));
    const client = createLiveClient({
      url: server.url,
      sampleRate: 16_000,
      reconnect: false,
      onError: (e) => errors.push(e.code),
    });
    await until(() => client.state === "failed");
    expect(errors).toEqual(["unreachable", "bad_message"]);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => createLiveClient({ url: "nowhere", sampleRate: 16_000 })).toThrow(
      new TypeError("createLiveClient: url must be an address such as ws://127.0.0.1:8123/v1, got nowhere."),
    );
    expect(() => createLiveClient({ url: "ws://x", sampleRate: 100 })).toThrow(
      new RangeError("createLiveClient: sampleRate must be in [8000, 192000], got 100."),
    );
  });

  it.skipIf(!chromiumPath)("works in a browser", async () => {
    const source = `import * as client from ${JSON.stringify(fileURLToPath(new URL("../src/client/index.ts", import.meta.url)))}; Object.assign(globalThis, client);`;
    const code = await bundleForBrowser(source, fileURLToPath(new URL("..", import.meta.url)));
    await withPage({ files: { "/client.js": code } }, async (page, url) => {
      const model = { module: new URL("./models/level.ts", import.meta.url).href };
      const server = kept(
        await startServerHere({
          models: [model],
          page: false,
          logger: silent,
          session: { capacity: 1000 },
          shed: false,
          origins: [new URL(url).origin],
        }),
      );
      await page.addScriptTag({ url: "/client.js", type: "module" });
      const done = await page.evaluate(
        async ({ server, samples }) => {
          const { createLiveClient, streamClip } = globalThis as unknown as typeof import("../src/client/index.js");
          const client = createLiveClient({ url: server, sampleRate: 16_000 });
          return streamClip(client, { samples: Float32Array.from(samples), sampleRate: 16_000 });
        },
        { server: server.url, samples: [...testSignal(1.5)] },
      );
      expect(done).toMatchObject({ type: "done", predictions: 3, dropped: 0 });
    });
  });
});

describe("createBacklog", () => {
  it("holds so much and no more, even when one piece is too long", () => {
    const backlog = createBacklog(1);
    expect(backlog.push(new Uint8Array(2), 5)).toBe(5);
    expect(backlog.take()).toEqual([]);
    expect([backlog.push(Uint8Array.of(1), 0.6), backlog.push(Uint8Array.of(2), 0.4)]).toEqual([0, 0]);
    expect(backlog.push(Uint8Array.of(3), 0.1)).toBeCloseTo(0.6);
    expect(backlog.heldSec).toBeCloseTo(0.5);
    expect(backlog.take()).toEqual([Uint8Array.of(2), Uint8Array.of(3)]);
    expect(backlog.clear()).toBe(0);
  });
});
