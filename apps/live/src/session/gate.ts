import type { AudioChunk, FrameWindow } from "../core/types.js";
import { createVoiceActivity, type VoiceActivityOptions } from "../core/voiceActivity.js";

/** Remembers when somebody may have been speaking, and judges windows by it. */
export interface Gate {
  hear(chunk: AudioChunk): void;
  /** Whether somebody was heard in the window's last half. */
  passes(window: FrameWindow): boolean;
}

/** The voice gate of a session: it listens to the audio once and judges the windows of all models. */
export function createGate(options: VoiceActivityOptions): Gate {
  const activity = createVoiceActivity(options);
  let openUntilSec = Number.NEGATIVE_INFINITY;
  return {
    hear({ startSec, samples, sampleRate }) {
      if (activity.process(samples, sampleRate)) openUntilSec = startSec + samples.length / sampleRate;
    },
    passes: ({ startSec, endSec }) => openUntilSec > (startSec + endSec) / 2,
  };
}
