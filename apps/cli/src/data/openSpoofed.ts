import { createHash } from "node:crypto";
import { join } from "node:path";
import type { AudioClip, Corpus, Item, SpoofMethodName } from "@earshot/datasets";
import { cacheFolder, corpora, loadClip, makeSpoof, type SpoofRecord } from "@earshot/datasets/node";
import { createRng } from "@earshot/dsp";
import { UserError } from "../cli/errors.js";
import type { Screen } from "../cli/screen.js";
import type { DataSpec } from "../recipe/schema.js";

type SpoofedSpec = Extract<DataSpec, { kind: "spoofedSpeech" }>;

/** One of several corpora that a folder holds, and what was taken of it. */
export interface FoundCorpus {
  kind: string;
  title: string;
  licence: string;
  speakers: number;
  bonafide: number;
  spoofed: number;
  /** Recordings of which no copy could be made. */
  failed: number;
}

interface Part {
  items: Item[];
  found: FoundCorpus;
}

/** Rate of spoofed copies at most, Hz: what recipes listen to. */
const highestRate = 16_000;

/**
 * Opens bona fide and spoofed speech: every corpus of people that lies in a folder, with copies by the methods of `earshot spoof`, and every set that
 * brings spoofed speech of its own.
 *
 * Copies are made once, into the cache, from the recipe's `data.seed`; the bona fide side is written by the same encoder, at the same rate, as theirs, so
 * that neither container nor rate tells them apart. A corpus' copies are made at its own rate where that is below 16 kHz: a method must not be known by what it
 * puts where no voice can be.
 *
 * @param holds whether a folder or archive holds a kind of corpus
 * @returns the items, with attributes `key`, `system`, `corpus` and `speaker`, and what was found
 * @throws UserError if there is neither
 */
export async function openSpoofed(
  spec: SpoofedSpec,
  root: string,
  { holds, screen }: { holds: (root: string, kind: string) => Promise<boolean>; screen?: Screen },
): Promise<Corpus & { found: FoundCorpus[] }> {
  const parts: Part[] = [];
  for (const kind of [...spec.sets, ...spec.people]) {
    if (!corpora[kind]) {
      throw new RangeError(`data: unknown corpus "${kind}"; known are ${Object.keys(corpora).join(", ")}.`);
    }
    if (!(await holds(root, kind))) continue;
    const corpus = await corpora[kind].load({ root });
    parts.push(spec.sets.includes(kind) ? asTheyAre(kind, corpus) : await withCopies(kind, corpus, spec, screen));
  }
  if (parts.length === 0) {
    throw new UserError(
      `${root} holds neither spoofed speech nor people to copy; looked for were ${[...spec.sets, ...spec.people].map((kind) => corpora[kind].info.title).join(", ")}: name another folder with --data.`,
    );
  }
  const found = parts.map((part) => part.found);
  return {
    name: "spoofedSpeech",
    title: `Bona fide and spoofed speech: ${found.map(inWords).join("; ")}`,
    licence: [...new Set(found.map(({ licence }) => licence))].join("; "),
    citation: "none",
    url: "none",
    groupKey: groupKeyOf(parts),
    items: parts.flatMap(({ items }) => items).sort((a, b) => (a.id < b.id ? -1 : 1)),
    classes: ["bonafide", "spoof"],
    found,
  };
}

/** Where one person speaks, the groups are sentences; corpora of either kind together have no word for theirs. */
function groupKeyOf(parts: readonly Part[]): string {
  const words = new Set(
    parts.flatMap(({ items }) =>
      items.map((item) => (item.group === item.attributes?.speaker ? "speaker" : "sentence")),
    ),
  );
  return words.size === 1 ? [...words][0] : "group";
}

const inWords = ({ title, speakers, bonafide, spoofed, failed }: FoundCorpus): string =>
  `${title} (${bonafide} of ${speakers} ${speakers === 1 ? "speaker" : "speakers"}, ${spoofed} spoofed${failed > 0 ? `, ${failed} could not be` : ""})`;

/** A set with spoofed speech of its own; where one person speaks, its groups are sentences. */
function asTheyAre(kind: string, { items, title, licence }: Corpus): Part {
  const mine = items.map((item) => inCorpus(kind, item, String(item.attributes?.key ?? item.label)));
  return { items: mine, found: { kind, title, licence, ...counted(mine), failed: 0 } };
}

async function withCopies(kind: string, corpus: Corpus, spec: SpoofedSpec, screen: Screen | undefined): Promise<Part> {
  const { title, licence } = corpus;
  const drawn = drawPeople(corpus.items, spec);
  const sampleRate = Math.min(highestRate, (await drawn[0].load()).sampleRate);
  const methods = spec.methods as SpoofMethodName[];
  const versions = Math.min(spec.versions, methods.length);
  const known = JSON.stringify([drawn.map(({ id }) => id), methods, versions, sampleRate, spec.seed]);
  const out = join(cacheFolder(), "spoof", `${kind}-${createHash("sha256").update(known).digest("hex").slice(0, 16)}`);
  const progress = screen?.progress(`spoofing ${title}`, drawn.length * (1 + versions));
  const { records, failed } = await makeSpoof(drawn, {
    out,
    methods,
    versions,
    sampleRate,
    seed: spec.seed,
    onProgress: (done) => progress?.update(done),
  }).finally(() => progress?.end());
  const mine = records.map((record) => inCorpus(kind, itemOf(record, out), record.key));
  return { items: mine, found: { kind, title, licence, ...counted(mine), failed: failed.length } };
}

function itemOf({ path, speaker, utterance, system, key }: SpoofRecord, out: string): Item {
  const file = join(out, path);
  return {
    id: path,
    group: speaker,
    attributes: { speaker, utterance, system: key === "bonafide" ? "bonafide" : system },
    path: file,
    load: (): Promise<AudioClip> => loadClip(file, { name: path }),
  };
}

function inCorpus(kind: string, item: Item, key: string): Item {
  const { group = "unknown", attributes = {} } = item;
  const system = key === "bonafide" ? "bonafide" : String(attributes.system ?? "unknown");
  const speaker = String(attributes.speaker ?? group);
  return {
    ...item,
    id: `${kind}/${item.id}`,
    label: key,
    group: `${kind}/${group}`,
    attributes: { ...attributes, key, system, speaker: `${kind}/${speaker}`, corpus: kind },
  };
}

function counted(items: readonly Item[]) {
  const bonafide = items.filter(({ label }) => label === "bonafide").length;
  const speakers = new Set(items.map(({ attributes }) => attributes?.speaker)).size;
  return { speakers, bonafide, spoofed: items.length - bonafide };
}

/** As many recordings of each speaker as the recipe wants, of as many speakers: the first of an order drawn by seed. */
function drawPeople(items: readonly Item[], { perSpeaker, speakers, seed }: SpoofedSpec): Item[] {
  const rng = createRng(seed);
  const byPerson = new Map<string, { item: Item; place: number }[]>();
  for (const item of items) {
    const person = String(item.attributes?.speaker ?? item.group ?? "unknown");
    const own = byPerson.get(person) ?? [];
    own.push({ item, place: rng.next() });
    byPerson.set(person, own);
  }
  const people = [...byPerson.values()].map((own) => ({ own, place: rng.next() }));
  return people
    .sort((a, b) => a.place - b.place)
    .slice(0, speakers)
    .flatMap(({ own }) => own.sort((a, b) => a.place - b.place).slice(0, perSpeaker))
    .map(({ item }) => item);
}
