import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLiveClient } from "../src/client/index.js";

// Streams that join and leave for half an hour: node --import tsx --conditions=@earshot/source bench/soak.ts [--minutes 30] [--streams 200]
// [--longest 60] [--model logistic], from the built server. Each stays 5 s to --longest: shorter stays age a server faster.
// Ends with the slope of the server's memory and the number of windows that were neither answered nor counted as dropped.

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    streams: { type: "string", default: "200" },
    longest: { type: "string", default: "60" },
    model: { type: "string", default: "logistic" },
  },
});
const untilMs = performance.now() + Number(values.minutes) * 60_000;
const script = fileURLToPath(new URL("./serve.mjs", import.meta.url));
const server = spawn(process.execPath, ["--expose-gc", script, values.model], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value ?? "{}");
const { url } = await next();

const chunk = Float32Array.from({ length: 800 }, (_, i) => 0.3 * Math.sin(i / 7));
const totals = { sessions: 0, expected: 0, predictions: 0, dropped: 0, failed: 0 };

/** Listens for 5 seconds or more, then counts what it got against what it should have got. */
async function listen(): Promise<void> {
  const seconds = 5 + Math.random() * (Number(values.longest) - 5);
  const client = createLiveClient({ url, sampleRate: 16_000, reconnect: false });
  const beganMs = performance.now();
  let sent = 0;
  while (sent < seconds && performance.now() < untilMs + 5000) {
    client.send(chunk);
    sent += 0.05;
    await new Promise((r) => setTimeout(r, Math.max(0, beganMs + sent * 1000 - performance.now())));
  }
  try {
    const { audioSec, predictions, dropped } = await client.end();
    totals.sessions++;
    // Windows of 1 s each quarter of a second, and a padded one if the end is not covered.
    totals.expected += audioSec <= 1 ? 1 : 1 + Math.ceil((audioSec - 1) / 0.25 - 1e-6);
    totals.predictions += predictions;
    totals.dropped += dropped;
  } catch {
    totals.failed++;
  }
}

async function seat(i: number): Promise<void> {
  await new Promise((r) => setTimeout(r, (i / Number(values.streams)) * 20_000));
  while (performance.now() < untilMs) await listen();
}

const points: { minute: number; mb: number }[] = [];
const watch = async () => {
  const beganMs = performance.now();
  while (performance.now() < untilMs) {
    await new Promise((r) => setTimeout(r, 10_000));
    server.stdin.write("usage\n");
    const { rss, heapUsed, connections } = await next();
    const minute = (performance.now() - beganMs) / 60_000;
    points.push({ minute, mb: rss / 1e6 });
    console.error(
      `${minute.toFixed(1)} min: ${(rss / 1e6).toFixed(0)} MB, heap ${(heapUsed / 1e6).toFixed(0)} MB, ${connections} connections`,
    );
  }
};
await Promise.all([watch(), ...Array.from({ length: Number(values.streams) }, (_, i) => seat(i))]);
server.stdin.end();

// The first half fills caches, pools and the allocator's arenas: with 200 streams, memory grows for ten minutes and then stays.
const settled = points.slice(points.length >> 1);
const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length;
const t = settled.map((point) => point.minute);
const m = settled.map((point) => point.mb);
const spread = t.reduce((sum, x) => sum + (x - mean(t)) ** 2, 0);
const slope = t.reduce((sum, x, i) => sum + (x - mean(t)) * (m[i] - mean(m)), 0) / spread;
const residual = m.reduce((sum, y, i) => sum + (y - mean(m) - slope * (t[i] - mean(t))) ** 2, 0);
const error = Math.sqrt(residual / Math.max(1, t.length - 2) / spread);
const uncounted = totals.expected - totals.predictions - totals.dropped;
console.log(
  JSON.stringify({ ...totals, uncounted, slopeMbPerMinute: slope, standardError: error, points: settled.length }),
);
process.exit(uncounted === 0 && totals.failed === 0 ? 0 : 1);
