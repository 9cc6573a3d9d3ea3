import type { Storage } from "../../storage/storage.js";
import { audioCorpus } from "../audioCorpus.js";
import { parseCsv } from "../tables/parseCsv.js";
import { CorpusError } from "../types.js";

/** Columns that a protocol.tsv must have. */
const needed = ["path", "speaker", "utterance", "system", "key"];

/**
 * Spoofed and real speech listed by a `protocol.tsv` with the columns path, speaker, utterance, system and key ("bonafide" or "spoof"), as `earshot spoof` writes it;
 * further columns become attributes.
 *
 * Labels: "key" (default) or "system". The group is the speaker, or the sentence where there is one speaker alone: its versions must not be told apart by what is said.
 */
export const spoofProtocol = audioCorpus({
  info: {
    name: "spoofProtocol",
    title: "spoofed speech with a protocol.tsv",
    licence: "as its recordings say",
    citation: "as its recordings say",
    url: "none",
    groupKey: "speaker, or sentence where there is one speaker",
  },
  names: /vocoder.?spoof/i,
  labels: ["key", "system"],
  classes: { key: ["bonafide", "spoof"] },
  expected: "sound file that protocol.tsv lists",
  listed: async (storage) => (await readProtocol(storage)).records.map(({ path }) => path),
  async describe(storage) {
    const { base, records } = await readProtocol(storage);
    const oneSpeaker = new Set(records.map((r) => r.speaker)).size < 2;
    const byPath = new Map(records.map((record) => [base + record.path, record]));
    return (path) => {
      const record = byPath.get(path);
      if (!record) return undefined;
      const { path: id, key, ...rest } = record;
      const system = key === "bonafide" ? "bonafide" : rest.system;
      return {
        id,
        group: oneSpeaker ? rest.utterance : rest.speaker,
        labels: { key, system },
        attributes: { ...rest, key, system },
      };
    };
  },
});

/** The rows of the protocol, and the folder that their paths begin in. */
async function readProtocol(storage: Storage): Promise<{ base: string; records: Record<string, string>[] }> {
  const file = storage.files.find((f) => /(^|\/)protocol\.tsv$/i.test(f));
  if (file === undefined) throw new CorpusError(`spoofProtocol: found no protocol.tsv in ${storage.source}.`);
  const base = file.slice(0, -"protocol.tsv".length);
  const [header = [], ...rows] = parseCsv(new TextDecoder().decode(await storage.read(file)), { delimiter: "\t" });
  const missing = needed.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw new CorpusError(
      `spoofProtocol: ${file} lacks the column${missing.length > 1 ? "s" : ""} ${missing.join(", ")}.`,
    );
  const records = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ""])));
  const bad = records.find(({ key }) => key !== "bonafide" && key !== "spoof");
  if (bad)
    throw new CorpusError(
      `spoofProtocol: the key of ${bad.path} in ${file} must be bonafide or spoof, got ${JSON.stringify(bad.key)}.`,
    );
  return { base, records };
}
