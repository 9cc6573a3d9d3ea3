import { describe, expect, it } from "vitest";
import { asvSpoof, detectCorpus, inTheWild, spoofProtocol, waveFake } from "../src/node.js";
import { facts, layoutMaker, rejection, sounds } from "./layouts.js";

const tree = layoutMaker();

describe("corpora of spoofed speech", () => {
  it("asvSpoof reads the protocols of 2019", async () => {
    const root = tree({
      "LA/ASVspoof2019_LA_cm_protocols/ASVspoof2019.LA.cm.train.trn.txt":
        "LA_0079 LA_T_1138215 - - bonafide\nLA_0080 LA_T_1271820 - A01 spoof\nLA_0080 LA_T_0000000 - A01 spoof\n",
      "LA/ASVspoof2019_LA_cm_protocols/ASVspoof2019.LA.cm.eval.trl.txt": "LA_0039 LA_E_2834763 - A11 spoof\n",
      ...sounds(
        "LA/ASVspoof2019_LA_train/flac/LA_T_1138215.flac",
        "LA/ASVspoof2019_LA_train/flac/LA_T_1271820.flac",
        "LA/ASVspoof2019_LA_eval/flac/LA_E_2834763.flac",
      ),
    });
    const corpus = await asvSpoof({ root });
    expect(facts(corpus)).toEqual([
      ["LA_E_2834763", "spoof", "LA_0039", "eval"],
      ["LA_T_1138215", "bonafide", "LA_0079", "train"],
      ["LA_T_1271820", "spoof", "LA_0080", "train"],
    ]);
    expect(corpus.classes).toEqual(["bonafide", "spoof"]);
    expect((await asvSpoof({ root, label: "system" })).classes).toEqual(["A01", "A11", "bonafide"]);
  });

  it("asvSpoof reads the keys of 2021, LA and DF", async () => {
    const root = tree({
      "keys/LA/CM/trial_metadata.txt": "LA_0009 LA_E_9332881 alaw ita_tx A07 spoof notrim eval\n",
      "keys/DF/CM/trial_metadata.txt":
        "LA_0023 DF_E_2000011 nocodec asvspoof A14 spoof notrim progress traditional_vocoder - - - -\nTEF2 DF_E_2000013 low_m4a vcc2020 - bonafide notrim eval - - - - -\n",
      ...sounds(
        "ASVspoof2021_LA_eval/flac/LA_E_9332881.flac",
        "ASVspoof2021_DF_eval/flac/DF_E_2000011.flac",
        "ASVspoof2021_DF_eval/flac/DF_E_2000013.flac",
      ),
    });
    const { items } = await asvSpoof({ root });
    expect(items.map((i) => [i.id, i.label, i.split, i.attributes?.system, i.attributes?.codec])).toEqual([
      ["DF_E_2000011", "spoof", "progress", "A14", "nocodec"],
      ["DF_E_2000013", "bonafide", "eval", "bonafide", "low_m4a"],
      ["LA_E_9332881", "spoof", "eval", "A07", "alaw"],
    ]);
  });

  it("asvSpoof names a line that is no trial, and a missing protocol", async () => {
    const root = tree({
      "x.cm.train.trn.txt": "LA_0079 LA_T_1138215 - - bonafide\nnonsense\n",
      ...sounds("LA_T_1138215.flac"),
    });
    expect(await rejection(asvSpoof({ root }))).toBe('asvSpoof: line 2 of x.cm.train.trn.txt is no trial: "nonsense".');
    expect(await rejection(asvSpoof({ root: tree(sounds("LA_T_1138215.flac")) }))).toMatch(
      /^asvSpoof: found no protocol in .*; needed are files such as/,
    );
  });

  it("inTheWild reads meta.csv", async () => {
    const root = tree({
      "release_in_the_wild/meta.csv": "file,speaker,label\n0.wav,Alec Guinness,spoof\n1.wav,Adam Driver,bona-fide\n",
      ...sounds("release_in_the_wild/0.wav", "release_in_the_wild/1.wav"),
    });
    expect(facts(await inTheWild({ root }))).toEqual([
      ["0", "spoof", "Alec Guinness", undefined],
      ["1", "bonafide", "Adam Driver", undefined],
    ]);
    expect(await detectCorpus(root)).toBe("inTheWild");
  });

  it("waveFake takes the system from the folder and groups the versions of a sentence", async () => {
    const root = tree(
      sounds(
        "generated_audio/ljspeech_melgan/LJ001-0001_gen.wav",
        "generated_audio/jsut_parallel_wavegan/BASIC5000_0001_gen.wav",
        "LJSpeech-1.1/wavs/LJ001-0001.wav",
        "LJSpeech-1.1/other/hello.wav",
      ),
    );
    expect(facts(await waveFake({ root }))).toEqual([
      ["bonafide/LJ001-0001", "bonafide", "LJ001-0001", undefined],
      ["melgan/LJ001-0001", "spoof", "LJ001-0001", undefined],
      ["parallel_wavegan/BASIC5000_0001", "spoof", "BASIC5000_0001", undefined],
    ]);
  });

  it("spoofProtocol groups by speaker, or by sentence where there is one speaker", async () => {
    const table = (speakers: string[]): string =>
      [
        "path\tspeaker\tutterance\tsystem\tkey\tgain",
        ...speakers.map((s, i) => `w/${i}.wav\t${s}\tu${i % 2}\t${i ? "lpc" : "-"}\t${i ? "spoof" : "bonafide"}\t${i}`),
      ].join("\n");
    const files = sounds("w/0.wav", "w/1.wav", "w/2.wav", "w/unlisted.wav");
    const two = await spoofProtocol({ root: tree({ ...files, "protocol.tsv": table(["a", "b", "b"]) }) });
    expect(facts(two)).toEqual([
      ["w/0.wav", "bonafide", "a", undefined],
      ["w/1.wav", "spoof", "b", undefined],
      ["w/2.wav", "spoof", "b", undefined],
    ]);
    expect(two.items[1].attributes).toMatchObject({ system: "lpc", gain: "1" });
    const one = await spoofProtocol({ root: tree({ ...files, "protocol.tsv": table(["a", "a", "a"]) }) });
    expect(one.items.map((i) => i.group)).toEqual(["u0", "u1", "u0"]);
    expect(await rejection(spoofProtocol({ root: tree({ ...files, "protocol.tsv": "path\tkey\n" }) }))).toBe(
      "spoofProtocol: protocol.tsv lacks the columns speaker, utterance, system.",
    );
  });
});
