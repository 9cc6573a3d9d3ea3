// A corpus of one's own: recordings of doors, called DOOR_SOUND_TAKE.wav. Which sound is it, on a door that was never heard before?
// node doors.mjs [FOLDER [MODEL]]; without recordings of yours, some are made up in FOLDER first.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { audioCorpus, encodeWav, findLeakage, groupSplit } from "@earshot/datasets/node";
import { extractFeatures } from "@earshot/dsp";
import { bootstrapClassification, confusionMatrix } from "@earshot/metrics";
import { logisticRegression, pipeline, standardScaler } from "@earshot/models";
import { saveModel } from "@earshot/models/folder";

const [folder = "doors", modelFolder = "doors-model"] = process.argv.slice(2);
if (!existsSync(folder)) makeDoors(folder);

// What a file's name says. `group` is what must never stand on both sides of a split: the door.
const doors = audioCorpus({
  info: { name: "doors", title: "Doors of our house", licence: "ours", citation: "", url: "", groupKey: "door" },
  names: /doors/,
  labels: ["sound"],
  expected: "DOOR_SOUND_TAKE.wav",
  describe: () => (file) => {
    const [, door, sound, take] = /(\w+)_(knock|creak|slam)_(\d+)\.wav$/.exec(file) ?? [];
    return door ? { id: `${door}-${sound}-${take}`, group: door, labels: { sound } } : undefined;
  },
});

const corpus = await doors({ root: folder });
const { train, test } = groupSplit(corpus.items, { testShare: 0.25, seed: 1 });
console.log(`${corpus.items.length} recordings; ${train.length} to learn from, ${test.length} of doors never heard`);
console.log("leaks:", findLeakage({ train, test }, { by: ["group"] }).length);

// The same features for training, for judging, and for whoever loads the model.
const features = {
  kind: "logMel",
  sampleRate: 16000,
  nFft: 512,
  hopLength: 160,
  nMels: 32,
  pool: { statistics: ["mean", "std"] },
};
const rowsOf = async (items) => {
  const rows = await Promise.all(
    items.map(async (item) => extractFeatures((await item.load()).samples, features).data),
  );
  return { data: Float32Array.from(rows.flatMap((row) => [...row])), rows: rows.length, cols: rows[0].length };
};
const labelsOf = (items) => items.map((item) => item.label);

const model = await pipeline(standardScaler(), logisticRegression({ c: 1 })).fit(await rowsOf(train), labelsOf(train));
const predicted = await model.predict(await rowsOf(test));
const { accuracy } = bootstrapClassification(labelsOf(test), predicted, {
  groups: test.map((item) => item.group),
  seed: 1,
});
console.log(`accuracy ${accuracy.value.toFixed(2)} (${accuracy.low.toFixed(2)}–${accuracy.high.toFixed(2)})`);
console.log("confusion:", [...confusionMatrix(labelsOf(test), predicted).data].join(" "));
await saveModel(modelFolder, model, { name: "doors", features, data: { name: "doors", licence: "ours" } });

/** Knocks are short, creaks rise, slams are low and long; every door has a voice of its own. */
function makeDoors(folder) {
  mkdirSync(folder, { recursive: true });
  let state = 7;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (const door of ["oak", "glass", "barn", "cellar", "attic", "garden", "kitchen", "gate"]) {
    const pitch = 0.7 + 0.6 * random();
    for (const sound of ["knock", "creak", "slam"]) {
      for (let take = 1; take <= 5; take++) {
        const loud = 0.3 + 0.4 * random();
        const samples = Float32Array.from({ length: 16000 }, (_, i) => {
          const t = i / 16000;
          const noise = 2 * random() - 1;
          const quiet = 0.003 * noise;
          if (sound === "knock")
            return quiet + loud * noise * Math.exp(-60 * (t % 0.33)) * (0.3 + Math.sin(2500 * pitch * t) ** 2);
          if (sound === "creak")
            return quiet + loud * 0.5 * Math.sin(2 * Math.PI * pitch * (300 + 500 * t) * t) * (1 - t);
          return quiet + loud * (0.4 * noise + Math.sin(2 * Math.PI * 70 * pitch * t)) * Math.exp(-6 * t);
        });
        writeFileSync(join(folder, `${door}_${sound}_${take}.wav`), encodeWav({ samples, sampleRate: 16000 }));
      }
    }
  }
}
