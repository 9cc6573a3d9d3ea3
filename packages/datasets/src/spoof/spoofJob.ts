import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { AudioClip } from "../decode/clip.js";
import { atRate } from "../decode/decode.js";
import { encodeWav } from "../encode/wav.js";
import { speakWithEspeak } from "./espeak.js";
import { type SpoofMethodName, spoofClip } from "./methods.js";

/** One file to be made. */
export interface SpoofJob {
  /** "bonafide" copies the speech as it is, in the same coding as the rest. */
  system: SpoofMethodName | "espeak" | "bonafide";
  clip: AudioClip;
  /** Rate of the file, Hz. */
  sampleRate: number;
  seed: number;
  /** What is said, for "espeak". */
  text?: string;
  /** Where the file goes. */
  path: string;
}

/** Makes one file; it appears whole or not at all. */
export async function runSpoofJob({ path, ...job }: SpoofJob): Promise<Record<string, number>> {
  const { wav, parameters } = await spoofWav(job);
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.part`;
  writeFileSync(temporary, wav);
  renameSync(temporary, path);
  return parameters;
}

/**
 * One file of a set of spoofed and bona fide speech, as `makeSpoof` makes it: 16-bit WAV, below full scale.
 *
 * @returns the file's bytes, and the parameters that the seed drew
 */
export async function spoofWav({
  system,
  clip,
  sampleRate,
  seed,
  text,
}: Omit<SpoofJob, "path">): Promise<{ wav: Uint8Array; parameters: Record<string, number> }> {
  const { clip: made, parameters } = await make(system, atRate(clip, sampleRate), seed, text);
  return { wav: encodeWav(fullScale(atRate(made, sampleRate))), parameters };
}

async function make(system: SpoofJob["system"], clip: AudioClip, seed: number, text: string | undefined) {
  if (system === "bonafide") return { clip, parameters: {} };
  if (system !== "espeak") return spoofClip(clip, { method: system, seed });
  if (!text) throw new Error("espeak needs a text, and the recording has none.");
  return speakWithEspeak(text, { seed });
}

/** Every file is brought below full scale the same way, so that clipping tells nothing. */
function fullScale({ samples, sampleRate }: AudioClip): AudioClip {
  const peak = samples.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  return peak <= 0.999 ? { samples, sampleRate } : { samples: samples.map((x) => (x * 0.999) / peak), sampleRate };
}
