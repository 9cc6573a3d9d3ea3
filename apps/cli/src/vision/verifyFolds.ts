import type { FaceCorpus } from "./faceCorpus.js";
import type { FaceNetwork } from "./faceNetwork.js";
import type { RecogniseRecipe } from "./recogniseSchema.js";
import type { VisionJob } from "./task.js";

/** Scores of people who were not in training: whether both faces are one person's (1) or not (0), and how alike they are. */
export interface Verified {
  pairs: Scored;
  /** One face against a person's enrolled ones. */
  claims: Scored;
  /** Nearest of half the people, for faces of those (1: the right one, 0: a wrong one) and of the other half (−1). */
  open: Scored;
}
export interface Scored {
  same: number[];
  scores: number[];
}

/** Verifies each part of the people by a network that was trained on all others, or never on faces of this corpus. */
export async function verifyFolds(
  { faces, people }: FaceCorpus,
  { folds, enrolled, embedding }: RecogniseRecipe,
  { learn }: FaceNetwork,
  { screen }: Pick<VisionJob, "screen">,
): Promise<Verified> {
  const names = [...new Set(people)].sort();
  const empty = (): Scored => ({ same: [], scores: [] });
  const all: Verified = { pairs: empty(), claims: empty(), open: empty() };
  const progress = screen.progress("verification", folds * embedding.epochs);
  for (let fold = 0; fold < folds; fold++) {
    const held = names.filter((_, i) => i % folds === fold);
    const train = people.flatMap((p, i) => (held.includes(p) ? [] : [i]));
    const network = await learn(
      train.map((i) => faces[i]),
      train.map((i) => people[i]),
      (epoch) => progress.update(fold * embedding.epochs + epoch),
    );
    const own = new Map<string, Float32Array[]>();
    for (const name of held) own.set(name, await network.embed(faces.filter((_, i) => people[i] === name)));
    addPairs(all.pairs, own);
    addClaims(all, own, enrolled);
  }
  progress.end();
  return all;
}

type Vectors = ReadonlyMap<string, Float32Array[]>;

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, v, d) => sum + v * b[d], 0);
const push = ({ same, scores }: Scored, truth: number, score: number): void => {
  same.push(truth);
  scores.push(score);
};

function addPairs(pairs: Scored, own: Vectors): void {
  const all = [...own].flatMap(([name, vectors]) => vectors.map((vector) => ({ name, vector })));
  for (let a = 0; a < all.length; a++) {
    for (let b = 0; b < a; b++) push(pairs, all[a].name === all[b].name ? 1 : 0, dot(all[a].vector, all[b].vector));
  }
}

function addClaims({ claims, open }: Verified, own: Vectors, enrolled: number): void {
  const kept = [...own].map(([name, vectors]) => ({
    name,
    vectors: vectors.slice(0, Math.min(enrolled, vectors.length - 1)),
  }));
  const known = kept.slice(0, Math.ceil(kept.length / 2));
  for (const [name, vectors] of own) {
    for (const probe of vectors.slice(Math.min(enrolled, vectors.length - 1))) {
      const scored = kept.map((person) => ({
        name: person.name,
        score: person.vectors.reduce((sum, v) => sum + dot(v, probe), 0) / person.vectors.length,
      }));
      for (const person of scored) push(claims, person.name === name ? 1 : 0, person.score);
      const nearest = scored.slice(0, known.length).reduce((a, b) => (b.score > a.score ? b : a));
      const isKnown = known.some((person) => person.name === name);
      push(open, isKnown ? (nearest.name === name ? 1 : 0) : -1, nearest.score);
    }
  }
}
