import { embeddingMoments, frechetDistance } from "@earshot/metrics";
import { createRandom, type Matrix, permutation } from "@earshot/models";
import { diversity, nearestSpectrogram, type SpectrogramCodec } from "@earshot/models/generative";
import type { Figure } from "../judge/judge.js";
import { wilson } from "../judge/wilson.js";
import type { Parts, SoundPart } from "./prepareSounds.js";
import type { SoundJudge } from "./soundJudge.js";

/** What made-up sounds are worth; every figure has beside it what recordings get. */
export interface SoundFigures {
  /** Made-up sounds, as WAV, that the judge gives their class. */
  accuracy: Figure;
  /** Recordings that neither it nor the generator met. */
  accuracyReal: Figure;
  /** The same recordings sent to spectrograms and back: the ceiling. */
  accuracyInverted: Figure;
  /** Between embeddings of made-up sounds and of recordings that the generator did not meet. */
  frechet: Figure;
  /** Between recordings that it met and those that it did not, as many. */
  frechetReal: Figure;
  /** Mean distance of pairs of one class. */
  diversity: Figure;
  diversityReal: Figure;
  /** Median distance to the nearest recording in training, of both after the way to sound and back. */
  nearest: Figure;
  nearestReal: Figure;
  /**
   * Share of pairs of a made-up sound and a recording of its class of which the made-up one lies nearer to training, averaged over classes:
   * 0.5 where they lie as near, 1 for copies. Classes that are all alike, such as rain, weigh no more than others.
   */
  nearer: Figure;
  /** Share of made-up sounds that lie nearer to training than the nearest hundredth of recordings do. */
  copied: Figure;
  /** Median level of differences after inversion, in the values of spectrograms: what phases and bands lose. */
  inversionLoss: Figure;
}

export interface SoundJudgement {
  n: number;
  figures: SoundFigures;
  perClass: Record<string, Figure>;
  /** Rows are what was asked for, columns what the judge heard. */
  confusion: { classes: string[]; counts: number[][] };
  /** Distance of each made-up sound to the nearest recording in training, and of recordings outside it. */
  distances: { generated: number[]; real: number[] };
}

const plain = (value: number): Figure => ({ value, low: null, high: null });

/** Judges made-up sounds as they are heard: sent to sound and back before the judge looks at them. */
export async function judgeSounds(
  judge: SoundJudge,
  made: Pick<SoundPart, "spectrograms" | "labels">,
  { own, test }: Pick<Parts, "own" | "test">,
  codec: SpectrogramCodec,
  seed: number,
): Promise<SoundJudgement> {
  const inverted = invert(made.spectrograms, codec);
  const heard = await judge.predict(inverted);
  const hits = (predicted: readonly string[], labels: readonly string[]): Figure =>
    wilson(predicted.filter((label, i) => label === labels[i]).length, labels.length);
  const invertedTest = invert(test.spectrograms, codec);
  // Both went through sound, as they are heard: what the way back adds or takes must not make one of them look farther.
  const distances = {
    generated: inverted.map((one) => nearestSpectrogram(one, own.spectrograms).distance),
    real: invertedTest.map((one) => nearestSpectrogram(one, own.spectrograms).distance),
  };
  const near = (label: string, of: readonly number[], labels: readonly string[]) =>
    of.filter((_, i) => labels[i] === label);
  const limit = quantile(distances.real, 0.01);
  const frechet = await frechetFigures(judge, inverted, own, test, seed);
  const classes = [...new Set(own.labels)].sort();
  const figures: SoundFigures = {
    accuracy: hits(heard, made.labels),
    accuracyReal: hits(await judge.predict(test.spectrograms), test.labels),
    accuracyInverted: hits(await judge.predict(invertedTest), test.labels),
    ...frechet,
    diversity: plain(meanDiversity(made)),
    diversityReal: plain(meanDiversity(test)),
    nearest: plain(quantile(distances.generated, 0.5)),
    nearestReal: plain(quantile(distances.real, 0.5)),
    nearer: plain(
      meanOf(
        classes.map((label) =>
          shareBelow(near(label, distances.generated, made.labels), near(label, distances.real, test.labels)),
        ),
      ),
    ),
    copied: wilson(distances.generated.filter((d) => d < limit).length, distances.generated.length),
    inversionLoss: plain(quantile(differences(test.spectrograms, invertedTest), 0.5)),
  };
  const counts = classes.map((truth) =>
    classes.map((label) => heard.filter((h, i) => h === label && made.labels[i] === truth).length),
  );
  const perClass = Object.fromEntries(
    classes.map((label, c) => [label, wilson(counts[c][c], made.labels.filter((l) => l === label).length)]),
  );
  return { n: made.labels.length, figures, perClass, confusion: { classes, counts }, distances };
}

/** To sound and back. */
export function invert(spectrograms: readonly Float32Array[], codec: SpectrogramCodec): Float32Array[] {
  return spectrograms.map((one, i) => {
    const samples = codec.decode(one, { seed: i });
    // Nothing but floor comes back as silence, which has no spectrogram.
    return samples.some((v) => Math.abs(v) > 1e-5) ? codec.encode(samples, 0) : one.map(() => -1);
  });
}

function differences(a: readonly Float32Array[], b: readonly Float32Array[]): number[] {
  return a.map((one, i) => nearestSpectrogram(one, [b[i]]).distance);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Share of pairs whose first is smaller, ties half; none where one side is empty. */
function shareBelow(ours: readonly number[], theirs: readonly number[]): number {
  let below = 0;
  for (const a of ours) for (const b of theirs) below += a < b ? 1 : a === b ? 0.5 : 0;
  return below / (ours.length * theirs.length);
}

/** Of those that are numbers. */
function meanOf(values: readonly number[]): number {
  const own = values.filter(Number.isFinite);
  return own.reduce((sum, v) => sum + v, 0) / Math.max(1, own.length);
}

function meanDiversity({ spectrograms, labels }: Pick<SoundPart, "spectrograms" | "labels">): number {
  const classes = [...new Set(labels)];
  const each = classes
    .map((label) => spectrograms.filter((_, i) => labels[i] === label).slice(0, 40))
    .filter((own) => own.length > 1)
    .map(diversity);
  return meanOf(each);
}

/** Equal numbers on all sides, for the distance shrinks as they grow. */
async function frechetFigures(
  judge: SoundJudge,
  made: readonly Float32Array[],
  own: SoundPart,
  test: SoundPart,
  seed: number,
): Promise<Pick<SoundFigures, "frechet" | "frechetReal">> {
  const n = Math.min(made.length, own.spectrograms.length, test.spectrograms.length);
  const draw = (from: readonly Float32Array[]): Float32Array[] =>
    Array.from(permutation(from.length, createRandom(seed)).subarray(0, n), (i) => from[i]);
  const seen = async (part: readonly Float32Array[]): Promise<Matrix> => judge.embed(draw(part));
  const reference = embeddingMoments(await seen(test.spectrograms));
  return {
    frechet: plain(frechetDistance(reference, await seen(made))),
    frechetReal: plain(frechetDistance(reference, await seen(own.spectrograms))),
  };
}
