import { openStorage } from "../../storage/storage.js";
import { assembleCorpus, requireOneOf } from "../assemble.js";
import { audioItems, stem } from "../audioItems.js";
import type { LabelledOptions } from "../options.js";
import type { Corpus, CorpusInfo } from "../types.js";

export const freeSpokenDigitsInfo: CorpusInfo = {
  name: "freeSpokenDigits",
  title: "Free Spoken Digit Dataset (FSDD)",
  licence: "CC BY-SA 4.0",
  citation: "Jackson, Z. et al. (2018). Free Spoken Digit Dataset. Zenodo, doi:10.5281/zenodo.1342401.",
  url: "https://github.com/Jakobovski/free-spoken-digit-dataset",
  groupKey: "speaker",
  officialSplit: "takes 0–4 of each speaker and digit are the test part (speakers are in both parts)",
};

const pattern = /^(\d)_([A-Za-z]+)_(\d+)$/;

/** Names of folders and archives that hold it. */
export const freeSpokenDigitsNames = /free.?spoken.?digit|^fsdd/i;

/** Is this a file of the corpus? */
export const isFreeSpokenDigit = (file: string): boolean => pattern.test(stem(file)) && /\.wav$/i.test(file);

/**
 * Free Spoken Digit Dataset: English digits 0–9, 8 kHz, six speakers, `recordings/{digit}_{speaker}_{take}.wav`.
 *
 * @param options.label "digit" (default) or "speaker"; the group is the speaker
 * @throws CorpusError if there is no such file below the root
 */
export async function freeSpokenDigits({
  root,
  label = "digit",
  cacheDir,
}: LabelledOptions<"digit" | "speaker">): Promise<Corpus> {
  requireOneOf("freeSpokenDigits", "label", label, ["digit", "speaker"]);
  const storage = await openStorage(root, { names: freeSpokenDigitsNames, cacheDir });
  const items = audioItems(storage, (file) => {
    const id = stem(file);
    const match = pattern.exec(id);
    if (!match) return undefined;
    const [, digit, speaker, take] = match;
    return {
      id,
      label: label === "digit" ? digit : speaker,
      group: speaker,
      split: Number(take) < 5 ? "test" : "train",
      attributes: { digit, speaker, take: Number(take) },
    };
  });
  return assembleCorpus(freeSpokenDigitsInfo, items, { source: root, expected: "{digit}_{speaker}_{take}.wav" });
}
