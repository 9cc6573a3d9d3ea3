import { extractFeatures, mixAtSnr } from "@earshot/dsp";
import type { createRandom } from "@earshot/models";

/** Hz: what telephones carry is enough for digits. */
export const soundRate = 8000;
/** Seconds of sound that are looked at. */
const LENGTH_SEC = 1;

const config = {
  kind: "logMel",
  sampleRate: soundRate,
  nFft: 256,
  hopLength: 200,
  nMels: 32,
  fMin: 60,
  fMax: 4000,
  topDb: null,
  amin: 1e-8,
} as const;

/** Frames and bands of a sound's features. */
export const soundShape = [1 + Math.floor((LENGTH_SEC * soundRate) / config.hopLength), config.nMels] as const;

type Random = ReturnType<typeof createRandom>;

/** A voice in the middle of a second of noise, as it comes from a random place of a random recording. */
export function inNoise(
  samples: Float32Array,
  noises: readonly Float32Array[],
  snrDb: number,
  random: Random,
): Float32Array {
  const noise = noises[random.below(noises.length)];
  return mixAtSnr(toLength(samples), noise, { snrDb, offset: random.below(noise.length) });
}

/** The middle of a recording, silence around what is shorter. */
function toLength(samples: Float32Array): Float32Array {
  const length = LENGTH_SEC * soundRate;
  const out = new Float32Array(length);
  const from = Math.max(0, (samples.length - length) >> 1);
  out.set(samples.subarray(from, from + length), Math.max(0, (length - samples.length) >> 1));
  return out;
}

/** Log-mel features of a sound of any length: frames × bands. */
export const soundFeatures = (samples: Float32Array): Float32Array =>
  Float32Array.from(extractFeatures(toLength(samples), config).data);
