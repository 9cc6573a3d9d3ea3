import { requireFinite, requirePositive } from "../core/check.js";
import { createSosRunner, packSos, type Sos } from "./sos.js";

/** Options of {@link loudness} and {@link loudnessMeter}. */
export interface LoudnessOptions {
  /** Hz, ≥ 4000: the weighting has a shelf at 1.7 kHz. */
  sampleRate: number;
}

/** Loudness of a recording as broadcasters measure it (ITU-R BS.1770). */
export interface Loudness {
  /** Gated loudness of the whole programme, LUFS; −∞ when no block of 0.4 s is louder than −70 LUFS. */
  integrated: number;
  /** LUFS over 0.4 s, one value each 0.1 s, the first at 0.4 s. */
  momentary: Float32Array;
  /** LUFS over 3 s, one value each 0.1 s, the first at 3 s. */
  shortTerm: Float32Array;
  /** Loudness range in LU: between the 10th and 95th percentile of the gated short-term values; 0 below 3 s. */
  range: number;
}

/**
 * Loudness as broadcasters measure it.
 *
 * @param samples mono audio, or one array a channel (left, right, centre; two more count +1.5 dB as surround); not modified
 * @returns LUFS over the programme, over 0.4 s and over 3 s; a full-scale 997 Hz tone in one channel has −3.01
 * @throws RangeError if the sample rate is below 4000, channels differ in length, or a sample is NaN or ±∞
 * @see loudnessMeter for chunks
 * Source: ITU-R BS.1770-5 and EBU Tech 3342; weighting recomputed for any sample rate from its analogue poles.
 */
export function loudness(samples: Float32Array | readonly Float32Array[], options: LoudnessOptions): Loudness {
  const channels = samples instanceof Float32Array ? [samples] : samples;
  const meter = loudnessMeter({ ...options, channels: channels.length });
  const { momentary, shortTerm } = meter.process(channels);
  return { integrated: meter.integrated(), momentary, shortTerm, range: meter.range() };
}

/** Loudness chunk by chunk. */
export interface LoudnessMeter {
  /** Values that became complete with this chunk (one array a channel, or the mono samples). */
  process(chunk: Float32Array | readonly Float32Array[]): { momentary: Float32Array; shortTerm: Float32Array };
  /** Gated loudness of everything so far, LUFS. */
  integrated(): number;
  /** Loudness range of everything so far, LU. */
  range(): number;
  /** Nothing is held back: an unfinished 0.1 s has no value. */
  flush(): { momentary: Float32Array; shortTerm: Float32Array };
  reset(): void;
}

/**
 * Streaming twin of {@link loudness}: chunks of any length; keeps 8 bytes for each 0.1 s heard.
 *
 * @param options.channels 1 (default) to 5
 */
