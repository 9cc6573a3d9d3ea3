import { basename, dirname } from "node:path/posix";
import { audioCorpus } from "../audioCorpus.js";
import { stem } from "../audioItems.js";

const pattern = /^(?:(LJ\d{3}-\d{4})|((?:BASIC5000|BASIC\d+|common_voice|gen|\w+)[-_]\w+))(_gen(?:erated)?)?$/;

/** System of a folder's files: `ljspeech_melgan` → melgan; folders of real speech have none. */
function systemOf(folder: string): { corpus: string; system: string } | undefined {
  const match = /^(ljspeech|jsut|common_voices)_(.+)$/i.exec(folder);
  return match ? { corpus: match[1].toLowerCase(), system: match[2] } : undefined;
}

/**
 * WaveFake: sentences of LJSpeech and JSUT through a dozen vocoders, `ljspeech_melgan/LJ001-0001_gen.wav`; with the real recordings
 * (`LJSpeech-1.1/wavs`, `jsut_ver1.1/basic5000/wav`) below the same root.
 *
 * Labels: "key" (default; "bonafide" and "spoof") or "system". The group is the sentence: every system speaks the same ones.
 */
export const waveFake = audioCorpus({
  info: {
    name: "waveFake",
    title: "WaveFake",
    licence: "CC BY-SA 4.0",
    citation:
      "Frank, J., Schönherr, L. (2021). WaveFake: A Data Set to Facilitate Audio Deepfake Detection. NeurIPS Datasets and Benchmarks.",
    url: "https://zenodo.org/records/5642694",
    groupKey: "sentence",
  },
  names: /wave.?fake/i,
  labels: ["key", "system"],
  classes: { key: ["bonafide", "spoof"] },
  expected: "ljspeech_melgan/LJ001-0001_gen.wav",
  isFile: (file) => systemOf(basename(dirname(file))) !== undefined && pattern.test(stem(file)),
  describe: () => (file) => {
    const name = stem(file);
    const folder = basename(dirname(file));
    const made = systemOf(folder);
    const sentence = name.replace(/_gen(erated)?$/, "");
    const isReal = made === undefined && /^(LJ\d{3}-\d{4}|BASIC5000_\d+)$/.test(name);
    if (!made && !isReal) return undefined;
    const key = made ? "spoof" : "bonafide";
    const system = made?.system ?? "bonafide";
    const speaker =
      made?.corpus === "jsut" || name.startsWith("BASIC")
        ? "jsut"
        : made?.corpus === "common_voices"
          ? "common_voices"
          : "LJ";
    return {
      id: `${system}/${sentence}`,
      group: sentence,
      labels: { key, system },
      attributes: { speaker, sentence, system, key },
    };
  },
});
