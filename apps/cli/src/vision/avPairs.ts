import { createRandom, type Matrix, type Tensor } from "@earshot/models";
import { type EnergyFilter, keepEnergy } from "@earshot/vision/av";
import type { AvCorpus, Spoken, Written } from "./avCorpus.js";
import { inNoise, soundFeatures, soundShape } from "./avFeatures.js";
import type { AvRecipe } from "./avSchema.js";

/** Digits that are seen and heard, a row of both tensors each. */
export interface AvPairs {
  image: Tensor;
  sound: Tensor;
  labels: string[];
}

const SIDE = 28;

/** Bytes of pictures as a matrix, in [0, 1]. */
export function toMatrix(pictures: readonly Uint8Array[]): Matrix {
  const data = new Float32Array(pictures.length * SIDE * SIDE);
  for (const [i, pixels] of pictures.entries())
    for (let j = 0; j < pixels.length; j++) data[i * SIDE * SIDE + j] = pixels[j] / 255;
  return { data, rows: pictures.length, cols: SIDE * SIDE };
}

/** Pictures whose energy is taken, as a network takes them. */
export function toImages(pictures: readonly Uint8Array[], filter: EnergyFilter): Tensor {
  const { data, rows } = keepEnergy(toMatrix(pictures), filter);
  return { data: data as Float32Array, shape: [rows, SIDE, SIDE, 1] };
}

export const toSounds = (features: readonly Float32Array[]): Tensor => {
  const size = soundShape[0] * soundShape[1];
  const data = new Float32Array(features.length * size);
  for (const [i, one] of features.entries()) data.set(one, i * size);
  return { data, shape: [features.length, ...soundShape, 1] };
};

/** Each recording several times, every time in other noise and with another written digit of its label. */
export function trainingPairs(
  spoken: readonly Spoken[],
  written: readonly Written[],
  noises: AvCorpus["noises"]["train"],
  filter: EnergyFilter,
  { copies, snrDb, seed }: AvRecipe,
): AvPairs {
  const random = createRandom(seed, 11);
  return pairsOf(spoken, written, filter, random, copies, (samples) =>
    inNoise(samples, noises, snrDb - 3 + 12 * random.next(), random),
  );
}

/** Each recording with several written digits, in noise of the level that is judged. */
export function judgedPairs(
  spoken: readonly Spoken[],
  written: readonly Written[],
  noises: AvCorpus["noises"]["test"],
  filter: EnergyFilter,
  { pairs, snrDb, seed }: AvRecipe,
): AvPairs {
  const random = createRandom(seed, 12);
  return pairsOf(spoken, written, filter, random, pairs, (samples) => inNoise(samples, noises, snrDb, random));
}

function pairsOf(
  spoken: readonly Spoken[],
  written: readonly Written[],
  filter: EnergyFilter,
  random: ReturnType<typeof createRandom>,
  times: number,
  noisy: (samples: Float32Array) => Float32Array,
): AvPairs {
  const byLabel = new Map<string, Uint8Array[]>();
  for (const { label, pixels } of written) {
    const own = byLabel.get(label);
    if (own) own.push(pixels);
    else byLabel.set(label, [pixels]);
  }
  const pictures: Uint8Array[] = [];
  const features: Float32Array[] = [];
  const labels: string[] = [];
  for (const { label, samples } of spoken) {
    const own = byLabel.get(label);
    if (!own) continue;
    for (let k = 0; k < times; k++) {
      pictures.push(own[random.below(own.length)]);
      features.push(soundFeatures(noisy(samples)));
      labels.push(label);
    }
  }
  return { image: toImages(pictures, filter), sound: toSounds(features), labels };
}
