import type { Item } from "@earshot/datasets";
import { createRng, type FeatureConfig, featureExtractor, type Rng, resample } from "@earshot/dsp";
import type { AudioClip } from "../src/core/types.js";
import { rmsDb } from "../src/core/voiceActivity.js";

/** A recording to learn from or to be judged by. */
export interface Sample {
  id: string;
  label: string;
  /** What must not straddle a split. */
  group: string;
  /** What else figures are told by: the spoofing method, say. */
  part?: string;
  load(): Promise<AudioClip>;
}

/** Features of windows, a row each. */
export interface WindowSet {
  x: { data: Float32Array; rows: number; cols: number };
  y: string[];
  groups: string[];
  /** The sample each window comes from. */
  sample: number[];
  /** Of one window: frames × features, or 1 × features when pooled. */
  shape: [number, number];
  /** False for variations. */
  original: boolean[];
}

export interface WindowOptions {
  features: FeatureConfig;
  windowSec: number;
  stepSec: number;
  /** Copies of each window with another loudness, place and room noise; 0 leaves only the window as it is (default 0). */
  variations?: number;
  seed?: number;
}

/** Quieter than this below the loudest window of its recording, a window teaches nothing. */
const silentBelowDb = 25;

/**
 * Windows of recordings as a live session would see them: padded with silence when the recording is shorter, silent ones left out. Variations are
 * scaled, shifted and noisy, so that a model does not listen to loudness.
 */
export async function cutWindows(samples: readonly Sample[], options: WindowOptions): Promise<WindowSet> {
  const { features, windowSec, stepSec, variations = 0, seed = 0 } = options;
  const extract = featureExtractor(features);
  const size = Math.round(windowSec * features.sampleRate);
  const step = Math.round(stepSec * features.sampleRate);
  const rows: Float32Array[] = [];
  let shape: [number, number] = [0, 0];
  const set: Omit<WindowSet, "x" | "shape"> = { y: [], groups: [], sample: [], original: [] };
  for (const [index, sample] of samples.entries()) {
    const rng = createRng(seed + index);
    const clip = await sample.load();
    const heard = resample(clip.samples, { from: clip.sampleRate, to: features.sampleRate });
    for (const window of pieces(heard, size, step, rng)) {
      for (let v = 0; v <= variations; v++) {
        const matrix = extract(v === 0 ? window : vary(window, rng));
        shape = [matrix.rows, matrix.cols];
        rows.push(matrix.data.slice());
        set.y.push(sample.label);
        set.groups.push(sample.group);
        set.sample.push(index);
        set.original.push(v === 0);
      }
    }
  }
  const cols = rows[0].length;
  const data = new Float32Array(rows.length * cols);
  for (const [i, row] of rows.entries()) data.set(row, i * cols);
  return { x: { data, rows: rows.length, cols }, shape, ...set };
}

/** The windows of which `keep` is true. */
export function selectWindows(set: WindowSet, keep: (row: number) => boolean): WindowSet {
  const rows = set.y.flatMap((_, row) => (keep(row) ? [row] : []));
  const { cols } = set.x;
  const data = new Float32Array(rows.length * cols);
  for (const [i, row] of rows.entries()) data.set(set.x.data.subarray(row * cols, (row + 1) * cols), i * cols);
  const pick = <T>(column: readonly T[]): T[] => rows.map((row) => column[row]);
  const { y, groups, sample, original, shape } = set;
  return {
    x: { data, rows: rows.length, cols },
    shape,
    y: pick(y),
    groups: pick(groups),
    sample: pick(sample),
    original: pick(original),
  };
}

function pieces(samples: Float32Array, size: number, step: number, rng: Rng): Float32Array[] {
  if (samples.length <= size) {
    const padded = new Float32Array(size);
    padded.set(samples, Math.floor(rng.uniform(0, size - samples.length + 1)));
    return [padded];
  }
  const all: Float32Array[] = [];
  for (let start = 0; start + size <= samples.length; start += step) all.push(samples.slice(start, start + size));
  const loudest = Math.max(...all.map(rmsDb));
  return all.filter((window) => rmsDb(window) > loudest - silentBelowDb);
}

/** Another loudness, another moment, another room. */
function vary(window: Float32Array, rng: Rng): Float32Array {
  const gain = 10 ** (rng.uniform(-14, 6) / 20);
  const noise = 10 ** ((rmsDb(window) + 20 * Math.log10(gain) - rng.uniform(15, 45)) / 20);
  const shift = Math.round(rng.uniform(-0.15, 0.15) * window.length);
  return window.map((_, i) => {
    const v = window[i + shift] ?? 0;
    return Math.max(-1, Math.min(1, v * gain + noise * rng.normal()));
  });
}

/** Items of a corpus as samples; those without label or group are left out. */
export function toSamples(items: readonly Item<AudioClip>[], prefix: string): Sample[] {
  return items.flatMap((item) => {
    const { id, label, group } = item;
    return label === undefined || group === undefined
      ? []
      : [{ id: `${prefix}/${id}`, label, group: `${prefix}/${group}`, load: () => item.load() }];
  });
}
