// Scores recordings by a trained model: node score.mjs MODEL FILE…
// MODEL is a model folder: `model` in a run of `earshot train`, or what examples/custom-corpus saves.
import { loadClip } from "@earshot/datasets/node";
import { extractFeatures, resample } from "@earshot/dsp";
import { loadModel } from "@earshot/models/folder";

const [folder, ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error("Usage: node score.mjs MODEL FILE…");
  process.exit(2);
}
const { model, manifest } = await loadModel(folder);

for (const file of files) {
  // Whatever the file is (WAV, FLAC, MP3, Ogg …), the model hears it at its own rate, through its own features.
  const clip = await loadClip(file);
  const samples = resample(clip.samples, { from: clip.sampleRate, to: manifest.features.sampleRate });
  const { data, rows, cols } = extractFeatures(samples, manifest.features);
  const pooled = { data, rows, cols }; // one row: the features of this model are pooled over the clip
  const probabilities = await model.predictProba(pooled);
  const ranked = model.classes
    .map((name, i) => ({ name, p: probabilities.data[i] }))
    .sort((a, b) => b.p - a.p)
    .map(({ name, p }) => `${name} ${p.toFixed(2)}`);
  console.log(`${file}: ${ranked.join(", ")}`);
}
