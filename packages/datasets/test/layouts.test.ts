import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { dataFolder, dataPath } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import {
  asvSpoof,
  type Corpus,
  corpora,
  creditCardDefault,
  cremaD,
  detectCorpus,
  emnist,
  emoDb,
  esc10,
  esc50,
  flickr8k,
  germanCredit,
  giveMeSomeCredit,
  grid,
  imageFolder,
  imdb,
  inTheWild,
  listCorpora,
  mnist,
  omniglot,
  orlFaces,
  ravdess,
  readAlign,
  savee,
  speechCommands,
  spoofProtocol,
  tess,
  waveFake,
} from "../src/node.js";
import { ascii, realCache, temporaryFolder, toneWav, writeTree } from "./support.js";

const folder = temporaryFolder();
const cacheDir = realCache;
let made = 0;
const tree = (files: Record<string, string | Uint8Array>): string => writeTree(join(folder, `case${made++}`), files);
const sounds = (...names: string[]): Record<string, Uint8Array> => Object.fromEntries(names.map((name) => [name, wav]));
const wav = toneWav();
const rejection = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
};
const facts = <T>(corpus: Corpus<T>) => corpus.items.map(({ id, label, group, split }) => [id, label, group, split]);
const count = (corpus: Corpus<unknown>, key: "label" | "group" | "split"): number =>
  new Set(corpus.items.map((i) => i[key])).size;

describe("corpora of emotional speech", () => {
  it("ravdess reads the eight fields of its names and leaves videos out", async () => {
    const root = tree(
      sounds(
        "Actor_12/03-01-06-01-02-01-12.wav",
        "Actor_12/01-01-06-01-02-01-12.mp4",
        "Actor_01/03-02-01-01-01-02-01.wav",
        "audio/Actor_01/03-02-01-01-01-02-01.wav",
      ),
    );
    const corpus = await ravdess({ root });
    expect(facts(corpus)).toEqual([
      ["03-01-06-01-02-01-12", "fearful", "12", undefined],
      ["03-02-01-01-01-02-01", "neutral", "01", undefined],
    ]);
    expect(corpus.items[0].attributes).toEqual({
      speaker: "12",
      gender: "female",
      emotion: "fearful",
      intensity: "normal",
      channel: "speech",
      sentence: "dogs are sitting by the door",
      take: 1,
    });
    expect(corpus.classes).toEqual(["neutral", "fearful"]);
  });

  it("emoDb reads speaker, sentence and the German initial of the emotion", async () => {
    const corpus = await emoDb({ root: tree(sounds("wav/03a01Fa.wav", "wav/16b10Wb.wav")) });
    expect(facts(corpus)).toEqual([
      ["03a01Fa", "happiness", "03", undefined],
      ["16b10Wb", "anger", "16", undefined],
    ]);
    expect(corpus.items.map((i) => i.attributes?.gender)).toEqual(["male", "female"]);
  });

  it("cremaD adds age and sex from its table", async () => {
    const root = tree({
      ...sounds("AudioWAV/1001_DFA_ANG_XX.wav", "AudioWAV/1002_IEO_SAD_HI.wav"),
      "VideoDemographics.csv": "ActorID,Age,Sex,Race,Ethnicity\n1001,51,Male,Caucasian,Not Hispanic\n",
    });
    const { items } = await cremaD({ root });
    expect(items[0]).toMatchObject({ label: "anger", group: "1001", attributes: { gender: "male", age: 51 } });
    expect(items[1]).toMatchObject({ label: "sadness", attributes: { intensity: "high", sentence: "IEO" } });
  });

  it("tess groups by the word, and reads the file whose speaker is misspelt", async () => {
    const corpus = await tess({
      root: tree(sounds("OAF_Fear/OAF_back_fear.wav", "YAF_ps/YAF_dog_ps.wav", "OAF_neutral/OA_bite_neutral.wav")),
    });
    expect(facts(corpus)).toEqual([
      ["OAF_back_fear", "fear", "back", undefined],
      ["OA_bite_neutral", "neutral", "bite", undefined],
      ["YAF_dog_ps", "surprise", "dog", undefined],
    ]);
    expect((await tess({ root: corpus.items[0].path!.replace(/OAF_Fear.*/, ""), label: "speaker" })).classes).toEqual([
      "OAF",
      "YAF",
    ]);
  });

  it("savee reads both layouts", async () => {
    const expected = [
      ["DC_a01", "anger", "DC", undefined],
      ["KL_su15", "surprise", "KL", undefined],
    ];
    expect(facts(await savee({ root: tree(sounds("AudioData/DC/a01.wav", "AudioData/KL/su15.wav")) }))).toEqual(
      expected,
    );
    expect(facts(await savee({ root: tree(sounds("ALL/DC_a01.wav", "ALL/KL_su15.wav")) }))).toEqual(expected);
  });
});

