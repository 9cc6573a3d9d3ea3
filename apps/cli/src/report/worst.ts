import { type AudioClip, encodeWav } from "@earshot/datasets";
import { resample } from "@earshot/dsp";
import { type Predictions, predictedClasses } from "../judge/predictions.js";

/** A judged item that went wrong, or was nearly so. */
export interface WorstItem {
  id: string;
  truth: string;
  predicted: string;
  /** Probability given to the truth, and to what was predicted. */
  pTruth: number;
  pPredicted: number;
}

/** Wrong items, the surest errors first; where there are too few, right ones that were least sure. */
export function worstItems(predictions: Predictions, count: number): WorstItem[] {
  const { ids, yTrue, classes, probabilities } = predictions;
  const yPred = predictedClasses(predictions);
  const column = new Map(classes.map((label, c) => [label, c]));
  const p = (i: number, label: string): number => probabilities[i * classes.length + (column.get(label) ?? 0)];
  return ids
    .map((id, i) => ({ id, truth: yTrue[i], predicted: yPred[i], pTruth: p(i, yTrue[i]), pPredicted: p(i, yPred[i]) }))
    .sort((a, b) => Number(a.truth === a.predicted) - Number(b.truth === b.predicted) || a.pTruth - b.pTruth)
    .slice(0, count);
}

/** Longest sound and highest rate that are put into a page. */
const mostSec = 6;
const mostRate = 16000;

/** A clip as a small WAV file: 16 bits, at most 16 kHz and six seconds. */
export function pageWav({ samples, sampleRate }: AudioClip): { wav: Uint8Array; durationSec: number } {
  const cut = samples.subarray(0, Math.round(mostSec * sampleRate));
  const rate = Math.min(sampleRate, mostRate);
  const small = rate === sampleRate ? cut : resample(cut, { from: sampleRate, to: rate });
  return {
    wav: encodeWav({ samples: small, sampleRate: rate }, { encoding: "pcm_s16" }),
    durationSec: samples.length / sampleRate,
  };
}

/** The clip's outline as an SVG path in a box of width × height: highest and lowest sample of each column. */
export function outline({ samples }: AudioClip, width: number, height: number): string {
  const peak = samples.reduce((max, v) => Math.max(max, Math.abs(v)), 1e-9);
  const at = (x: number): number => Math.floor((x * samples.length) / width);
  const parts: string[] = [];
  for (let x = 0; x < width; x++) {
    let low = 0;
    let high = 0;
    for (let i = at(x); i < at(x + 1); i++) {
      low = Math.min(low, samples[i]);
      high = Math.max(high, samples[i]);
    }
    const y = (v: number): string => ((height / 2) * (1 - v / peak)).toFixed(1);
    parts.push(`M${x + 0.5} ${y(high)}V${Number(y(low)) + 0.6}`);
  }
  return parts.join("");
}
