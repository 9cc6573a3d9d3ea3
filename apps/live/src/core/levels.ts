/** Remembers how loud a stream was, so that any stretch of it can be measured afterwards. */
export interface Levels {
  /** Takes the next samples; the rate stays that of the first. */
  process(samples: Float32Array, sampleRate: number): void;
  /**
   * Level of the loud parts of a stretch, dB below full scale.
   *
   * @param startSec, endSec rounded down to 10 ms; what was not heard counts as silence
   */
  levelDb(startSec: number, endSec: number): number;
}

const silence = -120;
const blocksPerSec = 100;
const blocksPerFrame = 3;
const block = (sec: number): number => Math.floor(sec * blocksPerSec + 1e-6);

/**
 * Level of the loud parts (the 95th percentile of the power of 30 ms frames) of stretches of a stream, the measure that `earshot train` takes of
 * its recordings. Powers of 10 ms are kept, so that what is asked does not depend on how the stream was cut into chunks.
 *
 * @param keepSec how far back stretches may begin, beyond the chunk heard last, s
 */
export function createLevels(keepSec: number): Levels {
  let powers: number[] = [];
  /** Number of the first block kept, and the one that is being heard with its sum and its end in samples. */
  let first = 0;
  let current = 0;
  let sum = 0;
  let heard = 0;
  let rate = 0;
  let endOfBlock = 0;

  const power = (b: number): number => {
    if (b < current) return powers[b - first] ?? 0;
    return b === current && rate > 0 ? (sum * blocksPerSec) / rate : 0;
  };
  return {
    process(samples, sampleRate) {
      if (rate === 0) {
        rate = sampleRate;
        endOfBlock = Math.round(rate / blocksPerSec);
      }
      for (let i = 0; i < samples.length; i++) {
        sum += samples[i] * samples[i];
        heard++;
        if (heard < endOfBlock) continue;
        powers.push((sum * blocksPerSec) / rate);
        sum = 0;
        current++;
        endOfBlock = Math.round(((current + 1) * rate) / blocksPerSec);
      }
      const oldest = current - block(samples.length / rate + keepSec);
      // Cut in large pieces: shifting at every chunk would copy what is kept each time.
      if (oldest - first > powers.length / 2) {
        powers = powers.slice(oldest - first);
        first = oldest;
      }
    },
    levelDb(startSec, endSec) {
      const from = block(startSec);
      const to = Math.max(from + 1, block(endSec));
      const frames: number[] = [];
      for (let b = from; b < to; b += blocksPerFrame) {
        const end = Math.min(to, b + blocksPerFrame);
        let total = 0;
        for (let k = b; k < end; k++) total += power(k);
        frames.push(total / (end - b));
      }
      frames.sort((a, b) => a - b);
      const loud = frames[Math.floor(0.95 * (frames.length - 1))];
      return Math.max(silence, 10 * Math.log10(loud + 1e-30));
    },
  };
}
