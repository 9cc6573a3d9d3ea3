import type { Item } from "../corpora/types.js";
import { mixSeed } from "../splits/stratifiedSplit.js";
import { type SpoofMethodName, spoofMethodNames } from "./methods.js";
import type { SpoofJob } from "./spoofJob.js";

/** What decides which spoofed versions of recordings are made. */
export interface PlanSpoofOptions {
  /** Methods (default all of our own); "espeak" needs espeak-ng and a text. */
  methods?: readonly (SpoofMethodName | "espeak")[];
  /** Versions of each recording: by every method, by one in turn, or by this many of them, spread over the list (default "one"). */
  versions?: "all" | "one" | number;
  /** Draws every parameter (default 0). */
  seed?: number;
  /** What is said in a recording (default its attribute "text" or "sentence", or its digit). */
  text?: (item: Item) => string | undefined;
}

/** A line of the protocol. */
export interface SpoofRecord {
  path: string;
  speaker: string;
  utterance: string;
  system: string;
  key: "bonafide" | "spoof";
  parameters: Record<string, number>;
}

/** The files that are made of one recording. */
export interface PlannedSpoof {
  item: Item;
  /** What is said in it, where that is known. */
  text?: string;
  files: PlannedFile[];
}

/** One of them. */
export interface PlannedFile {
  system: SpoofJob["system"];
  /** Of its own parameters, which do not depend on what else is made. */
  seed: number;
  /** Its line in the protocol; the parameters are known when it is made. */
  record: SpoofRecord;
}

/**
 * What `makeSpoof` makes of each recording: a bona fide copy, and versions by methods in turn.
 *
 * @param items bona fide speech; the speaker is the attribute "speaker", else the group
 * @returns in the order of the items' ids, so that it does not depend on theirs
 * @throws RangeError if a method is not known, or versions are no whole number from 1 to that of the methods
 */
export function planSpoof(
  items: readonly Item[],
  { methods = spoofMethodNames, versions = "one", seed = 0, text = defaultText }: PlanSpoofOptions = {},
): PlannedSpoof[] {
  const unknown = methods.find((m) => m !== "espeak" && !spoofMethodNames.includes(m));
  if (unknown !== undefined || methods.length === 0) {
    throw new RangeError(
      `makeSpoof: methods must be some of ${[...spoofMethodNames, "espeak"].join(", ")}, got ${unknown ?? "none"}.`,
    );
  }
  const each = versions === "all" ? methods.length : versions === "one" ? 1 : versions;
  if (!Number.isInteger(each) || each < 1 || each > methods.length) {
    throw new RangeError(
      `makeSpoof: versions must be "all", "one" or a whole number from 1 to ${methods.length} (methods), got ${versions}.`,
    );
  }
  const sorted = [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
  return sorted.map((item, index) => {
    const chosen = Array.from(
      { length: each },
      (_, version) => methods[(index + Math.floor((version * methods.length) / each)) % methods.length],
    );
    const said = text(item);
    return {
      item,
      ...(said !== undefined && { text: said }),
      files: (["bonafide", ...chosen] as const).map((system) => {
        const record = recordOf(item, system);
        return { system, seed: mixSeed(seed, record.path), record };
      }),
    };
  });
}

/** The protocol as text: tab-separated, with the columns path, speaker, utterance, system, key, parameters, sorted by path. */
export function protocolText(records: readonly SpoofRecord[]): string {
  const sorted = [...records].sort((a, b) => (a.path < b.path ? -1 : 1));
  const lines = sorted.map(({ path, speaker, utterance, system, key, parameters }) => {
    const values = Object.entries(parameters).map(([name, value]) => `${name}=${Number(value.toPrecision(5))}`);
    return [path, speaker, utterance, system, key, values.join(" ")].join("\t");
  });
  return `${["path\tspeaker\tutterance\tsystem\tkey\tparameters", ...lines].join("\n")}\n`;
}

function recordOf(item: Item, system: string): SpoofRecord {
  const name = item.id.replace(/\.[A-Za-z0-9]+$/, "").replace(/[^A-Za-z0-9._-]+/g, "_");
  return {
    path: `${system}/${name}.wav`,
    speaker: String(item.attributes?.speaker ?? item.group ?? "unknown"),
    utterance: name,
    system: system === "bonafide" ? "-" : system,
    key: system === "bonafide" ? "bonafide" : "spoof",
    parameters: {},
  };
}

const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

function defaultText({ attributes = {} }: Item): string | undefined {
  const said = attributes.text ?? attributes.sentence;
  if (said !== undefined) return String(said);
  return attributes.digit === undefined ? undefined : words[Number(attributes.digit)];
}
