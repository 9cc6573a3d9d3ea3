import { get } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLiveClient, streamClip } from "../src/client/index.js";
import { encodePcm16 } from "../src/core/pcm.js";
import type { PredictionMessage, Ready } from "../src/protocol/messages.js";
import type { LiveServerOptions } from "../src/server/options.js";
import { type LiveServer, startServer } from "../src/server/startServer.js";
import { predictClip } from "../src/session/predictClip.js";
import { logMel, meanModel, silent, testSignal } from "./fixtures.js";
import { startServerHere } from "./hereThread.js";
import { hello, rawClient } from "./rawClient.js";

const module = (name: string) => ({ module: new URL(`./models/${name}.ts`, import.meta.url).href });
/** Room for windows, so that a busy machine is slow but drops none. */
const options: LiveServerOptions = {
  models: [module("level")],
  page: false,
  logger: silent,
  session: { capacity: 1000 },
  shed: false,
};

async function withServer<T>(extra: Partial<LiveServerOptions>, work: (server: LiveServer) => Promise<T>): Promise<T> {
  const server = await startServerHere({ ...options, ...extra });
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

const fetchText = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  return { status: response.status, text: await response.text() };
};

describe("startServer", () => {
  let server: LiveServer;
  beforeAll(async () => {
    server = await startServer(options);
  });
  afterAll(() => server.close());

  it("answers a session as batch prediction does, within 1e-6", async () => {
    const predictions: PredictionMessage[] = [];
    let ready: Ready | undefined;
    const clip = { samples: testSignal(2.6), sampleRate: 16_000 };
    const client = createLiveClient({
      url: server.url,
      sampleRate: 16_000,
      latencySec: 0,
      onReady: (message) => {
        ready = message;
      },
      onPrediction: (p) => predictions.push(p),
    });
    const done = await streamClip(client, clip);
    const samples = Float32Array.from(new Int16Array(encodePcm16(clip.samples).buffer), (v) => v / 32768);
    const want = await predictClip({ ...clip, samples }, meanModel("level", logMel));
    expect(ready).toMatchObject({
      v: 1,
      windowSec: 1,
      stepSec: 0.25,
      models: [{ name: "level", classes: ["high", "low"] }],
    });
    expect(done).toMatchObject({ predictions: want.length, dropped: 0, gated: 0 });
    expect(predictions.map((p) => p.startSec)).toEqual(want.map((p) => p.startSec));
    for (const [i, p] of predictions.entries()) {
      expect(Math.abs(p.probabilities.high - want[i].probabilities[0])).toBeLessThan(1e-6);
    }
  });

  it("averages the channels of a client that has several, and takes any rate", async () => {
    const client = await rawClient(server.url);
    client.send({ ...hello, channels: 2, sampleRate: 48_000 });
    for (let i = 0; i < 30; i++) client.send(new Uint8Array(48_000 * 4 * 0.05));
    client.send({ type: "eof" });
    expect(await client.next("done")).toMatchObject({ audioSec: 1.5, predictions: 3 });
    expect((await client.ended).close).toBe(1000);
  });

  it("shows its health and its models, and counts in Prometheus' format", async () => {
    expect(await fetchText(`${server.url}healthz`)).toEqual({ status: 200, text: '{"status":"ok"}' });
    const { models } = JSON.parse((await fetchText(`${server.url}models`)).text);
    expect(models).toMatchObject([{ name: "level", windowSec: 1 }]);
    const { text } = await fetchText(`${server.url}metrics`);
    expect(text).toMatch(/^earshot_predictions_total\{model="level"\} [1-9]/m);
    expect(text).toMatch(/^earshot_audio_seconds_total [1-9]/m);
    expect(text).toMatch(/^earshot_connections 0$/m);
    expect(text).toMatch(/^earshot_lag_seconds_bucket\{le="0.05",model="level"\} [1-9]/m);
    expect((await fetchText(`${server.url}models/level/../../package.json`)).status).toBe(404);
    expect((await fetchText(`${server.url}%2e%2e/package.json`)).status).toBe(404);
    expect((await fetch(server.url, { method: "POST" })).status).toBe(405);
  });

  it("lets in its own page and programs, but no page of another site, also one that renamed itself to loopback", async () => {
    const own = new URL(server.url).origin;
    for (const origin of [own, own.replace("127.0.0.1", "localhost")]) {
      (await rawClient(server.url, { origin })).socket.close();
    }
    await expect(rawClient(server.url, { origin: "https://evil.example" })).rejects.toThrow("refused with 403");
    await expect(rawClient(server.url, { headers: { host: "evil.example" } })).rejects.toThrow("refused with 403");
    const renamed = await new Promise<number | undefined>((resolve) => {
      get(`${server.url}models`, { headers: { host: "evil.example" } }, (response) => resolve(response.statusCode));
    });
    expect(renamed).toBe(403);
    await expect(rawClient(`${server.url}elsewhere`)).rejects.toThrow("refused with 404");
  });

  it("beyond loopback lets in the page that names the same host, and no other", async () => {
    await withServer({ host: "0.0.0.0", insecure: true }, async ({ port }) => {
      const url = `http://127.0.0.1:${port}/`;
      const headers = { host: `studio.local:${port}` };
      (await rawClient(url, { headers, origin: `http://studio.local:${port}` })).socket.close();
      await expect(rawClient(url, { headers, origin: "http://evil.example" })).rejects.toThrow("refused with 403");
    });
  });

  it("lets in the pages of other sites that are named, written with a path or not", async () => {
    await withServer({ origins: ["https://listen.example/", "HTTP://Studio.example:80"] }, async ({ url }) => {
      for (const origin of ["https://listen.example", "http://studio.example"]) {
        (await rawClient(url, { origin })).socket.close();
      }
      await expect(rawClient(url, { origin: "https://evil.example" })).rejects.toThrow("refused with 403");
    });
  });

  it("refuses options that are unsafe or senseless before anything starts", async () => {
    const refused = (extra: Partial<LiveServerOptions>) => expect(startServerHere({ ...options, ...extra })).rejects;
    await refused({ host: "0.0.0.0" }).toThrow(
      "startServer: 0.0.0.0 is reachable from other machines; set a token and tls, or insecure to do without.",
    );
    await refused({ token: "short" }).toThrow("startServer: token must have at least 16 characters, got 5.");
    await refused({ token: "ein schöner langer Satz" }).toThrow(
      "startServer: token must be of letters, digits and signs of ASCII, without blanks at its ends: headers carry no others.",
    );
    await refused({ origins: ["listen.example:443"] }).toThrow(
      'startServer: origins must be addresses such as "https://name:port", got "listen.example:443".',
    );
    await refused({ models: [] }).toThrow("startServer: models must name at least one model, got none.");
    await refused({ port: 70_000 }).toThrow("startServer: port must be in [0, 65535], got 70000.");
    await refused({ limits: { pingMs: 0 } }).toThrow("startServer: limits.pingMs must be a positive number, got 0.");
    await refused({ models: [{ folder: "no/such/folder" }] }).toThrow("is missing; is no/such/folder a model folder?");
    await refused({ models: [{ module: new URL("./fixtures.ts", import.meta.url).href }] }).toThrow(
      "must export a function createModel.",
    );
    await refused({ models: [module("level"), module("level")] }).toThrow(
      "startServer: two models are called level; give one of them another name.",
    );
    await refused({ port: server.port }).toThrow(
      `startServer: port ${server.port} of 127.0.0.1 is taken; choose another, or 0 for a free one.`,
    );
  });
});