describe("esc50 and esc10", () => {
  const current = tree(sounds("audio/1-100032-A-0.wav", "audio/2-100648-A-43.wav", "audio/5-9032-A-0.wav"));
  const original = tree(sounds("ESC-10/001 - Dog bark/1-30226-A.ogg", "ESC-10/004 - Baby cry/3-152007-B.ogg"));
  it("reads the current layout, by class numbers", async () => {
    expect(facts(await esc50({ root: current }))).toEqual([
      ["1-100032-A-0", "dog", "100032", "fold1"],
      ["2-100648-A-43", "car_horn", "100648", "fold2"],
      ["5-9032-A-0", "dog", "9032", "fold5"],
    ]);
  });
  it("takes the ten classes out of either layout", async () => {
    expect((await esc10({ root: current })).classes).toEqual(["dog"]);
    expect(facts(await esc10({ root: original }))).toEqual([
      ["1-30226-A", "dog", "30226", "fold1"],
      ["3-152007-B", "crying_baby", "152007", "fold3"],
    ]);
  });
});

describe("speechCommands", () => {
  it("follows the lists, or the published hash where they are missing", async () => {
    const files = sounds(
      "bed/0a7c2a8d_nohash_0.wav",
      "cat/00f0204f_nohash_1.wav",
      "dog/0132a06d_nohash_0.wav",
      "_background_noise_/white.wav",
    );
    const listed = await speechCommands({
      root: tree({
        ...files,
        "validation_list.txt": "bed/0a7c2a8d_nohash_0.wav\n",
        "testing_list.txt": "cat/00f0204f_nohash_1.wav\n",
      }),
    });
    expect(facts(listed)).toEqual([
      ["bed/0a7c2a8d_nohash_0.wav", "bed", "0a7c2a8d", "valid"],
      ["cat/00f0204f_nohash_1.wav", "cat", "00f0204f", "test"],
      ["dog/0132a06d_nohash_0.wav", "dog", "0132a06d", "train"],
    ]);
    const hashed = await speechCommands({ root: tree(files) });
    expect(hashed.items).toHaveLength(3);
    expect(hashed.items.every((i) => ["train", "valid", "test"].includes(i.split!))).toBe(true);
  });
});

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

