import { type AudioClip, groupSplit, hashClip, stratifiedSplit } from "@earshot/datasets";
import { resample } from "@earshot/dsp";
import { createRandom } from "@earshot/models";
import { loudestStretch, type SpectrogramCodec } from "@earshot/models/generative";
import { sentenceOf, UserError } from "../cli/errors.js";
import type { Screen } from "../cli/screen.js";
import type { OpenedData } from "../data/openData.js";
import type { Labelled } from "../train/items.js";
import type { GenerativeRecipe } from "./schema.js";

/** Spectrograms of some recordings. */
export interface SoundPart {
  spectrograms: Float32Array[];
  labels: string[];
  /** Recording of each. */
  ids: string[];
}

/** What the generator learns from, what teaches the judge, and what neither has met. */
export interface Parts {
  own: SoundPart;
  judge: SoundPart;
  test: SoundPart;
  /** Recordings left out, and why. */
  left: { id: string; reason: string }[];
  items: Labelled[];
  hashes: string[];
}

/** Fewest recordings of a class that can be parted and learned from. */
const fewest = 8;

/**
 * Parts the recordings and turns each into spectrograms.
 *
 * @throws UserError for a class with fewer than eight recordings of sound, or recordings that cannot be read
 */
export async function prepareSounds(
  data: OpenedData,
  recipe: GenerativeRecipe,
  codec: SpectrogramCodec,
  { screen, signal, skipBroken = false }: { screen: Screen; signal?: AbortSignal; skipBroken?: boolean },
): Promise<Parts> {
  const { items, spectrograms, left, hashes } = await encodeAll(data.items, recipe, codec, screen, signal);
  const broken = left.filter(({ reason }) => reason !== "silence");
  if (broken.length > 0 && !skipBroken) {
    throw new UserError(
      `${broken.length} of ${data.items.length} recordings cannot be read (${broken[0].id}: ${broken[0].reason}); mend them, or leave them out with --skip-broken.`,
    );
  }
  if (left.length > 0) {
    screen.warn(`${left.length} recordings left out: ${left[0].id} (${left[0].reason})${left.length > 1 ? " …" : ""}.`);
  }
  requireEnough(items);
  const { own, judge, test } = partItems(items, recipe);
  const part = (members: readonly Labelled[]): SoundPart => {
    const chosen = new Set(members.map(({ id }) => id));
    const rows = items.flatMap(({ id, label }, i) =>
      chosen.has(id) ? spectrograms[i].map((spectrogram) => ({ spectrogram, label, id })) : [],
    );
    return {
      spectrograms: rows.map(({ spectrogram }) => spectrogram),
      labels: rows.map(({ label }) => label),
      ids: rows.map(({ id }) => id),
    };
  };
  return { own: part(own), judge: part(judge), test: part(test), left, items, hashes };
}

async function encodeAll(
  all: readonly Labelled[],
  { seed, crops }: GenerativeRecipe,
  codec: SpectrogramCodec,
  screen: Screen,
  signal?: AbortSignal,
) {
  const progress = screen.progress("spectrograms", all.length);
  const items: Labelled[] = [];
  const spectrograms: Float32Array[][] = [];
  const hashes: string[] = [];
  const left: Parts["left"] = [];
  for (const [i, item] of all.entries()) {
    signal?.throwIfAborted();
    try {
      const clip = (await item.load()) as AudioClip;
      const made = cropsOf(clip, crops, codec, seed + i);
      if (made.length === 0) left.push({ id: item.id, reason: "silence" });
      else {
        items.push(item);
        spectrograms.push(made);
        hashes.push(hashClip(clip));
      }
    } catch (error) {
      left.push({ id: item.id, reason: sentenceOf(error).replace(/\.$/, "") });
    }
    progress.update(i + 1);
  }
  progress.end();
  return { items, spectrograms, hashes, left };
}

/** The loudest stretch, then others that begin up to 0.8 of a picture before or after it; what is silent is left out. */
function cropsOf({ samples, sampleRate }: AudioClip, crops: number, codec: SpectrogramCodec, seed: number) {
  const rate = codec.options.sampleRate;
  const sound = sampleRate === rate ? samples : resample(samples, { from: sampleRate, to: rate });
  const loudest = loudestStretch(sound, codec.length);
  const last = Math.max(0, sound.length - codec.length);
  const rng = createRandom(seed);
  const starts = Array.from({ length: last > 0 ? crops : 1 }, (_, k) =>
    k === 0 ? loudest : Math.min(last, Math.max(0, Math.round(loudest + (2 * rng.next() - 1) * 0.8 * codec.length))),
  );
  return starts.flatMap((start) => {
    const stretch = sound.subarray(start, start + codec.length);
    return stretch.some((v) => Math.abs(v) > 1e-5) ? [codec.encode(sound, start)] : [];
  });
}

function requireEnough(items: readonly Labelled[]): void {
  const counts = new Map<string, number>();
  for (const { label } of items) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 0) throw new UserError("No recording holds any sound; name others with --data.");
  for (const [label, n] of counts) {
    if (n < fewest) {
      throw new UserError(
        `Class "${label}" has ${n} recordings with sound, at least ${fewest} are needed to learn from and to judge by; add some, or choose classes with --set data.labels=[…].`,
      );
    }
  }
}

function partItems(items: Labelled[], { split: { by, judge, test }, seed }: GenerativeRecipe) {
  const divide = (from: Labelled[], testShare: number) =>
    by === "group"
      ? groupSplit(from, { testShare, seed, key: "group", stratify: "label" })
      : stratifiedSplit(from, { testShare, seed });
  const first = divide(items, test);
  const second = divide(first.train as Labelled[], judge / (1 - test));
  return { own: second.train as Labelled[], judge: second.test as Labelled[], test: first.test as Labelled[] };
}
