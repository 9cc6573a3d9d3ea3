import type { FaceLandmarks } from "../faces/types.js";
import type { Image, Point } from "../images/image.js";
import { mouthMotion, mouthOpening, mouthPatch } from "./mouth.js";

/** Numbers of the mouth, a picture each; NaN where no face is seen. */
export interface MouthCurves {
  opening: number[];
  motion: number[];
}

/** Follows a mouth through pictures in order. */
export interface MouthTrack {
  /** @param landmarks of the face that is followed; undefined where it is not seen */
  process(gray: Image, landmarks: FaceLandmarks | undefined, cut: boolean): void;
  /** What is known after the last picture. */
  flush(): MouthCurves;
}

/** Landmarks tremble from picture to picture: they are averaged over a Gaussian of this deviation. */
const SMOOTH_SEC = 0.12;

interface Waiting {
  gray: Image;
  landmarks: FaceLandmarks | undefined;
}

/** Holds as many pictures as the average of landmarks looks ahead, and no more. */
export function createMouthTrack({ fps }: { fps: number }): MouthTrack {
  const deviation = SMOOTH_SEC * fps;
  const reach = Math.max(1, Math.ceil(2 * deviation));
  const opening: number[] = [];
  const motion: number[] = [];
  /** Pictures of this shot: those done whose landmarks still count, then those that wait. */
  let shot: Waiting[] = [];
  let done = 0;
  let before: Float32Array | undefined;

  function measure(): void {
    const { gray } = shot[done];
    const landmarks = average(shot, done, deviation, reach);
    const patch = landmarks && mouthPatch(gray, landmarks);
    opening.push(patch ? mouthOpening(patch) : Number.NaN);
    motion.push(patch && before ? mouthMotion(before, patch) : Number.NaN);
    before = patch;
    done++;
    if (done > reach) {
      shot.shift();
      done--;
    }
  }
  function finishShot(): void {
    while (done < shot.length) measure();
    shot = [];
    done = 0;
    before = undefined;
  }
  return {
    process(gray, landmarks, cut) {
      if (cut) finishShot();
      shot.push({ gray, landmarks });
      if (shot.length - done > reach) measure();
    },
    flush() {
      finishShot();
      return { opening, motion };
    },
  };
}

/** Landmarks around a picture, those nearby counting most; undefined where the face is missing in it and its neighbours. */
function average(shot: readonly Waiting[], at: number, deviation: number, reach: number): FaceLandmarks | undefined {
  const [first, last] = [Math.max(0, at - reach), Math.min(shot.length - 1, at + reach)];
  const sums = new Map<keyof FaceLandmarks, Point>();
  let total = 0;
  let nearest = Infinity;
  for (let i = first; i <= last; i++) {
    const { landmarks } = shot[i];
    if (!landmarks) continue;
    const weight = Math.exp(-(((i - at) / deviation) ** 2) / 2);
    total += weight;
    nearest = Math.min(nearest, Math.abs(i - at));
    for (const [name, { x, y }] of Object.entries(landmarks) as [keyof FaceLandmarks, Point][]) {
      const sum = sums.get(name) ?? { x: 0, y: 0 };
      sums.set(name, { x: sum.x + weight * x, y: sum.y + weight * y });
    }
  }
  if (nearest > Math.max(1, reach / 3)) return undefined;
  const entries = [...sums].map(([name, { x, y }]) => [name, { x: x / total, y: y / total }] as const);
  return Object.fromEntries(entries) as unknown as FaceLandmarks;
}