describe("a server with a token", () => {
  const token = "correct horse battery staple";

  it("lets in who presents it in a header or a subprotocol, for the socket as for models and metrics", async () => {
    await withServer({ token }, async ({ url }) => {
      await expect(rawClient(url)).rejects.toThrow("refused with 401");
      await expect(rawClient(url, { headers: { authorization: "Bearer wrong" } })).rejects.toThrow("refused with 401");
      await expect(rawClient(`${url}?token=${encodeURIComponent(token)}`)).rejects.toThrow("refused with 401");
      (await rawClient(url, { headers: { authorization: `Bearer ${token}` } })).socket.close();
      const carrier = `earshot.token.${Buffer.from(token).toString("base64url")}`;
      const client = await rawClient(url, {}, ["earshot.v1", carrier]);
      expect(client.socket.protocol).toBe("earshot.v1");
      client.socket.close();
      const states: string[] = [];
      const typed = createLiveClient({ url, token, sampleRate: 16_000, onState: (state) => states.push(state) });
      expect(await typed.end()).toMatchObject({ audioSec: 0 });
      expect(states).toEqual(["ready", "closed"]);
      expect((await fetchText(`${url}models`)).status).toBe(401);
      expect((await fetchText(`${url}metrics`)).status).toBe(401);
      expect((await fetchText(`${url}healthz`)).status).toBe(200);
    });
  });

  it("accepts a token without spaces as Bearer", async () => {
    await withServer({ token: "0123456789abcdef" }, async ({ url }) => {
      expect((await fetchText(`${url}models`, { authorization: "Bearer 0123456789abcdef" })).status).toBe(200);
      (await rawClient(url, { headers: { authorization: "Bearer 0123456789abcdef" } })).socket.close();
    });
  });
});

