import { openStorage, type Storage } from "../../storage/storage.js";
import { assembleCorpus, requireOneOf } from "../assemble.js";
import { audioItems, stem } from "../audioItems.js";
import type { LabelledOptions } from "../options.js";
import { parseCsv } from "../tables/parseCsv.js";
import { type Corpus, CorpusError, type CorpusInfo } from "../types.js";

export const audioMnistInfo: CorpusInfo = {
  name: "audioMnist",
  title: "AudioMNIST",
  licence: "MIT",
  citation:
    "Becker, S., Vielhaben, J., Ackermann, M., Müller, K.-R., Lapuschkin, S., Samek, W. (2024). AudioMNIST: Exploring Explainable Artificial Intelligence for audio analysis on a simple benchmark. Journal of the Franklin Institute 361(1), arXiv:1807.03418.",
  url: "https://github.com/soerenab/AudioMNIST",
  groupKey: "speaker",
};

const pattern = /^(\d)_(\d{2,3})_(\d+)$/;

/** Names of folders and archives that hold it. */
export const audioMnistNames = /audio.?mnist/i;

/** Is this a file of the corpus? */
export const isAudioMnistFile = (file: string): boolean => pattern.test(stem(file)) && /\.wav$/i.test(file);

/**
 * AudioMNIST: spoken digits 0–9 of 60 speakers, 48 kHz, `data/NN/{digit}_{NN}_{take}.wav`; and corpora of other languages in its layout.
 *
 * Age, gender, accent and origin of the speakers become attributes, from the original's `audioMNIST_meta.txt` (JSON) or from a table
 * `metadata.txt` with a column of speaker numbers. Without either there are none.
 *
 * @param options.label "digit" (default) or "speaker"; the group is the speaker, such as "07"
 * @throws CorpusError if there is no such file below the root, or the metadata can be read neither as JSON nor as a table
 */
export async function audioMnist({
  root,
  label = "digit",
  cacheDir,
}: LabelledOptions<"digit" | "speaker">): Promise<Corpus> {
  requireOneOf("audioMnist", "label", label, ["digit", "speaker"]);
  const storage = await openStorage(root, { names: audioMnistNames, cacheDir });
  const speakers = await readSpeakers(storage);
  const items = audioItems(storage, (file) => {
    const id = stem(file);
    const match = pattern.exec(id);
    if (!match) return undefined;
    const [, digit, speaker, take] = match;
    return {
      id,
      label: label === "digit" ? digit : speaker,
      group: speaker,
      attributes: { digit, speaker, take: Number(take), ...speakers.get(Number(speaker)) },
    };
  });
  return assembleCorpus(audioMnistInfo, items, { source: root, expected: "{digit}_{speaker}_{take}.wav" });
}

type Facts = Record<string, string | number>;

async function readSpeakers(storage: Storage): Promise<Map<number, Facts>> {
  const file = storage.files.find((f) => /(^|\/)(audioMNIST_meta\.txt|meta(data)?\.(txt|json|csv))$/i.test(f));
  if (file === undefined) return new Map();
  const text = new TextDecoder().decode(await storage.read(file)).trim();
  if (text.startsWith("{")) {
    try {
      const bySpeaker = JSON.parse(text) as Record<string, Record<string, unknown>>;
      return new Map(Object.entries(bySpeaker).map(([id, facts]) => [Number(id), clean(Object.entries(facts))]));
    } catch (error) {
      throw new CorpusError(`audioMnist: ${file} starts like JSON but cannot be read as such.`, { cause: error });
    }
  }
  const [header, ...rows] = parseCsv(text);
  const idColumn = header.findIndex((name) => /^(spk|speaker)?[ _-]?(id|no|nr)?$/i.test(name.trim()));
  if (idColumn < 0)
    throw new CorpusError(`audioMnist: ${file} has no column of speaker numbers, only ${header.join(", ")}.`);
  return new Map(
    // Columns named by a digit count the takes; they say nothing about the speaker.
    rows.map((row) => [
      Number(row[idColumn]),
      clean(
        header.map((name, i) => [name, row[i]] as const).filter(([name], i) => i !== idColumn && !/^\d$/.test(name)),
      ),
    ]),
  );
}

const genders: Record<string, string> = { m: "male", f: "female" };

function clean(entries: (readonly [string, unknown])[]): Facts {
  return Object.fromEntries(
    entries
      .filter(([, value]) => (typeof value === "string" && value !== "") || typeof value === "number")
      .map(([name, value]) => {
        const key = name
          .trim()
          .toLowerCase()
          .replace(/[ _]+(.)/g, (_, c: string) => c.toUpperCase());
        const text = String(value).trim();
        if (key === "gender") return [key, genders[text.toLowerCase()] ?? text.toLowerCase()];
        if (key === "age") return [key, Number.isFinite(Number(text)) ? Number(text) : text];
        return [key, text];
      }),
  );
}