export function loudnessMeter({ sampleRate, channels = 1 }: LoudnessOptions & { channels?: number }): LoudnessMeter {
  requirePositive("loudness", "sampleRate", sampleRate);
  if (sampleRate < 4000) throw new RangeError(`loudness: sampleRate must be at least 4000, got ${sampleRate}.`);
  if (!(Number.isInteger(channels) && channels >= 1 && channels <= 5)) {
    throw new RangeError(`loudness: channels must be 1 to 5, got ${channels}.`);
  }
  const packed = packSos("loudness", kWeighting(sampleRate));
  const runners = Array.from({ length: channels }, () => createSosRunner(packed));
  const scratch = new Float64Array(512);
  let tenths = new Float64Array(256); // mean square of each finished 0.1 s
  let done = 0;
  let energy = 0;
  let heard = 0;

  const edge = (i: number): number => Math.round((i * sampleRate) / 10);
  const finish = (): void => {
    if (done === tenths.length) {
      const longer = new Float64Array(2 * done);
      longer.set(tenths);
      tenths = longer;
    }
    tenths[done] = energy / (edge(done + 1) - edge(done));
    done++;
    energy = 0;
  };
  const over = (count: number, from: number): Float32Array => {
    const first = Math.max(from, count - 1);
    return Float32Array.from({ length: Math.max(0, done - first) }, (_, i) => lufs(meanOf(tenths, first + i, count)));
  };

  return {
    process(chunk) {
      const parts = chunk instanceof Float32Array ? [chunk] : chunk;
      if (parts.length !== channels)
        throw new RangeError(`loudness: expected ${channels} channels, got ${parts.length}.`);
      const length = parts[0].length;
      for (const part of parts) {
        requireFinite("loudness", "samples", part);
        if (part.length !== length) {
          throw new RangeError(`loudness: channels must be equally long, got ${length} and ${part.length}.`);
        }
      }
      const before = done;
      for (let at = 0; at < length; ) {
        const count = Math.min(scratch.length, length - at, edge(done + 1) - heard);
        for (let c = 0; c < channels; c++) {
          runners[c].run(parts[c].subarray(at, at + count), scratch);
          const weight = c < 3 ? 1 : 1.41;
          for (let i = 0; i < count; i++) energy += weight * scratch[i] * scratch[i];
        }
        at += count;
        heard += count;
        if (heard === edge(done + 1)) finish();
      }
      return { momentary: over(4, before), shortTerm: over(30, before) };
    },
    integrated: () => lufs(gatedMean(windows(tenths, done, 4), -10)),
    range() {
      const blocks = windows(tenths, done, 30);
      const gate = Math.max(absoluteGate, gatedMean(blocks, Number.NEGATIVE_INFINITY) * 10 ** -2);
      const kept = blocks.filter((v) => v >= gate).sort();
      if (kept.length === 0) return 0;
      const at = (share: number): number => lufs(kept[Math.round((kept.length - 1) * share)]);
      return at(0.95) - at(0.1);
    },
    flush: () => ({ momentary: new Float32Array(0), shortTerm: new Float32Array(0) }),
    reset() {
      for (const runner of runners) runner.state.fill(0);
      done = 0;
      energy = 0;
      heard = 0;
    },
  };
}

const lufs = (meanSquare: number): number => -0.691 + 10 * Math.log10(meanSquare);
const absoluteGate = 10 ** ((-70 + 0.691) / 10);

/** Mean of `count` tenths, the last at index `last`. */
function meanOf(tenths: Float64Array, last: number, count: number): number {
  let sum = 0;
  for (let i = last - count + 1; i <= last; i++) sum += tenths[i];
  return sum / count;
}

const windows = (tenths: Float64Array, done: number, count: number): Float64Array =>
  Float64Array.from({ length: Math.max(0, done - count + 1) }, (_, i) => meanOf(tenths, i + count - 1, count));

/** Mean of the blocks above −70 LUFS and above `relativeDb` of their own mean: two gates, both "louder than". */
function gatedMean(blocks: Float64Array, relativeDb: number): number {
  const mean = (gate: number): number => {
    let sum = 0;
    let count = 0;
    for (const v of blocks) {
      if (v > gate) {
        sum += v;
        count++;
      }
    }
    return count === 0 ? 0 : sum / count;
  };
  return mean(Math.max(absoluteGate, mean(absoluteGate) * 10 ** (relativeDb / 10)));
}

/** The standard's shelf and high-pass, from the analogue values behind its 48 kHz coefficients. */
function kWeighting(sampleRate: number): Sos {
  const shelfK = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const shelfQ = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + shelfK / shelfQ + shelfK ** 2;
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const c0 = 1 + k / q + k ** 2;
  return [
    [
      (high + (band * shelfK) / shelfQ + shelfK ** 2) / a0,
      (2 * (shelfK ** 2 - high)) / a0,
      (high - (band * shelfK) / shelfQ + shelfK ** 2) / a0,
      1,
      (2 * (shelfK ** 2 - 1)) / a0,
      (1 - shelfK / shelfQ + shelfK ** 2) / a0,
    ],
    [1, -2, 1, 1, (2 * (k ** 2 - 1)) / c0, (1 - k / q + k ** 2) / c0],
  ];
}
