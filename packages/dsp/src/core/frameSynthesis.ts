import { createFrameKernel, type FrameKernel } from "../kernels/frameKernel.js";
import { frameWindow, type ResolvedStft } from "./analysis.js";
import { overlapGain } from "./overlapGain.js";
import { createPlainFrames } from "./plainFrames.js";

/** Frames that wait in a kernel become samples. */
export interface FrameSynthesis {
  kernel: FrameKernel;
  hopLength: number;
  /**
   * Adds what waits, in fours until the `last`, and hands over the samples that this completes: those from `from` to before `to` of `values`, which
   * change with the next call. Returns how many frames wait still; `frames` is how many there were altogether.
   */
  write(
    waiting: number,
    frames: number,
    last: boolean,
    emit: (values: Float32Array, from: number, to: number) => void,
  ): number;
  reset(): void;
}

/** Centred frames lose the half frame of padding before the signal. */
export function createFrameSynthesis(stft: ResolvedStft): FrameSynthesis {
  const { nFft, hopLength, center } = stft;
  const gain = overlapGain(frameWindow(stft), hopLength);
  const kernel = createFrameKernel(stft, gain.steady) ?? createPlainFrames(stft, gain.steady);
  const skip = center ? Math.floor(nFft / 2) : 0;
  let position = 0;
  return {
    kernel,
    hopLength,
    write(waiting, frames, last, emit) {
      const count = last ? waiting : waiting - (waiting % 4);
      if (count === 0 && !last) return waiting;
      const ready = kernel.add(count, last);
      gain.mend(kernel.sum, position, ready, last ? frames : Number.POSITIVE_INFINITY);
      const from = Math.min(ready, Math.max(0, skip - position));
      if (ready > from) emit(kernel.sum, from, ready);
      position += ready;
      return waiting - count;
    },
    reset() {
      kernel.reset();
      position = 0;
    },
  };
}
