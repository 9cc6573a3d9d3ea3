export {
  createTalkAnalyser,
  type SeenFrame,
  type TalkAnalyser,
  type TalkAnalyserOptions,
  type TalkReport,
} from "./analyseTalk.js";
export { createFaceTrack, type FaceTrack } from "./faceTrack.js";
export { mouthMotion, mouthOpening, mouthPatch } from "./mouth.js";
export { createMouthTrack, type MouthCurves, type MouthTrack } from "./mouthCurves.js";
export { type AudioVisualOffset, audioVisualOffset, type OffsetOptions, type TalkCurves } from "./offset.js";
export { createShotCuts, type PictureChange, type ShotCutOptions, type ShotCuts } from "./shotCuts.js";
export { createSoundLevel, levelAt, type SoundLevel, type SoundLevelStream } from "./soundLevel.js";
export type { VideoFrame } from "./types.js";
