import { extractFeatures, type FeatureConfig } from "@earshot/dsp";
import { hashClip, loadClip } from "../src/node.js";

/** 13 MFCC as in the peers' script: librosa's numbers. */
export const config: FeatureConfig = {
  kind: "mfcc",
  sampleRate: 8000,
  nFft: 512,
  hopLength: 160,
  nMels: 40,
  nMfcc: 13,
  center: true,
};

/** MFCC of a file, mean and deviation of each, and the fingerprint of its sound. */
export async function fileFeatures(path: string) {
  const clip = await loadClip(path);
  const { data, rows, cols } = extractFeatures(clip.samples, config);
  const out = new Float32Array(2 * cols);
  for (let c = 0; c < cols; c++) {
    let sum = 0;
    let squares = 0;
    for (let r = 0; r < rows; r++) sum += data[r * cols + c];
    const mean = sum / rows;
    for (let r = 0; r < rows; r++) squares += (data[r * cols + c] - mean) ** 2;
    out[c] = mean;
    out[cols + c] = Math.sqrt(squares / rows);
  }
  return { audio: hashClip(clip), data: out };
}
