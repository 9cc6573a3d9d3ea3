import { createHash } from "node:crypto";
import { basename, dirname } from "node:path/posix";
import type { Storage } from "../../storage/storage.js";
import { audioCorpus } from "../audioCorpus.js";
import { stem } from "../audioItems.js";

const pattern = /^([0-9a-f]{8})_nohash_(\d+)$/;

/**
 * Google's Speech Commands (versions 0.01 and 0.02): 35 words of one second, `word/SPEAKER_nohash_N.wav`.
 *
 * Labels: "word" (default) or "speaker". The group is the speaker. The split is that of `validation_list.txt` and `testing_list.txt`, and where these
 * are missing that of the published hash rule; background noise is left out.
 */
export const speechCommands = audioCorpus({
  info: {
    name: "speechCommands",
    title: "Speech Commands",
    licence: "CC BY 4.0",
    citation:
      "Warden, P. (2018). Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition. arXiv:1804.03209.",
    url: "https://www.tensorflow.org/datasets/catalog/speech_commands",
    groupKey: "speaker",
    officialSplit: "train, valid and test by a hash of the speaker's name",
  },
  names: /speech.?commands/i,
  labels: ["word", "speaker"],
  expected: "word/SPEAKER_nohash_N.wav",
  isFile: (file) => pattern.test(stem(file)),
  async describe(storage) {
    const [valid, test] = await Promise.all(lists.map((name) => readList(storage, name)));
    return (file) => {
      const match = pattern.exec(stem(file));
      if (!match) return undefined;
      const [, speaker, take] = match;
      const word = basename(dirname(file));
      const id = `${word}/${basename(file)}`;
      const split = valid && test ? (test.has(id) ? "test" : valid.has(id) ? "valid" : "train") : hashedPart(speaker);
      return {
        id,
        group: speaker,
        split,
        labels: { word, speaker },
        attributes: { word, speaker, take: Number(take) },
      };
    };
  },
  listed: async (storage) =>
    (await Promise.all(lists.map((name) => readList(storage, name)))).flatMap((list) => [...(list ?? [])]),
});

const lists = ["validation_list.txt", "testing_list.txt"];

async function readList(storage: Storage, name: string): Promise<Set<string> | undefined> {
  if (!storage.files.includes(name)) return undefined;
  return new Set(
    new TextDecoder()
      .decode(await storage.read(name))
      .split(/\r?\n/)
      .filter(Boolean),
  );
}

/** The rule of the corpus' README: the speaker's hash as a percentage, 10 to validation, the next 10 to test. */
function hashedPart(speaker: string): string {
  const most = 2n ** 27n - 1n;
  const hash = BigInt(`0x${createHash("sha1").update(speaker).digest("hex")}`) % (most + 1n);
  const percentage = Number(hash) * (100 / Number(most));
  return percentage < 10 ? "valid" : percentage < 20 ? "test" : "train";
}
