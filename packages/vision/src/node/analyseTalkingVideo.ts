import {
  createTalkAnalyser,
  type TalkAnalyser,
  type TalkAnalyserOptions,
  type TalkReport,
} from "../video/analyseTalk.js";
import { type ReadVideoOptions, readVideo } from "./readVideo.js";

/** Options of {@link analyseTalkingVideo}. */
export interface AnalyseTalkingVideoOptions
  extends Omit<TalkAnalyserOptions, "fps" | "sampleRate">,
    Pick<ReadVideoOptions, "fps" | "maxSide" | "mostSec" | "sampleRate" | "signal" | "name" | "command"> {
  /** Called after each picture. */
  onFrame?: (frames: number, timeSec: number) => void;
}

/**
 * Looks at a video file of somebody who talks: see `createTalkAnalyser`.
 *
 * @throws what `readVideo` throws
 */
export async function analyseTalkingVideo(path: string, options: AnalyseTalkingVideoOptions = {}): Promise<TalkReport> {
  const { onFrame, sampleRate = 16_000, detector, maxOffsetSec, strip, stripWidth, ...read } = options;
  let analyser: TalkAnalyser | undefined;
  const video = readVideo(path, {
    ...read,
    sampleRate,
    onFacts: ({ fps }) => {
      analyser = createTalkAnalyser({
        fps,
        sampleRate,
        ...(detector && { detector }),
        ...(maxOffsetSec !== undefined && { maxOffsetSec }),
        ...(strip !== undefined && { strip }),
        ...(stripWidth !== undefined && { stripWidth }),
      });
    },
    onSound: (samples) => analyser?.sound(samples),
  });
  for await (const frame of video) {
    await analyser?.frame(frame);
    onFrame?.(frame.index + 1, frame.timeSec);
  }
  return (analyser as TalkAnalyser).finish();
}
