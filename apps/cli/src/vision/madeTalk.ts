import { type AudioClip, syntheticSpeech } from "@earshot/datasets";
import { createRandom } from "@earshot/models";
import { createImage, gaussianBlur, type Image } from "@earshot/vision";
import type { Face, FaceDetector, FaceLandmarks } from "@earshot/vision/faces";
import type { VideoFrame } from "@earshot/vision/video";

/** A drawn face whose mouth opens with a made-up voice. */
export interface MadeTalk {
  fps: number;
  frames: VideoFrame[];
  sound: AudioClip;
  /** Knows where the face was drawn. */
  detector: FaceDetector;
}

const FPS = 25;
const RATE = 16_000;
const [WIDTH, HEIGHT] = [160, 128];

/** Somebody says digits, with pauses; the head sways, and the mouth is as open as the voice is loud. */
export async function madeTalk({ seconds, seed }: { seconds: number; seed: number }): Promise<MadeTalk> {
  const random = createRandom(seed, 5);
  const samples = await digitsWithPauses(seconds, seed, random);
  const count = Math.round(seconds * FPS);
  const faces: Face[] = [];
  const frames: VideoFrame[] = [];
  const phase = 6 * random.next();
  for (let index = 0; index < count; index++) {
    const middle = { x: WIDTH / 2 + 5 * Math.sin(index / 20 + phase), y: 58 + 3 * Math.sin(index / 13 + phase) };
    const open = opening(samples, index / FPS);
    frames.push({ index, timeSec: index / FPS, image: drawFace(middle, open, random) });
    faces.push({ x: middle.x - 30, y: middle.y - 38, width: 60, height: 82, score: 1, landmarks: landmarksAt(middle) });
  }
  let next = 0;
  const detector: FaceDetector = {
    kind: "yunet",
    detect: async () => [faces[next++ % count]],
    dispose: () => {},
  };
  return { fps: FPS, frames, sound: { samples, sampleRate: RATE }, detector };
}

async function digitsWithPauses(
  seconds: number,
  seed: number,
  random: ReturnType<typeof createRandom>,
): Promise<Float32Array> {
  const { items } = syntheticSpeech({ label: "digit", speakers: 1, takes: 3, seed, sampleRate: RATE });
  const out = new Float32Array(Math.round(seconds * RATE));
  for (let at = Math.round(0.3 * RATE); at < out.length; at += Math.round((0.08 + 0.25 * random.next()) * RATE)) {
    const { samples } = await items[random.below(items.length)].load();
    out.set(samples.subarray(0, Math.max(0, out.length - at)), at);
    at += samples.length;
  }
  return out;
}

/** Root of the loudness around a moment, in [0, 1]. */
function opening(samples: Float32Array, timeSec: number): number {
  const [from, to] = [timeSec - 0.03, timeSec + 0.03].map((t) => Math.max(0, Math.round(t * RATE)));
  let sum = 0;
  for (let i = from; i < Math.min(to, samples.length); i++) sum += samples[i] ** 2;
  return Math.min(1, (Math.sqrt(sum / Math.max(1, to - from)) * 6) ** 0.7);
}

function landmarksAt({ x, y }: { x: number; y: number }): FaceLandmarks {
  return {
    leftEye: { x: x - 13, y: y - 10 },
    rightEye: { x: x + 13, y: y - 10 },
    nose: { x, y: y + 5 },
    leftMouth: { x: x - 11, y: y + 20 },
    rightMouth: { x: x + 11, y: y + 20 },
  };
}

function drawFace(middle: { x: number; y: number }, open: number, random: ReturnType<typeof createRandom>): Image {
  const image = createImage(WIDTH, HEIGHT, 3, [70, 110, 160]);
  const ellipse = (dx: number, dy: number, rx: number, ry: number, color: readonly number[]): void => {
    const [cx, cy] = [middle.x + dx, middle.y + dy];
    for (let y = Math.max(0, Math.floor(cy - ry)); y < Math.min(HEIGHT, cy + ry + 1); y++) {
      for (let x = Math.max(0, Math.floor(cx - rx)); x < Math.min(WIDTH, cx + rx + 1); x++) {
        if (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1) image.data.set(color, 3 * (y * WIDTH + x));
      }
    }
  };
  ellipse(0, 0, 30, 41, [205, 165, 140]);
  for (const side of [-13, 13]) ellipse(side, -10, 4, 2.5, [40, 40, 60]);
  ellipse(0, 4, 3, 6, [190, 145, 125]);
  ellipse(0, 20, 11, 2.5 + 4 * open, [170, 95, 95]);
  ellipse(0, 20, 9, 0.5 + 4 * open, [45, 20, 25]);
  const soft = gaussianBlur(image, { sigma: 0.8 });
  for (let i = 0; i < soft.data.length; i++)
    soft.data[i] = Math.min(255, Math.max(0, soft.data[i] + 2.5 * random.normal()));
  return soft;
}
