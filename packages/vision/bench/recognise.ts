/** Recognisers on ORL: five enrolled of each, mean of five draws; verification of people not in training. */
import { equalErrorRate } from "@earshot/metrics";
import { createRandom, permutation } from "@earshot/models";
import { faceFeatures, recognizers, trainFaceEmbedding } from "../src/faces/index.js";
import { type Image, loadOpenCv } from "../src/index.js";
import { readImage } from "../src/node/index.js";
import { filesOf } from "../test/data.js";

await loadOpenCv();
const files = await filesOf("orl-faces.tar.gz", (name, path) => name.endsWith(".pgm") && path.length > 0);
const faces: Image[] = [];
const people: string[] = [];
for (const [path, bytes] of Object.entries(files)) {
  faces.push(await readImage(bytes, { channels: 1 }));
  people.push(path.split("/").at(-2) as string);
}
const names = [...new Set(people)].sort();
const rowsOf = (x: ReturnType<typeof faceFeatures>, indices: readonly number[]) => {
  const data = new Float32Array(indices.length * x.cols);
  for (const [r, i] of indices.entries()) data.set(x.data.subarray(i * x.cols, (i + 1) * x.cols), r * x.cols);
  return { data, rows: indices.length, cols: x.cols };
};
if (process.argv[2] !== "verify") {
  for (const [kind, { features, create }] of Object.entries(recognizers)) {
    const x = faceFeatures(faces, features);
    let right = 0;
    let n = 0;
    for (let draw = 0; draw < 5; draw++) {
      const rng = createRandom(draw);
      const [train, test]: number[][] = [[], []];
      for (const name of names) {
        const own = people.flatMap((p, i) => (p === name ? [i] : []));
        for (const [r, k] of permutation(own.length, rng).entries()) (r < 5 ? train : test).push(own[k]);
      }
      const model = create();
      await model.fit(
        rowsOf(x, train),
        train.map((i) => people[i]),
      );
      const found = await model.predict(rowsOf(x, test));
      right += found.filter((name, k) => name === people[test[k]]).length;
      n += test.length;
    }
    console.log(kind, (right / n).toFixed(4));
  }
}
const eers: number[] = [];
const enrolled: number[] = [];
for (let fold = 0; fold < 3; fold++) {
  const held = new Set(names.filter((_, i) => i % 3 === fold));
  const train = people.flatMap((p, i) => (held.has(p) ? [] : [i]));
  const test = people.flatMap((p, i) => (held.has(p) ? [i] : []));
  const embedding = await trainFaceEmbedding(
    train.map((i) => faces[i]),
    train.map((i) => people[i]),
    JSON.parse(process.argv[3] ?? "{}"),
  );
  const vectors = await embedding.embed(test.map((i) => faces[i]));
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, d) => sum + v * b[d], 0);
  const [same, scores, same5, scores5]: number[][] = [[], [], [], []];
  for (let a = 0; a < test.length; a++) {
    for (let b = 0; b < a; b++) {
      same.push(people[test[a]] === people[test[b]] ? 1 : 0);
      scores.push(dot(vectors[a], vectors[b]));
    }
  }
  for (const name of held) {
    const own = test.flatMap((i, k) => (people[i] === name ? [k] : [])).slice(0, 5);
    for (const other of held) {
      for (const probe of test.flatMap((i, k) => (people[i] === other ? [k] : [])).slice(5)) {
        same5.push(other === name ? 1 : 0);
        scores5.push(own.reduce((sum, k) => sum + dot(vectors[k], vectors[probe]), 0) / own.length);
      }
    }
  }
  eers.push(equalErrorRate(same, scores).eer);
  enrolled.push(equalErrorRate(same5, scores5).eer);
  console.log(`fold ${fold}: EER of pairs ${eers[fold].toFixed(4)}, with five enrolled ${enrolled[fold].toFixed(4)}`);
}
const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
console.log(`mean EER of pairs ${mean(eers).toFixed(4)}, with five enrolled ${mean(enrolled).toFixed(4)}`);
