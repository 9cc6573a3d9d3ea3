import { createRng, pitchShift, timeStretch } from "@earshot/dsp";
import type { AudioClip } from "../decode/clip.js";
import { matchLevel, powerOfTwo, toLength } from "./excitation.js";
import { lpcVocoder } from "./lpcVocoder.js";
import { replayRoom, replayTelephone } from "./replay.js";
import { sinusoidal } from "./sinusoidal.js";
import { sourceFilterFormants, sourceFilterPitch } from "./sourceFilter.js";
import { griffinLimMel, phaseRandom } from "./spectralMethods.js";
import { splice } from "./splice.js";
import type { SpoofMethod } from "./types.js";

/** Phase vocoder: another pitch and another pace, formants moved along. */
const phaseVocoder: SpoofMethod = (samples, { sampleRate, rng }) => {
  const nSteps = rng.uniform(1, 3) * (rng.next() < 0.5 ? -1 : 1);
  const rate = rng.uniform(0.9, 1.12);
  const nFft = powerOfTwo(0.046, sampleRate);
  const shifted = pitchShift(samples, { nSteps, nFft, hopLength: nFft / 4 });
  return { samples: timeStretch(shifted, { rate, nFft, hopLength: nFft / 4 }), parameters: { nSteps, rate } };
};

/** All methods by name; the names are the systems in the protocol. */
const spoofMethods = {
  griffinLim: griffinLimMel,
  lpcVocoder,
  sinusoidal,
  sourceFilterPitch,
  sourceFilterFormants,
  phaseRandom,
  phaseVocoder,
  splice,
  replayTelephone,
  replayRoom,
} as const satisfies Record<string, SpoofMethod>;

/** Name of a method in {@link spoofMethods}. */
export type SpoofMethodName = keyof typeof spoofMethods;
/** Names of all methods of our own, in the order in which `makeSpoof` takes turns. */
export const spoofMethodNames = Object.keys(spoofMethods) as SpoofMethodName[];

/**
 * Makes spoofed speech from bona fide speech.
 *
 * @param clip speech of at least 0.1 s, at 8 kHz or more
 * @param options.method one of {@link spoofMethodNames}
 * @param options.seed draws the method's parameters; the same seed gives the same samples
 * @returns speech at the level of the original and what was drawn; "splice" and "phaseVocoder" change the length
 * @throws RangeError if the clip is too short, its rate is too low, it is silent, or the method is unknown
 */
export function spoofClip(
  { samples, sampleRate }: AudioClip,
  { method, seed }: { method: SpoofMethodName; seed: number },
): { clip: AudioClip; parameters: Record<string, number> } {
  if (!Object.hasOwn(spoofMethods, method)) {
    throw new RangeError(
      `spoofClip: method must be one of ${spoofMethodNames.join(", ")}, got ${JSON.stringify(method)}.`,
    );
  }
  if (!(sampleRate >= 8000)) throw new RangeError(`spoofClip: sampleRate must be at least 8000, got ${sampleRate}.`);
  if (samples.length < 0.1 * sampleRate) {
    throw new RangeError(
      `spoofClip: at least 0.1 s of speech is needed, got ${(samples.length / sampleRate).toFixed(3)} s.`,
    );
  }
  if (samples.every((x) => x === 0)) throw new RangeError("spoofClip: the clip is silent.");
  // Frames at the ends need something to look at; short clips are padded and cut again.
  const padded = toLength(samples, Math.max(samples.length, Math.ceil(0.3 * sampleRate)));
  const made = spoofMethods[method](padded, { sampleRate, rng: createRng(seed) });
  const keepsLength = made.samples.length >= samples.length && padded.length !== samples.length;
  const cut = keepsLength ? made.samples.slice(0, samples.length) : made.samples;
  return { clip: { samples: matchLevel(cut, samples), sampleRate }, parameters: made.parameters };
}