describe("limits", () => {
  it("turn away who comes when all places are taken, and let in the next when one leaves", async () => {
    await withServer({ limits: { maxConnections: 2 } }, async ({ url }) => {
      const first = await rawClient(url);
      await rawClient(url);
      await expect(rawClient(url)).rejects.toThrow("refused with 503");
      first.socket.close();
      await first.ended;
      (await rawClient(url)).socket.close();
    });
  });

  it("turn away an address that connects too often", async () => {
    await withServer({ limits: { connectsPerMinute: 3 } }, async ({ url }) => {
      for (let i = 0; i < 3; i++) (await rawClient(url)).socket.close();
      await expect(rawClient(url)).rejects.toThrow("refused with 429");
    });
  });

  it("cut a client that does not answer pings", async () => {
    await withServer({ limits: { pingMs: 100 } }, async ({ url }) => {
      const client = await rawClient(url, { autoPong: false });
      expect(await client.ended).toMatchObject({ code: "ping_timeout" });
    });
  });

  it("cut a client that never reads, once 256 KiB wait for it", async () => {
    const limits = { maxAudioRate: 1e6, burstSec: 1e6, maxMessageRate: 1e6 };
    await withServer({ models: [module("wide")], limits, session: { capacity: 10_000 } }, async (server) => {
      const client = await rawClient(server.url);
      client.send(hello);
      await client.next("ready");
      client.socket.pause();
      for (let i = 0; i < 100; i++) client.send(new Uint8Array(64_000));
      while (server.connections > 0) await new Promise((r) => setTimeout(r, 50));
      client.socket.terminate();
      const { text } = await fetchText(`${server.url}metrics`);
      expect(text).toMatch(/^earshot_errors_total\{code="slow_reader"\} 1$/m);
    });
  });
});

describe("drain", () => {
  it("works off what clients sent, says done, tells why it goes, and lets nobody in", async () => {
    const server = await startServerHere(options);
    const streaming = await rawClient(server.url);
    streaming.send(hello);
    await streaming.next("ready");
    streaming.send(new Uint8Array(51_200));
    while (streaming.messages.length < 4) await new Promise((r) => setTimeout(r, 10));
    const waiting = await rawClient(server.url);
    const drained = server.drain();
    await expect(rawClient(server.url)).rejects.toThrow("refused with 503");
    expect(await streaming.next("done")).toMatchObject({ audioSec: 1.6, predictions: 4 });
    expect(await streaming.ended).toEqual({ close: 1001, code: "draining" });
    expect(await waiting.ended).toEqual({ close: 1001, code: "draining" });
    await drained;
    await expect(rawClient(server.url)).rejects.toThrow("ECONNREFUSED");
  });
});
