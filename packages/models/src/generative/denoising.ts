import { tf } from "@earshot/engine";
import type { Rng } from "../core/random.js";
import { type Denoiser, fromPatches, toPatches } from "./denoiser.js";

/** Deviation of the recordings' values, as the network's scaling assumes it. */
const own = 0.5;
/** Mean and deviation of the logarithm of the noise that training puts on recordings. */
const trainedNoise = { mean: -0.8, deviation: 1.3 };
/** Deviations of the noise between which sounds are drawn out of it. */
const range = { most: 40, least: 0.02 };
/** Bend of the steps between them: most are spent on little noise. */
const bend = 7;
/** Noise within which the class is pushed; with more of it there is nothing to push yet, with less no class to lose. */
const pushed = { most: 10, least: 0.15 };

/** How much of the noisy picture stays, how much of the network's answer is added, and what the network gets. */
function scales(sigma: number) {
  const total = Math.hypot(sigma, own);
  return { kept: own ** 2 / total ** 2, added: (sigma * own) / total, given: 1 / total };
}

/**
 * How far a denoiser is from the recordings under noise of random strength.
 *
 * @param x [n, frames, bands, 1]
 * @param codes class of each, −1 where the class is kept from the network
 * Source: Karras, Aittala, Aila & Laine 2022: preconditioning, weights and distribution of the noise.
 */
export function denoisingLoss(
  denoiser: Denoiser,
  x: tf.Tensor,
  shape: readonly [number, number],
  codes: readonly number[],
  rng: Rng,
): tf.Scalar {
  const clean = toPatches(x.dataSync() as Float32Array, shape);
  const size = shape[0] * shape[1];
  const noisy = new Float32Array(clean.length);
  const target = new Float32Array(clean.length);
  const levels: number[] = [];
  for (let i = 0; i < codes.length; i++) {
    const level = trainedNoise.mean + trainedNoise.deviation * rng.normal();
    levels.push(level);
    const sigma = Math.exp(level);
    const { kept, added, given } = scales(sigma);
    for (let k = i * size; k < (i + 1) * size; k++) {
      const value = clean[k] + sigma * rng.normal();
      noisy[k] = given * value;
      target[k] = (clean[k] - kept * value) / added;
    }
  }
  const said = denoiser.apply(noisy, levels, codes);
  return tf.mean(tf.square(tf.sub(said, tf.tensor2d(target, said.shape))));
}

export interface DrawOptions {
  /** Steps from noise to sound. */
  steps: number;
  /** How much further than the class says; 1 for no further. */
  guidance: number;
}

/**
 * Spectrograms out of noise: what the network takes for sound grows clearer step by step.
 *
 * @param noise one picture of normal deviates each, frames × bands
 * @returns frames × bands each, in [−1, 1]
 * Source: Lu et al. 2022, DPM-Solver++ of second order, deterministic; Ho & Salimans 2021 (guidance), within an interval as Kynkäänniemi et al. 2024.
 */
export function drawFromNoise(
  denoiser: Denoiser,
  noise: readonly Float32Array[],
  codes: readonly number[],
  shape: readonly [number, number],
  { steps, guidance }: DrawOptions,
): Float32Array[] {
  const size = shape[0] * shape[1];
  const n = noise.length;
  const x = new Float32Array(n * size);
  for (const [i, one] of noise.entries()) x.set(toPatches(one, shape), i * size);
  for (let k = 0; k < x.length; k++) x[k] *= range.most;
  const sigmas = Array.from({ length: steps }, (_, i) => {
    const [from, to] = [range.most ** (1 / bend), range.least ** (1 / bend)];
    return (from + (i / (steps - 1)) * (to - from)) ** bend;
  });
  let before: Float32Array | undefined;
  for (const [i, sigma] of sigmas.entries()) {
    const clear = denoise(denoiser, x, sigma, codes, guidance);
    const next = sigmas[i + 1];
    if (next === undefined) {
      x.set(clear);
      break;
    }
    const stride = Math.log(sigma / next);
    const share = before ? stride / (2 * Math.log(sigmas[i - 1] / sigma)) : 0;
    for (let k = 0; k < x.length; k++) {
      const target = before ? (1 + share) * clear[k] - share * before[k] : clear[k];
      x[k] = (next / sigma) * x[k] + (1 - next / sigma) * target;
    }
    before = clear;
  }
  return noise.map((_, i) =>
    fromPatches(x.subarray(i * size, (i + 1) * size), shape).map((v) => Math.min(1, Math.max(-1, v))),
  );
}

/** What the network takes for the sound below the noise. */
function denoise(
  denoiser: Denoiser,
  x: Float32Array,
  sigma: number,
  codes: readonly number[],
  guidance: number,
): Float32Array {
  const { kept, added, given } = scales(sigma);
  const scaled = x.map((v) => given * v);
  const levels = codes.map(() => Math.log(sigma));
  const ask = (about: readonly number[]): Float32Array => {
    const answer = tf.tidy(() => denoiser.apply(scaled, levels, about));
    const values = (answer.dataSync() as Float32Array).slice();
    answer.dispose();
    return values;
  };
  const said = ask(codes);
  if (guidance !== 1 && sigma > pushed.least && sigma < pushed.most) {
    const plain = ask(codes.map(() => -1));
    for (let k = 0; k < said.length; k++) said[k] = plain[k] + guidance * (said[k] - plain[k]);
  }
  return x.map((v, k) => kept * v + added * said[k]);
}
