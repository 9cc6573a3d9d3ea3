import type { Rng } from "../core/random.js";

/** How far the axes of a spectrogram may be stretched or pressed: 0.1 draws factors from 0.9 to 1.1. */
export interface Warp {
  /** Of time, about the middle: how fast is spoken. */
  frames?: number;
  /** Of the features, from the lowest band on: as a longer or shorter vocal tract does to mel bands. Source: Jaitly & Hinton 2013 (VTLP). */
  features?: number;
}

/** Stretches a sample [frames, features (, channels)] along both axes by factors of its own; in place. What was beyond an edge is as at the edge. */
export function warpBands(
  sample: Float32Array,
  [frames, features = 1]: readonly number[],
  { frames: tempo = 0, features: tract = 0 }: Warp,
  rng: Rng,
): void {
  const depth = sample.length / (frames * features);
  const time = positions(frames, 1 + tempo * (2 * rng.next() - 1), (frames - 1) / 2);
  const bands = positions(features, 1 + tract * (2 * rng.next() - 1), 0);
  const from = sample.slice();
  for (let t = 0; t < frames; t++) {
    const [t0, tw] = [time.low[t] * features * depth, time.share[t]];
    const t1 = Math.min(frames - 1, time.low[t] + 1) * features * depth;
    for (let f = 0; f < features; f++) {
      const [f0, fw] = [bands.low[f] * depth, bands.share[f]];
      const f1 = Math.min(features - 1, bands.low[f] + 1) * depth;
      for (let c = 0; c < depth; c++) {
        const early = from[t0 + f0 + c] * (1 - fw) + from[t0 + f1 + c] * fw;
        const late = from[t1 + f0 + c] * (1 - fw) + from[t1 + f1 + c] * fw;
        sample[(t * features + f) * depth + c] = early * (1 - tw) + late * tw;
      }
    }
  }
}

/** Where each place of an axis comes from: a place, and the share of the one after it. */
function positions(length: number, factor: number, fixed: number) {
  const low = new Int32Array(length);
  const share = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const at = Math.min(length - 1, Math.max(0, fixed + (i - fixed) * factor));
    low[i] = Math.floor(at);
    share[i] = at - low[i];
  }
  return { low, share };
}
