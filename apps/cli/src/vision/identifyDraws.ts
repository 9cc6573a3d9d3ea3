import { createRandom, type Matrix, permutation } from "@earshot/models";
import { faceFeatures, recognizers } from "@earshot/vision/faces";
import type { FaceCorpus } from "./faceCorpus.js";
import type { RecogniseRecipe } from "./recogniseSchema.js";
import type { VisionJob } from "./task.js";

/** How many faces of enrolled people each method names right, over all draws. */
export interface Identified {
  method: RecogniseRecipe["methods"][number];
  right: number;
  n: number;
}

/** Enrols some pictures of everybody, names the others, and does so for several draws. */
export async function identifyDraws(
  { faces, people }: FaceCorpus,
  { methods, enrolled, draws, seed }: RecogniseRecipe,
  { screen, signal }: Pick<VisionJob, "screen" | "signal">,
): Promise<Identified[]> {
  const progress = screen.progress("recognisers", methods.length * draws);
  const results: Identified[] = [];
  for (const [k, method] of methods.entries()) {
    const { features, create } = recognizers[method];
    const x = faceFeatures(faces, features);
    const result = { method, right: 0, n: 0 };
    for (let draw = 0; draw < draws; draw++) {
      signal?.throwIfAborted();
      const { train, test } = drawOf(people, enrolled, seed + draw);
      const model = create();
      await model.fit(
        rowsOf(x, train),
        train.map((i) => people[i]),
      );
      const named = await model.predict(rowsOf(x, test));
      model.dispose();
      result.right += named.filter((name, i) => name === people[test[i]]).length;
      result.n += test.length;
      progress.update(k * draws + draw + 1, method);
    }
    results.push(result);
  }
  progress.end();
  return results;
}

/** So many pictures of each person at random, and the others. */
function drawOf(people: readonly string[], enrolled: number, seed: number): { train: number[]; test: number[] } {
  const rng = createRandom(seed);
  const [train, test]: number[][] = [[], []];
  for (const name of new Set(people)) {
    const own = people.flatMap((p, i) => (p === name ? [i] : []));
    for (const [rank, k] of permutation(own.length, rng).entries()) (rank < enrolled ? train : test).push(own[k]);
  }
  return { train, test };
}

function rowsOf(x: Matrix, indices: readonly number[]): Matrix {
  const data = new Float32Array(indices.length * x.cols);
  for (const [r, i] of indices.entries()) data.set(x.data.subarray(i * x.cols, (i + 1) * x.cols), r * x.cols);
  return { data, rows: indices.length, cols: x.cols };
}
