import type { Storage } from "../../storage/storage.js";
import { audioCorpus, type Described } from "../audioCorpus.js";
import { stem } from "../audioItems.js";
import { CorpusError } from "../types.js";

type Label = "key" | "system";
const fileName = /^(LA|PA|DF)_[TDE]_\d+$/;

/**
 * One line of a protocol: `LA_0079 LA_T_1138215 - A01 spoof` (2019), or
 * `LA_0009 LA_E_9332881 alaw ita_tx A07 spoof notrim eval …` (2021): the system stands before the key in both.
 */
function parseLine(line: string, part: string | undefined): Described<Label> | undefined {
  const fields = line.trim().split(/\s+/);
  const keyAt = fields.findIndex((f) => f === "bonafide" || f === "spoof");
  if (keyAt < 3 || !fileName.test(fields[1])) return undefined;
  const [speaker, id] = fields;
  const key = fields[keyAt];
  const system = key === "bonafide" ? "bonafide" : fields[keyAt - 1];
  const is2021 = keyAt >= 5;
  return {
    id,
    group: speaker,
    split: is2021 ? fields[keyAt + 2] : part,
    labels: { key, system },
    attributes: {
      speaker,
      key,
      system,
      ...(is2021 && { codec: fields[2], transmission: fields[3] }),
      ...(!is2021 && fields[2] !== "-" && { environment: fields[2] }),
    },
  };
}

/**
 * ASVspoof 2019 (LA, PA) and 2021 (LA, DF): FLAC files and protocol files, in the layout of the releases; several editions below one root are read together.
 *
 * Labels: "key" (default; "bonafide" and "spoof") or "system" ("bonafide", "A01" …). The group is the speaker, the split that of the protocol:
 * "train", "dev", "eval" (2019), "progress", "eval", "hidden" (2021).
 */
export const asvSpoof = audioCorpus<Label>({
  info: {
    name: "asvSpoof",
    title: "ASVspoof 2019 and 2021",
    licence: "ODC-By 1.0",
    citation:
      "Wang, X. et al. (2020). ASVspoof 2019: A large-scale public database of synthesized, converted and replayed speech. Computer Speech & Language 64. Liu, X. et al. (2023). ASVspoof 2021: Towards Spoofed and Deepfake Speech Detection in the Wild. IEEE/ACM TASLP 31.",
    url: "https://www.asvspoof.org/",
    groupKey: "speaker",
    officialSplit: "train, dev and eval of the protocols; systems of eval are not in train",
  },
  names: /^asv.?spoof.?(2019|2021)?([-_. ]?(LA|PA|DF))?(\.|$)/i,
  labels: ["key", "system"],
  classes: { key: ["bonafide", "spoof"] },
  expected: "protocol that lists the sound files (ASVspoof2019.LA.cm.train.trn.txt, trial_metadata.txt)",
  isFile: (file) => fileName.test(stem(file)),
  async describe(storage) {
    const trials = await readProtocols(storage);
    return (file) => trials.get(stem(file));
  },
  listed: async (storage) => (await readProtocols(storage)).keys(),
});

async function readProtocols(storage: Storage): Promise<Map<string, Described<Label>>> {
  const protocols = storage.files.filter(
    (file) => /cm\.(train|dev|eval)\.tr[nl]\.txt$/.test(file) || /CM\/trial_metadata\.txt$/i.test(file),
  );
  if (protocols.length === 0) {
    throw new CorpusError(
      `asvSpoof: found no protocol in ${storage.source}; needed are files such as ASVspoof2019.LA.cm.train.trn.txt or keys/LA/CM/trial_metadata.txt.`,
    );
  }
  const trials = new Map<string, Described<Label>>();
  for (const file of protocols) {
    const part = /cm\.(train|dev|eval)\./.exec(file)?.[1];
    const lines = new TextDecoder().decode(await storage.read(file)).split("\n");
    lines.forEach((line, i) => {
      if (line.trim() === "") return;
      const trial = parseLine(line, part);
      if (!trial)
        throw new CorpusError(`asvSpoof: line ${i + 1} of ${file} is no trial: ${JSON.stringify(line.slice(0, 80))}.`);
      trials.set(trial.id, trial);
    });
  }
  return trials;
}
