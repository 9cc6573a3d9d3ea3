import { basename } from "node:path/posix";
import { audioCorpus } from "../audioCorpus.js";
import { stem } from "../audioItems.js";
import { tableByKey } from "../tables/tableByKey.js";
import { CorpusError } from "../types.js";

/**
 * In-the-Wild: deepfakes and real recordings of 58 politicians and celebrities, `0.wav` … and `meta.csv` (file, speaker, label).
 *
 * Labels: "key" (default; "bonafide" and "spoof") or "speaker". The group is the speaker.
 */
export const inTheWild = audioCorpus({
  info: {
    name: "inTheWild",
    title: "In-the-Wild audio deepfakes",
    licence: "Apache-2.0",
    citation:
      "Müller, N. M., Czempin, P., Dieckmann, F., Froghyar, A., Böttinger, K. (2022). Does Audio Deepfake Detection Generalize? Interspeech 2022.",
    url: "https://deepfake-total.com/in_the_wild",
    groupKey: "speaker",
  },
  names: /in.?the.?wild/i,
  labels: ["key", "speaker"],
  classes: { key: ["bonafide", "spoof"] },
  expected: "sound file that meta.csv lists",
  async describe(storage) {
    const rows = await tableByKey(storage, /(^|\/)meta\.csv$/i, "file");
    if (rows.size === 0)
      throw new CorpusError(`inTheWild: found no meta.csv (file, speaker, label) in ${storage.source}.`);
    return (file) => {
      const row = rows.get(basename(file));
      if (!row) return undefined;
      const key = row.label === "spoof" ? "spoof" : "bonafide";
      return {
        id: stem(file),
        group: row.speaker,
        labels: { key, speaker: row.speaker },
        attributes: { speaker: row.speaker, key },
      };
    };
  },
  listed: async (storage) => [...(await tableByKey(storage, /(^|\/)meta\.csv$/i, "file")).keys()].map(stem),
});
