import { setTimeout as sleep } from "node:timers/promises";
import { createLiveClient, type Done, streamClip } from "@earshot/live/client";
import type { createRandom } from "@earshot/models";
import { type Killed, Victim } from "./process.js";

const port = 20_000 + (process.pid % 20_000);
const url = `ws://127.0.0.1:${port}/v1`;
const sampleRate = 16_000;
/** Three seconds of a tone that swells, so that every window differs. */
const clip = Float32Array.from({ length: 3 * sampleRate }, (_, i) => (i / 60_000) * Math.sin(i * (0.05 + i / 2e6)));

const serve = () =>
  new Victim(`const { shippedModels, startServer } = await import("@earshot/live");
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const server = await startServer({ models: shippedModels(["digits"]), page: false, port: ${port}, logger, inferenceTimeoutMs: 60_000 });
console.log(server.url);`);

/** What a server says of the clip, window by window. */
async function hear(): Promise<string> {
  const heard: string[] = [];
  const client = createLiveClient({
    url,
    sampleRate,
    reconnect: false,
    onError: ({ code, message }) => console.error(`server: ${code}: ${message}`),
    onPrediction: ({ model, startSec, endSec, probabilities }) =>
      heard.push(JSON.stringify([model, startSec, endSec, probabilities])),
  });
  const { predictions, dropped } = await streamClip(client, { samples: clip, sampleRate });
  if (predictions + dropped !== 9) throw new Error(`${predictions} predictions and ${dropped} dropped of 9 windows.`);
  if (predictions !== heard.length) throw new Error(`${heard.length} of ${predictions} predictions arrived.`);
  return dropped > 0 ? "" : heard.join("\n");
}

/** A server that is killed while it is listened to, again and again; its listeners come back by themselves. */
export async function killServer(
  _folder: string,
  wanted: number,
  rng: ReturnType<typeof createRandom>,
): Promise<Killed> {
  let server = serve();
  await server.line();
  const want = await hear();
  let kills = 0;
  let ends = 0;
  const chunk = clip.subarray(0, sampleRate / 10);
  const listener = createLiveClient({ url, sampleRate, retryMs: { first: 50, longest: 200 } });
  let listening = true;
  const talking = (async () => {
    while (listening) {
      listener.send(chunk);
      await sleep(100);
    }
  })();
  while (kills < wanted) {
    await sleep(1000 * rng.next());
    if (await server.kill()) kills++;
    server = serve();
    // Killed while it starts, one time in four.
    if (kills < wanted && rng.next() < 0.25) {
      await sleep(800 * rng.next());
      if (await server.kill()) kills++;
      server = serve();
    }
    await server.line();
    const got = await hear();
    if (got !== "" && got !== want) throw new Error(`after ${kills} kills the server hears something else.`);
    for (let i = 0; listener.state !== "ready"; i++) {
      if (i > 600) throw new Error(`after ${kills} kills a listener did not come back: it is ${listener.state}.`);
      await sleep(50);
    }
    ends++;
    if (ends % 5 === 0) console.error(`server: ${kills} kills`);
  }
  listening = false;
  await talking;
  const { audioSec, predictions, dropped }: Done = await listener.end();
  const windows = audioSec <= 1 ? 1 : 1 + Math.ceil((audioSec - 1) / 0.25 - 1e-6);
  if (predictions + dropped !== windows)
    throw new Error(`${predictions + dropped} of ${windows} windows were counted.`);
  await server.kill();
  const { reconnects } = listener.counters;
  return { kills, what: `a listener came back ${reconnects} times, ${ends} times the same predictions as before` };
}
