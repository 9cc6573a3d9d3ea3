import { type AudioClip, type Corpus, syntheticSpeech } from "@earshot/datasets";
import { espeakDigits } from "@earshot/datasets/node";
import type { FeatureConfig } from "@earshot/dsp";
import type { OpenedData } from "../data/openData.js";
import type { AugmentSpec } from "../features/clipFeatures.js";
import type { DataSpec } from "../recipe/schema.js";
import type { Labelled } from "./items.js";
import { type Numeric, type PrepareOptions, prepareData } from "./prepareData.js";

/** Items that are trained on in every turn, and judged in none. */
export interface ExtraItems {
  x: Numeric;
  labels: string[];
}

/**
 * Features of the made-up speakers that a recipe trains on beside its corpus; undefined where it names none that fit.
 *
 * @param classes of the corpus: what made-up speakers say beyond them is left out
 */
export async function prepareExtra(
  spec: DataSpec,
  { corpus, root }: Pick<OpenedData, "corpus" | "root">,
  classes: ReadonlySet<string>,
  { config, augment }: { config: FeatureConfig | null; augment: AugmentSpec | null },
  options: PrepareOptions,
): Promise<ExtraItems | undefined> {
  if (spec.kind !== "recordings" || root === undefined || config === null) return undefined;
  const items: Labelled<AudioClip>[] = [];
  for (const { kind, beside, ...made } of spec.extra) {
    if (beside && !beside.includes(corpus.kind)) continue;
    const voices: Corpus =
      kind === "espeak" ? espeakDigits(made) : syntheticSpeech({ ...made, label: "digit", variety: "wide" });
    const spoken = voices.items.filter((item): item is Labelled<AudioClip> => classes.has(item.label ?? ""));
    const reason = kind === "espeak" ? await spoken[0]?.load().then(() => "", String) : "";
    if (reason) options.screen.warn(`Trained without the voices of espeak-ng: ${reason.replace(/^Error: /, "")}`);
    else items.push(...spoken);
  }
  if (items.length === 0) return undefined;
  const { x, augmented, items: kept } = await prepareData({ items }, { config, augment }, { ...options, cache: false });
  const labels = kept.map((item) => item.label);
  if (!augmented) return { x: x as Numeric, labels };
  const copies = labels.flatMap((label) => new Array<string>(augmented.copies).fill(label));
  return { x: joinSamples(x as Numeric, augmented.x), labels: [...labels, ...copies] };
}

/** Samples of one kind, one after the other. */
export function joinSamples(first: Numeric, second: Numeric): Numeric {
  const data = new Float32Array(first.data.length + second.data.length);
  data.set(first.data);
  data.set(second.data, first.data.length);
  if ("shape" in first && "shape" in second) {
    return { data, shape: [first.shape[0] + second.shape[0], ...first.shape.slice(1)] };
  }
  if ("cols" in first && "cols" in second) return { data, rows: first.rows + second.rows, cols: first.cols };
  throw new TypeError("joinSamples: samples differ in kind.");
}