describe("corpora of pictures and texts", () => {
  const idx = (shape: number[], values: number[]): Uint8Array => {
    const out = new Uint8Array(4 + 4 * shape.length + values.length);
    const view = new DataView(out.buffer);
    out[2] = 8;
    out[3] = shape.length;
    shape.forEach((n, i) => {
      view.setUint32(4 + 4 * i, n);
    });
    out.set(values, 4 + 4 * shape.length);
    return out;
  };
  const files = {
    "train-images-idx3-ubyte.gz": gzipSync(idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
    "train-labels-idx1-ubyte.gz": gzipSync(idx([2], [7, 3])),
    "t10k-images-idx3-ubyte": idx([1, 2, 3], [1, 2, 3, 4, 5, 6]),
    "t10k-labels-idx1-ubyte": idx([1], [7]),
  };

  it("mnist reads packed and unpacked idx files", async () => {
    const corpus = await mnist({ root: tree(files) });
    expect(facts(corpus)).toEqual([
      ["test-000000", "7", undefined, "test"],
      ["train-000000", "7", undefined, "train"],
      ["train-000001", "3", undefined, "train"],
    ]);
    expect(await corpus.items[2].load()).toEqual({ pixels: Uint8Array.of(7, 8, 9, 10, 11, 12), width: 3, height: 2 });
  });

  it("emnist turns pictures upright and names classes by the mapping", async () => {
    const root = tree({
      "emnist-letters-train-images-idx3-ubyte": idx([1, 2, 2], [1, 2, 3, 4]),
      "emnist-letters-train-labels-idx1-ubyte": idx([1], [2]),
      "emnist-letters-test-images-idx3-ubyte": idx([1, 2, 2], [1, 2, 3, 4]),
      "emnist-letters-test-labels-idx1-ubyte": idx([1], [1]),
      "emnist-letters-mapping.txt": "1 65 97\n2 66 98\n",
    });
    const corpus = await emnist({ root, part: "letters" });
    expect(corpus.classes).toEqual(["A", "B"]);
    expect([...(await corpus.items[0].load()).pixels]).toEqual([1, 3, 2, 4]);
  });

  it("mnist names what is missing or cut", async () => {
    const { "t10k-labels-idx1-ubyte": _, ...some } = files;
    expect(await rejection(mnist({ root: tree(some) }))).toMatch(/^mnist: found no file like .*t10k-labels.* in /);
    expect(await rejection(mnist({ root: tree({ ...files, "t10k-images-idx3-ubyte": idx([2, 2, 3], [1, 2]) }) }))).toBe(
      "t10k-images-idx3-ubyte: the header claims 2 × 2 × 3 bytes, but 2 follow.",
    );
    expect(await rejection(mnist({ root: tree({ ...files, "t10k-labels-idx1-ubyte": idx([2], [1, 2]) }) }))).toMatch(
      /^mnist: 1 pictures of test have 2 labels/,
    );
  });

  it("omniglot, orlFaces and imageFolder read labels from folders", async () => {
    const greek = await omniglot({
      root: tree({
        "images_background/Greek/character01/0394_07.png": "x",
        "images_background/Latin/character02/0500_01.png": "x",
      }),
    });
    expect(facts(greek)).toEqual([
      ["Greek/0394_07", "Greek/character01", "Greek-07", undefined],
      ["Latin/0500_01", "Latin/character02", "Latin-01", undefined],
    ]);
    const pgm = Buffer.concat([Buffer.from("P5\n# made here\n3 2\n255\n"), Buffer.from([1, 2, 3, 4, 5, 6])]);
    const orl = await orlFaces({ root: tree({ "s10/1.pgm": pgm, "s2/10.pgm": pgm.subarray(0, -1) }) });
    expect(orl.classes).toEqual(["s2", "s10"]);
    expect((await orl.items[1].load()).pixels).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(await rejection(orl.items[0].load())).toBe("s2/10.pgm: 3 × 2 pixels are claimed, but 5 are there.");
    const cifar = await imageFolder({ root: tree({ "c/train/cat/0001.jpg": "x", "c/test/dog/0001.jpg": "x" }) });
    expect(facts(cifar)).toEqual([
      ["test/dog/0001.jpg", "dog", undefined, "test"],
      ["train/cat/0001.jpg", "cat", undefined, "train"],
    ]);
  });

  it("flickr8k reads captions with commas, and the official split", async () => {
    const { items } = await flickr8k({
      root: tree({
        "Images/1_a.jpg": "x",
        "Images/2_b.jpg": "x",
        "Images/3_c.jpg": "x",
        "captions.txt": 'image,caption\n1_a.jpg,"A dog , wet ."\n1_a.jpg,A dog\n2_b.jpg,A man, alone\n',
        "Flickr_8k.testImages.txt": "2_b.jpg\n",
      }),
    });
    expect(items.map((i) => [i.id, i.split, i.captions])).toEqual([
      ["1_a", undefined, ["A dog , wet .", "A dog"]],
      ["2_b", "test", ["A man, alone"]],
    ]);
  });

  it("imdb reads rating and film", async () => {
    const { items } = await imdb({
      root: tree({
        "aclImdb/train/pos/0_9.txt": "good",
        "aclImdb/test/neg/1_2.txt": "bad",
        "aclImdb/train/urls_pos.txt": "http://www.imdb.com/title/tt0453418/usercomments\n",
      }),
    });
    expect(items.map((i) => [i.id, i.label, i.split, i.group, i.attributes?.rating])).toEqual([
      ["test/neg/1_2", "neg", "test", undefined, 2],
      ["train/pos/0_9", "pos", "train", "tt0453418", 9],
    ]);
    expect(await items[1].load()).toBe("good");
  });

  it("grid reads the words of a name, and alignments", async () => {
    const root = tree({
      ...sounds("s1/bbaf2n.wav", "s2/swwz9a.wav", "s2/lrwp9a.mpg"),
      "align/swwp2s.align": "0 12250 sil\n12250 19250 set\n",
    });
    const { items } = await grid({ root });
    expect(items[0]).toMatchObject({
      id: "s1/bbaf2n",
      label: "2",
      group: "s1",
      attributes: { sentence: "bin blue at f 2 now" },
    });
    expect(items.map((i) => i.label)).toEqual(["2", "9", "9"]);
    expect(await readAlign(join(root, "align/swwp2s.align"))).toEqual([
      { word: "sil", startSec: 0, endSec: 0.49 },
      { word: "set", startSec: 0.49, endSec: 0.77 },
    ]);
  });
});

describe("every corpus of the registry", () => {
  it("states licence, citation and page, under its own name", () => {
    for (const [name, { info }] of Object.entries(corpora)) expect(info.name).toBe(name);
    expect(listCorpora()).toHaveLength(Object.keys(corpora).length + 10);
    for (const info of listCorpora()) {
      for (const field of [info.title, info.licence, info.citation, info.url]) expect(field.length).toBeGreaterThan(2);
    }
  });
});

const real = (name: string): string => dataPath(name)!;

describe.skipIf(!dataFolder)("the real corpora", () => {
  it("RAVDESS: 960 files of 16 actors, eight emotions", async () => {
    const corpus = await ravdess({ root: real("RAVDESS.tar.gz"), cacheDir });
    expect([corpus.items.length, count(corpus, "group"), corpus.classes.length]).toEqual([960, 16, 8]);
    expect((await corpus.items[0].load()).samples.length).toBeGreaterThan(10000);
    expect(await detectCorpus(real("RAVDESS.tar.gz"), { cacheDir })).toBe("ravdess");
  });
  it("EmoDB: 49 files of one speaker", async () => {
    const corpus = await emoDb({ root: real("EmoDB.tar.gz"), cacheDir });
    expect([corpus.items.length, count(corpus, "group"), corpus.classes.length]).toEqual([49, 1, 7]);
  });
  it("ESC-10 of 2015: 320 files in four folds; the current layout beside it", async () => {
    const corpus = await esc10({ root: real("ESC-10.tar.gz"), cacheDir });
    expect([corpus.items.length, corpus.classes.length, count(corpus, "split")]).toEqual([320, 10, 4]);
    const { samples, sampleRate } = await corpus.items[0].load();
    expect([samples.length / sampleRate > 4.9, sampleRate]).toEqual([true, 44100]);
    const folds = new Map<string, Set<string>>();
    for (const item of corpus.items) folds.set(item.group!, (folds.get(item.group!) ?? new Set()).add(item.split!));
    expect([...folds.values()].every((f) => f.size === 1)).toBe(true);
    expect((await esc50({ root: real("audio-odds.tar.gz"), cacheDir })).items).toHaveLength(5);
  });
  it("the vocoder spoof set: 26 real, 85 spoofed, grouped by sentence", async () => {
    const corpus = await spoofProtocol({ root: real("vocoder-spoof.tar.gz"), cacheDir });
    expect([corpus.items.length, corpus.items.filter((i) => i.label === "spoof").length]).toEqual([111, 85]);
    expect(count(corpus, "group")).toBeGreaterThan(10);
    expect(await detectCorpus(real("vocoder-spoof.tar.gz"), { cacheDir })).toBe("spoofProtocol");
  });
  it("IMDB: 25,000 and 8,334 reviews", async () => {
    const corpus = await imdb({ root: real("aclImdb.tar.gz"), cacheDir });
    expect([corpus.items.length, corpus.items.filter((i) => i.split === "test").length]).toEqual([33334, 8334]);
    expect((await corpus.items[0].load()).length).toBeGreaterThan(30);
  });
  it("MNIST, Omniglot, ORL, and Flickr8k", async () => {
    const digits = await mnist({ root: real("MNIST") });
    expect([digits.items.length, digits.classes.length]).toEqual([70000, 10]);
    expect((await omniglot({ root: real("omniglot"), cacheDir })).items).toHaveLength(2720);
    const faces = await orlFaces({ root: real("orl-faces.tar.gz"), cacheDir });
    expect([faces.items.length, faces.classes.length]).toEqual([300, 30]);
    expect((await faces.items[0].load()).pixels).toHaveLength(92 * 112);
    const photographs = await flickr8k({ root: real("Flickr8k-small.tar.gz"), cacheDir });
    expect([photographs.items.length, photographs.items.every((i) => i.captions.length === 5)]).toEqual([850, true]);
  });
  it("the three credit tables", async () => {
    const german = await germanCredit({ root: real("credit") });
    expect([german.table.rows, german.table.columns.length]).toEqual([800, 21]);
    const risk = german.table.columns[20].values as string[];
    expect(risk.filter((r) => r === "bad").length / 800).toBeCloseTo(0.3, 2);
    const cards = await creditCardDefault({ root: real("credit") });
    expect([cards.table.rows, cards.table.columns.length]).toEqual([24000, 24]);
    const borrowers = await giveMeSomeCredit({ root: dataFolder! });
    expect([borrowers.table.rows, borrowers.table.columns.length]).toEqual([120000, 11]);
    const income = borrowers.table.columns.find((c) => c.name === "MonthlyIncome")!;
    expect(income.kind === "number" && income.values.filter(Number.isNaN).length).toBeGreaterThan(20000);
  });
});

describe.skipIf(!dataPath("GRID.tar.gz") || spawnSync("ffmpeg", ["-version"]).status !== 0)("the real GRID", () => {
  it("gives the sound of its videos", async () => {
    const corpus = await grid({ root: real("GRID.tar.gz"), cacheDir });
    expect(corpus.items).toHaveLength(8);
    const { samples, sampleRate } = await corpus.items[0].load();
    expect(samples.length / sampleRate).toBeCloseTo(3, 0);
  });
});

describe("text that is none of a corpus", () => {
  it("is left alone by every loader of the registry", async () => {
    const root = tree({ "a/readme.txt": "x", "a/b.wav": ascii("RIFF") });
    for (const [name, { load }] of Object.entries(corpora)) {
      expect(await rejection(load({ root }))).toMatch(
        name === "audioFolder" ? /class/ : new RegExp(`^${name}: found no `),
      );
    }
  });
});
