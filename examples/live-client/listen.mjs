// Sends a recording to `earshot live` and prints what it hears: node listen.mjs ws://127.0.0.1:8123/v1 FILE [MODEL…]
import { loadClip } from "@earshot/datasets/node";
import { createLiveClient, streamClip } from "@earshot/live/client";

const [url, file, ...models] = process.argv.slice(2);
if (!file) {
  console.error("Usage: node listen.mjs ws://127.0.0.1:8123/v1 FILE [MODEL…]");
  process.exit(2);
}
const clip = await loadClip(file);
let judged = 0;
const client = createLiveClient({
  url,
  sampleRate: clip.sampleRate,
  ...(models.length > 0 && { models }),
  onPrediction: ({ model, startSec, endSec, event, notJudged }) => {
    judged++;
    if (event) console.log(`${model}: ${event.label} ${event.kind}s at ${startSec.toFixed(2)} s`);
    if (notJudged) console.log(`${model}: ${startSec.toFixed(2)}–${endSec.toFixed(2)} s not judged, ${notJudged}`);
  },
  onError: ({ message }) => console.error(message),
});
const { audioSec, predictions, dropped } = await streamClip(client, clip);
console.log(`${audioSec.toFixed(2)} s heard, ${judged} of ${predictions} predictions received, ${dropped} dropped`);
client.close();
