import type { MonoTypeOperatorFunction } from "rxjs";
import type { AudioChunk } from "../core/types.js";
import { createVoiceActivity, type VoiceActivityOptions } from "../core/voiceActivity.js";
import { processWith } from "./processWith.js";

/** Options of {@link voiceGate}. */
export interface VoiceGateOptions extends VoiceActivityOptions {
  /** Told of each piece that was held back. */
  onGated?: (chunk: AudioChunk) => void;
}

/** Lets audio through only while somebody may be speaking; what passes keeps its time. See {@link createVoiceActivity}. */
export function voiceGate<T extends AudioChunk>(options: VoiceGateOptions = {}): MonoTypeOperatorFunction<T> {
  return processWith(() => {
    const activity = createVoiceActivity(options);
    return {
      process(chunk: T) {
        if (activity.process(chunk.samples, chunk.sampleRate)) return [chunk];
        options.onGated?.(chunk);
        return [];
      },
    };
  });
}
