import { createFeatureStream } from "@earshot/dsp";

/** Loudness of speech over time. */
export interface SoundLevel {
  /** Decibels of 1,000 to 2,500 Hz, where an opening mouth is heard; at least 45 below the loudest. */
  readonly db: Float32Array;
  /** Between two values. */
  readonly hopSec: number;
}

/** Measures sound that comes in chunks. */
export interface SoundLevelStream {
  process(samples: Float32Array): void;
  /** @returns levels from time 0 on; undefined if there was no sound, or nothing but silence */
  flush(): SoundLevel | undefined;
}

/** Second formants: they rise and fall with the opening of the mouth, while hum and breath lie elsewhere. */
const BAND = [1000, 2500] as const;
const FLOOR_DB = 45;
const HOP_SEC = 0.01;

/** @param options.sampleRate Hz, at least 6,000 */
export function createSoundLevel({ sampleRate }: { sampleRate: number }): SoundLevelStream {
  if (!(sampleRate >= 6000))
    throw new RangeError(`createSoundLevel: sampleRate must be at least 6000, got ${sampleRate}.`);
  const hopLength = Math.round(HOP_SEC * sampleRate);
  const nFft = 2 ** Math.round(Math.log2(0.032 * sampleRate));
  const stream = createFeatureStream({ kind: "spectrogram", sampleRate, nFft, hopLength, power: 2, center: true });
  const [first, last] = BAND.map((hz) => Math.round((hz * nFft) / sampleRate));
  const levels: number[] = [];
  const add = ({ data, rows, cols }: { data: Float32Array; rows: number; cols: number }): void => {
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let k = first; k < last; k++) sum += data[r * cols + k];
      levels.push(10 * Math.log10(sum + 1e-9));
    }
  };
  return {
    process: (samples) => add(stream.process(samples)),
    flush() {
      if (levels.length === 0) return undefined;
      add(stream.flush());
      let [loudest, softest] = [-Infinity, Infinity];
      for (const level of levels) [loudest, softest] = [Math.max(loudest, level), Math.min(softest, level)];
      if (loudest - softest < 1) return undefined;
      const db = Float32Array.from(levels, (level) => Math.max(level, loudest - FLOOR_DB));
      return { db, hopSec: hopLength / sampleRate };
    },
  };
}

/** Levels at the times of pictures: steady before and after the sound. */
export function levelAt({ db, hopSec }: SoundLevel, times: readonly number[]): Float32Array {
  return Float32Array.from(times, (timeSec) => {
    const at = Math.min(db.length - 1, Math.max(0, timeSec / hopSec));
    const i = Math.min(db.length - 2, Math.floor(at));
    return i < 0 ? db[0] : db[i] + (at - i) * (db[i + 1] - db[i]);
  });
}
