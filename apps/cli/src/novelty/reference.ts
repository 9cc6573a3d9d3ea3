import type { AudioClip } from "@earshot/datasets";
import type { FeatureConfig } from "@earshot/dsp";
import { type Classifier, type Features, type Matrix, selectSamples, type Table, type Tensor } from "@earshot/models";
import { drawItems } from "../data/drawItems.js";
import type { Labelled } from "../train/items.js";
import { type ColumnFacts, describeColumns, strangeRow } from "./rowFacts.js";
import { measureSound, type SoundFacts } from "./soundFacts.js";
import { distance, learnSpread, type Spread, vectorsOf } from "./spread.js";
import { measureText, type TextFacts } from "./textFacts.js";

/** What was seen in training, and what still counts as like it. */
export interface Range {
  seen: [number, number];
  alike: [number, number];
}

/** What training items were like; plain JSON, stored as `reference` in the model's folder. */
export type Reference =
  | { kind: "sound"; items: number; ranges: Record<keyof SoundFacts, Range>; spread?: Spread }
  | { kind: "numbers"; items: number; spread: Spread }
  | { kind: "text"; items: number; ranges: Record<keyof TextFacts, Range> }
  | { kind: "table"; items: number; columns: ColumnFacts[] };

/** Training items that are measured, at most: their quantiles change little beyond. */
const mostMeasured = 200;

/**
 * Measures what training items are like: length, level and band width of recordings, length and known words of texts, ranges
 * of a table's columns; and where their features lie.
 *
 * @param items those trained on, with their features as rows of `x`
 */
export async function describeTraining(
  items: readonly Labelled[],
  x: Features,
  { config, model }: { config: FeatureConfig | null; model: Classifier },
): Promise<Reference> {
  const drawn = new Set(drawItems(items, mostMeasured, 0));
  const some = items.flatMap((item, i) => (drawn.has(item) ? [i] : []));
  if (config !== null) {
    const facts: SoundFacts[] = [];
    for (const i of some) {
      const clip = await (items[i] as Labelled<AudioClip>).load().catch(() => undefined);
      if (clip) facts.push(measureSound(clip, config.sampleRate));
    }
    const spread = learnSpread(x as Matrix | Tensor);
    if (facts.length === 0) return { kind: "numbers", items: items.length, spread };
    const ranges = {
      durationSec: wider(facts, "durationSec", ([low, high]) => [low / 3, high * 3]),
      levelDb: wider(facts, "levelDb", ([low, high]) => [low - 20, high + 20]),
      bandHz: wider(facts, "bandHz", ([low, high]) => [low * 0.7, high / 0.7]),
    };
    return { kind: "sound", items: items.length, ranges, spread };
  }
  if (isTable(x)) return { kind: "table", items: items.length, columns: describeColumns(x) };
  if (!Array.isArray(x)) return { kind: "numbers", items: items.length, spread: learnSpread(x as Matrix | Tensor) };
  const facts = measureText(selectSamples(x as readonly string[], some), model);
  const ranges = {
    characters: wider(facts, "characters", ([low, high]) => [low / 3, high * 3]),
    knownPer100: wider(facts, "knownPer100", ([low]) => [low / 3, Number.MAX_VALUE]),
  };
  return { kind: "text", items: items.length, ranges };
}

const isTable = (x: Features): x is Table => "columns" in x;

/** The range between the 0.5th and the 99.5th percentile, widened. */
function wider<T extends { [key in K]: number }, K extends string>(
  facts: readonly T[],
  key: K,
  widen: (seen: [number, number]) => [number, number],
): Range {
  const sorted = facts.map((fact) => fact[key]).sort((a, b) => a - b);
  const at = (share: number): number => Number(sorted[Math.round(share * (sorted.length - 1))].toPrecision(6));
  const seen: [number, number] = [at(0.005), at(0.995)];
  const [low, high] = widen(seen);
  return { seen, alike: [Number(low.toPrecision(6)), Number(high.toPrecision(6))] };
}

/** An item as the reference wants to know it. */
export interface Known {
  x: Features;
  /** What a recording is like at the model's rate. */
  sound?: SoundFacts;
}

/**
 * Why an item is unlike anything in training: one reason, or nothing where it is alike.
 *
 * @param known one item, with what it sounds like where it does
 */
export function unlike(reference: Reference, { x, sound }: Known, model: Classifier): string | undefined {
  if (reference.kind === "table") return strangeRow(reference.columns, x as Table);
  if (reference.kind === "text") {
    const [facts] = measureText(x as readonly string[], model);
    return strangeText(facts, reference.ranges);
  }
  if (reference.kind === "sound" && sound) {
    const reason = strangeSound(sound, reference.ranges);
    if (reason !== undefined) return reason;
  }
  if (!reference.spread) return undefined;
  const vectors = vectorsOf(x as Matrix | Tensor);
  if (vectors.cols !== reference.spread.mean.length) return undefined;
  const own = distance(reference.spread, vectors.data);
  if (!(own > reference.spread.limit)) return undefined;
  return `its features lie ${(own / reference.spread.limit).toFixed(1)} times as far from those in training as any item may`;
}

function strangeText({ characters, knownPer100 }: TextFacts, ranges: Record<keyof TextFacts, Range>) {
  const { seen, alike } = ranges.characters;
  if (knownPer100 === 0) return "it holds no word that the model knows";
  if (knownPer100 < ranges.knownPer100.alike[0]) return "hardly a word in it is known from training";
  if (characters >= alike[0] && characters <= alike[1]) return undefined;
  return `it is ${characters < alike[0] ? "shorter" : "longer"} than anything in training (${characters} characters, training ${seen[0]} to ${seen[1]})`;
}

function strangeSound(facts: SoundFacts, ranges: Record<keyof SoundFacts, Range>): string | undefined {
  if (facts.levelDb <= -100) return "it is silent";
  const described: [keyof SoundFacts, low: string, high: string, unit: string, digits: number][] = [
    ["durationSec", "shorter", "longer", "s", 2],
    ["levelDb", "quieter", "louder", "dBFS", 0],
    ["bandHz", "narrower in band", "wider in band", "Hz", 0],
  ];
  for (const [key, low, high, unit, digits] of described) {
    const { seen, alike } = ranges[key];
    const value = facts[key];
    if (value >= alike[0] && value <= alike[1]) continue;
    const range = seen.map((v) => v.toFixed(digits)).join(" to ");
    return `it is ${value < alike[0] ? low : high} than anything in training (${value.toFixed(digits)} ${unit}, training ${range})`;
  }
  return undefined;
}
