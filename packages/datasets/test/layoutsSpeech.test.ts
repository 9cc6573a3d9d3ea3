import { describe, expect, it } from "vitest";
import {
  corpora,
  cremaD,
  emoDb,
  esc10,
  esc50,
  listCorpora,
  ravdess,
  savee,
  speechCommands,
  tess,
} from "../src/node.js";
import { facts, layoutMaker, rejection, sounds } from "./layouts.js";
import { ascii } from "./support.js";

const tree = layoutMaker();

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

describe("every corpus of the registry", () => {
  it("states licence, citation and page, under its own name", () => {
    for (const [name, { info }] of Object.entries(corpora)) expect(info.name).toBe(name);
    expect(listCorpora()).toHaveLength(Object.keys(corpora).length + 10);
    for (const info of listCorpora()) {
      for (const field of [info.title, info.licence, info.citation, info.url]) expect(field.length).toBeGreaterThan(2);
    }
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
