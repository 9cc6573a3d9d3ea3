import { WebSocket } from "ws";
import { encodePcm16 } from "../src/core/pcm.js";

// Streams from many clients at once: load.ts URL STREAMS SECONDS [idle]. Prints lags and drops as JSON.

const [url, streams, seconds, idle] = process.argv.slice(2);
const count = Number(streams);
const frameMs = 20;
const frames = Array.from({ length: 50 }, (_, f) =>
  encodePcm16(Float32Array.from({ length: 320 }, (_, i) => 0.3 * Math.sin((f * 320 + i) * (0.05 + f / 5000)))),
);
const hello = JSON.stringify({
  type: "hello",
  v: 1,
  sampleRate: 16_000,
  channels: 1,
  encoding: "pcm_s16le",
  latencySec: 0,
});

const lags: number[] = [];
let dropped = 0;
let errors = 0;
let measuring = false;
const sockets: WebSocket[] = [];
for (let i = 0; i < count; i++) {
  const socket = new WebSocket(url.replace("http", "ws"), { perMessageDeflate: false, skipUTF8Validation: true });
  let last = 0;
  socket.on("message", (data) => {
    const message = JSON.parse(data.toString());
    if (message.type === "error") errors++;
    if (message.type !== "prediction") return;
    dropped += measuring ? message.dropped - last : 0;
    last = message.dropped;
    if (measuring) lags.push(message.lagMs);
  });
  socket.on("error", () => errors++);
  await new Promise((open) => socket.once("open", open));
  if (!idle) socket.send(hello);
  sockets.push(socket);
}
console.log(JSON.stringify({ open: sockets.length }));

if (!idle) {
  // Each stream has its own phase within a frame, so that load is even as it is with strangers.
  const beganMs = performance.now();
  let sent = 0;
  const untilMs = Number(seconds) * 1000;
  while (performance.now() - beganMs < untilMs) {
    const elapsed = performance.now() - beganMs;
    measuring = elapsed > 3000;
    const due = Math.floor((elapsed / frameMs) * count);
    for (; sent < due; sent++) {
      const socket = sockets[sent % count];
      // Streams start a quarter of a second's phase apart, so that windows do not all end together.
      const stagger = ((sent % count) % 13) * frameMs;
      if (elapsed > stagger) socket.send(frames[Math.floor(sent / count) % frames.length]);
    }
    await new Promise((r) => setTimeout(r, 2));
  }
} else {
  await new Promise((r) => setTimeout(r, Number(seconds) * 1000));
}
lags.sort((a, b) => a - b);
const at = (share: number) => lags[Math.min(lags.length - 1, Math.floor(share * lags.length))];
console.log(
  JSON.stringify({
    predictions: lags.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    dropped,
    errors,
  }),
);
process.exit(0);
