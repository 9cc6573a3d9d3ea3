import { type Corpus, CorpusError, type CorpusInfo, type Item } from "@earshot/datasets";
import { corpora, detectCorpus, loadCorpus, openStorage, type Storage } from "@earshot/datasets/node";
import type { Table } from "@earshot/models";
import { UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import type { Screen } from "../cli/screen.js";
import type { PictureShape } from "../features/pictureFeatures.js";
import type { DataSpec } from "../recipe/schema.js";
import type { Labelled } from "../train/items.js";
import { drawItems } from "./drawItems.js";
import { openPictures } from "./openPictures.js";
import { type FoundCorpus, openSpoofed } from "./openSpoofed.js";
import { openTable } from "./openTable.js";
import { openTexts } from "./openTexts.js";
import { syntheticReviews } from "./syntheticReviews.js";
import { withSpoof } from "./syntheticSpoof.js";

/** Items with labels, and where they come from. */
export interface OpenedData {
  corpus: CorpusInfo & { kind: string };
  /** Folder or archive; undefined for what is made when needed. */
  root?: string;
  items: Labelled[];
  /** What the items are rows of, by their attribute `row`; for tables alone. */
  table?: Table;
  /** Of data that are put together of several corpora: which were found, and what was taken of each. */
  found?: FoundCorpus[];
  /** Class that the question is about, where the corpus says so. */
  positive?: string;
  /** How the items' pictures are seen; for pictures alone. */
  pictures?: PictureShape;
  /** Items of the corpus that have no label (an official test part, say); they can be predicted. */
  unlabelled: number;
  /** Those items. */
  unlabelledItems: Item<unknown>[];
}

export interface OpenOptions {
  /** Folder or archive named on the command line. */
  root?: string;
  seed: number;
  /** Shows how far work is that some data need before they can be opened. */
  screen?: Screen;
}

type SoundSpec = Exclude<DataSpec, { kind: "texts" | "table" | "pictures" }>;

/** Layouts that any recipe of recordings can be pointed at. */
const everyLayout = (): string[] => Object.keys(corpora);

/**
 * Opens what a recipe learns from: the folder or archive named, else `$EARSHOT_DATA`, else the embedded corpus where the recipe allows.
 *
 * @throws UserError, CorpusError or RangeError in one sentence: no data, a layout the recipe does not read, a target the items lack
 */
export async function openData(spec: DataSpec, { root: given, seed, screen }: OpenOptions): Promise<OpenedData> {
  if (spec.kind === "table") {
    const root = given ?? spec.root ?? process.env.EARSHOT_DATA;
    const { info, table, items, positive } = await openTable(spec, root);
    return {
      ...label({ ...info, items, classes: [] }, { ...spec, target: "label" }, info.name, root, seed),
      table,
      positive,
    };
  }
  if (spec.kind === "texts") {
    const root = given ?? spec.root ?? process.env.EARSHOT_DATA;
    if (root !== undefined) {
      const { kind, corpus } = await openTexts(spec, root);
      return label(corpus, kind === "textTable" ? { ...spec, target: "label" } : spec, kind, root, seed);
    }
    if (spec.synthetic) return label(syntheticReviews(spec.synthetic), spec, "syntheticReviews", undefined, seed);
    throw new UserError(
      "This recipe needs texts: name their folder, archive or table with --data, or set EARSHOT_DATA.",
    );
  }
  if (spec.kind === "pictures") {
    const root = given ?? spec.root ?? process.env.EARSHOT_DATA;
    const corpus = await openPictures(spec, root);
    const shape = { size: spec.size, invert: spec.invert && root !== undefined };
    return { ...label(corpus, spec, corpus.name, root, seed), pictures: shape };
  }
  const named = given ?? (spec.kind === "syntheticSpeech" ? undefined : (spec.root ?? process.env.EARSHOT_DATA));
  if (named === undefined) return label(await openSynthetic(spec), spec, "syntheticSpeech", undefined, seed);
  if (spec.kind === "spoofedSpeech") {
    const { found, ...corpus } = await openSpoofed(spec, named, { holds, ...(screen && { screen }) });
    return { ...label(corpus, spec, spec.kind, named, seed), found };
  }
  const layouts = spec.kind === "recordings" ? spec.corpora : everyLayout();
  const { kind, corpus } = await openRecordings(named, layouts, spec.target);
  return label(corpus, spec, kind, named, seed);
}

/**
 * Every recording that lies in a folder or archive a recipe reads, with what the recipe learns where it is known.
 *
 * @throws UserError if the recipe reads no recordings, or not this layout
 */
export async function openEveryRecording(spec: DataSpec, root: string | Storage): Promise<Corpus & { kind: string }> {
  if (spec.kind === "texts" || spec.kind === "table" || spec.kind === "pictures")
    throw new UserError("This recipe reads texts, tables or pictures; name one that makes features of recordings.");
  const layouts = spec.kind === "recordings" ? spec.corpora : everyLayout();
  const { kind, corpus } = await openRecordings(root, layouts, spec.target);
  return { ...corpus, kind, items: corpus.items.map((item) => ({ ...item, label: targetOf(item, spec.target) })) };
}

async function openSynthetic(spec: SoundSpec): Promise<Corpus> {
  const options = spec.kind === "syntheticSpeech" ? spec : spec.synthetic;
  if (!options) {
    throw new UserError(
      "This recipe needs recordings: name their folder or archive with --data DIR, or set EARSHOT_DATA.",
    );
  }
  const { speakers, takes, seed, spoof } = options;
  const made = { kind: "syntheticSpeech", speakers, takes, seed };
  if (spoof) return withSpoof(await loadCorpus(made), seed);
  const target = spec.target === "label" ? "digit" : spec.target;
  return loadCorpus({ ...made, ...(target !== "group" && { label: target }) });
}

async function openRecordings(root: string | Storage, layouts: readonly string[], target: string) {
  for (const kind of layouts) {
    const known = corpora[kind];
    if (!known) throw new RangeError(`data.corpora: unknown corpus "${kind}"; ${nearest(kind, everyLayout())}`);
    if (!(await holds(root, kind))) continue;
    const options = known.labels.includes(target) ? { label: target } : {};
    return { kind, corpus: await known.load({ root, ...options }) };
  }
  const found = await detectCorpus(root);
  throw new UserError(
    `${typeof root === "string" ? root : root.source} has the layout of ${corpora[found].info.title}; this recipe reads ${layouts.map((kind) => corpora[kind].info.title).join(", ")}: name another folder with --data, or add "${found}" to data.corpora.`,
  );
}

async function holds(root: string | Storage, kind: string): Promise<boolean> {
  const { names, isFile, load } = corpora[kind];
  if (isFile) return (await openStorage(root, { ...(names && { names }) })).files.some(isFile);
  if (kind === "audioFolder") return (await detectCorpus(root)) === kind;
  // Known by a list of its files (a protocol) alone: it is there if it can be read.
  return load({ root }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof CorpusError) return false;
      throw error;
    },
  );
}

