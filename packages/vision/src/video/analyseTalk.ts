import type { Face, FaceDetector } from "../faces/types.js";
import { toGray } from "../images/color.js";
import { resize } from "../images/geometry.js";
import { type Image, type Rectangle, requireRange, requireWhole } from "../images/image.js";
import { createFaceTrack } from "./faceTrack.js";
import { createMouthTrack } from "./mouthCurves.js";
import { type AudioVisualOffset, audioVisualOffset } from "./offset.js";
import { createShotCuts } from "./shotCuts.js";
import { createSoundLevel, levelAt, type SoundLevel } from "./soundLevel.js";
import type { VideoFrame } from "./types.js";

/** Options of {@link createTalkAnalyser}. */
export interface TalkAnalyserOptions {
  /** Finds faces with landmarks (`yunetDetector`); without one, cuts and sound alone are looked at. */
  detector?: FaceDetector;
  /** Pictures a second. */
  fps: number;
  /** Hz of the sound, at least 6,000. */
  sampleRate: number;
  /** Offsets that are tried, on both sides (default 0.8). */
  maxOffsetSec?: number;
  /** Pictures that are kept, evenly over the video (default 12), and their width in pixels (default 160). */
  strip?: number;
  stripWidth?: number;
}

/** A picture that was kept, made small. */
export interface SeenFrame {
  timeSec: number;
  image: Image;
  /** The followed face, in the small picture's pixels. */
  face?: Rectangle;
}

/** What was seen and heard. */
export interface TalkReport {
  fps: number;
  frames: number;
  /** How much each picture differs from the one before, in [0, 1]. */
  changes: Float32Array;
  /** When new shots begin. */
  cutsSec: number[];
  /** The followed face of each picture. */
  faces: (Face | undefined)[];
  /** A value a picture each; NaN where no face is seen. */
  opening: Float32Array;
  motion: Float32Array;
  /** Decibels of the band of speech at each picture; undefined without sound. */
  level?: Float32Array;
  /** Undefined without sound, without a face for a second, or where nothing moves. */
  offset?: AudioVisualOffset;
  strip: SeenFrame[];
}

/** Takes pictures and sound in any order between each other; memory does not grow with pictures, but for a few numbers each. */
export interface TalkAnalyser {
  frame(frame: VideoFrame): Promise<void>;
  sound(samples: Float32Array): void;
  finish(): TalkReport;
}

/**
 * Looks at a video of somebody who talks: shots, the face that is followed, how its mouth opens, and how far the sound is off.
 *
 * @throws RangeError if an option is out of range
 */
export function createTalkAnalyser(options: TalkAnalyserOptions): TalkAnalyser {
  const { detector, fps, sampleRate, maxOffsetSec = 0.8, strip = 12, stripWidth = 160 } = options;
  const fn = "createTalkAnalyser";
  requireRange(fn, "fps", fps, 1, 1000);
  requireRange(fn, "maxOffsetSec", maxOffsetSec, 0.04, 60);
  requireWhole(fn, "strip", strip, 1, 100);
  requireWhole(fn, "stripWidth", stripWidth, 16, 4096);
  const cuts = createShotCuts();
  const track = createFaceTrack({ patience: Math.round(fps / 2) });
  const mouth = createMouthTrack({ fps });
  const sound = createSoundLevel({ sampleRate });
  const seen: { changes: number[]; cutsSec: number[]; faces: (Face | undefined)[] } = {
    changes: [],
    cutsSec: [],
    faces: [],
  };
  const kept = createStrip(strip, stripWidth);
  return {
    async frame({ image, timeSec }) {
      const { change, cut } = cuts.process(image);
      const face = detector && track.process(await detector.detect(image), cut);
      mouth.process(toGray(image), face?.landmarks, cut);
      seen.changes.push(change);
      if (cut) seen.cutsSec.push(timeSec);
      seen.faces.push(face);
      kept.add(image, timeSec, face);
    },
    sound: (samples) => sound.process(samples),
    finish() {
      const { opening, motion } = mouth.flush();
      const heard: SoundLevel | undefined = sound.flush();
      const times = opening.map((_, i) => i / fps);
      const level = heard && levelAt(heard, times);
      const offset = level && audioVisualOffset({ opening, motion, level }, { fps, maxOffsetSec });
      return {
        fps,
        frames: opening.length,
        changes: Float32Array.from(seen.changes),
        cutsSec: seen.cutsSec,
        faces: seen.faces,
        opening: Float32Array.from(opening),
        motion: Float32Array.from(motion),
        ...(level && { level }),
        ...(offset && { offset }),
        strip: kept.even(),
      };
    },
  };
}

/** Pictures evenly over a video whose length shows only at its end: every second one goes whenever there are twice too many. */
function createStrip(count: number, width: number) {
  let every = 1;
  let index = 0;
  let frames: SeenFrame[] = [];
  return {
    add(image: Image, timeSec: number, face: Face | undefined): void {
      if (index++ % every !== 0) return;
      const scale = Math.min(1, width / image.width);
      const small = scale < 1 ? resize(image, { scale, interpolation: "area" }) : image;
      const box = face && {
        x: face.x * scale,
        y: face.y * scale,
        width: face.width * scale,
        height: face.height * scale,
      };
      frames.push({ timeSec, image: small, ...(box && { face: box }) });
      if (frames.length < 4 * count) return;
      frames = frames.filter((_, i) => i % 2 === 0);
      every *= 2;
    },
    even(): SeenFrame[] {
      const n = Math.min(count, frames.length);
      return Array.from({ length: n }, (_, k) => frames[Math.floor(((k + 0.5) * frames.length) / n)]);
    },
  };
}
