/** Decoding, finding a face, following its mouth: pictures a second on the videos that are named, and their offsets. */
import { yunetDetector } from "../src/faces/index.js";
import { loadOpenCv } from "../src/index.js";
import { analyseTalkingVideo } from "../src/node/index.js";

const [weights, ...videos] = process.argv.slice(2);
if (!weights || videos.length === 0) throw new Error("Usage: bench/video.ts YUNET.onnx VIDEO…");
await loadOpenCv();
const detector = await yunetDetector(weights);
for (const video of videos) {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const { frames, offset } = await analyseTalkingVideo(video, { detector });
  const { user, system } = process.cpuUsage(before);
  const perSec = (seconds: number): string => (frames / seconds).toFixed(0);
  const wall = perSec((performance.now() - started) / 1000);
  console.log(
    `${video}: ${frames} pictures, ${wall}/s, ${perSec((user + system) / 1e6)} a second of own CPU, offset ${offset?.offsetFrames.toFixed(2)}`,
  );
}
detector.dispose();