function label(
  corpus: Corpus<unknown>,
  spec: DataSpec,
  kind: string,
  root: string | undefined,
  seed: number,
): OpenedData {
  const { items, classes, ...info } = corpus;
  const labelled = items.flatMap((item) => {
    const value = targetOf(item, spec.target);
    return value === undefined ? [] : [Object.assign(item, { label: value })];
  });
  if (labelled.length === 0) {
    const known = ["label", "group", ...Object.keys(items[0]?.attributes ?? {})];
    throw new UserError(
      `No item of ${info.title} has a "${spec.target}" to learn; known are ${[...new Set(known)].join(", ")} (--set data.target=…).`,
    );
  }
  const wanted = spec.labels;
  const missing = wanted?.find((name) => !labelled.some((item) => item.label === name));
  if (missing !== undefined) {
    const names = [...new Set(labelled.map((item) => item.label))];
    throw new UserError(`data.labels names "${missing}", which no item has; ${nearest(missing, names)}`);
  }
  const kept = wanted ? labelled.filter((item) => wanted.includes(item.label)) : labelled;
  return {
    corpus: { ...info, kind },
    ...(root !== undefined && { root }),
    items: spec.maxItems ? drawItems(kept, spec.maxItems, seed) : kept,
    unlabelled: items.length - labelled.length,
    unlabelledItems: items.filter((item) => targetOf(item, spec.target) === undefined),
  };
}

function targetOf(item: Item<unknown>, target: string): string | undefined {
  if (target === "label") return item.label;
  if (target === "group") return item.group;
  const value = item.attributes?.[target] ?? (target === "speaker" ? item.group : undefined);
  return value === undefined ? undefined : String(value);
}
