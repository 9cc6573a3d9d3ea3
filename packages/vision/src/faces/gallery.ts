import { type Image, requireRange } from "../images/image.js";
import { type FaceEmbedding, unit } from "./embedding.js";

/** Options of {@link createGallery}. */
export interface GalleryOptions {
  /** Least likeness (cosine) to be taken for a person, in [−1, 1]. */
  threshold: number;
}

/** Who a face is taken for. */
export interface Identity {
  /** Undefined where nobody enrolled is alike enough. */
  name: string | undefined;
  /** Likeness to the nearest person, in [−1, 1]. */
  score: number;
  /** Everybody enrolled, nearest first. */
  ranking: { name: string; score: number }[];
}

/** Known people, and the questions who a face is and whether it is somebody's. */
export interface FaceGallery {
  readonly names: readonly string[];
  /** Adds faces of a person. @throws RangeError if there is none */
  enrol(name: string, faces: readonly Image[]): Promise<void>;
  remove(name: string): void;
  /** @throws RangeError if nobody is enrolled */
  identify(face: Image): Promise<Identity>;
  /** Whether a face is a person's, and how alike it is. @throws RangeError if the person is not enrolled */
  verify(face: Image, name: string): Promise<{ same: boolean; score: number }>;
  toJSON(): { threshold: number; people: Record<string, number[][]> };
}

/**
 * A gallery of people. A face is as alike to a person as it is to that person's faces on average.
 *
 * @param from of `toJSON`, to go on with
 */
export function createGallery(
  embedding: FaceEmbedding,
  { threshold }: GalleryOptions,
  from?: { people: Readonly<Record<string, readonly (readonly number[])[]>> },
): FaceGallery {
  const fn = "createGallery";
  requireRange(fn, "threshold", threshold, -1, 1);
  const people = new Map<string, Float32Array[]>();
  for (const [name, vectors] of Object.entries(from?.people ?? {})) {
    const read = vectors.map((v) => Float32Array.from(v));
    if (read.some((v) => v.length !== embedding.dimensions || !v.every(Number.isFinite))) {
      throw new RangeError(`${fn}: vectors of "${name}" must be ${embedding.dimensions} finite numbers.`);
    }
    people.set(name, read.map(unit));
  }
  const likeness = (face: Float32Array, vectors: readonly Float32Array[]): number =>
    vectors.reduce((sum, vector) => sum + vector.reduce((dot, v, d) => dot + v * face[d], 0), 0) / vectors.length;
  return {
    get names() {
      return [...people.keys()];
    },
    async enrol(name, faces) {
      if (faces.length === 0) throw new RangeError(`enrol: "${name}" needs at least one face.`);
      const vectors = await embedding.embed(faces);
      people.set(name, [...(people.get(name) ?? []), ...vectors]);
    },
    remove: (name) => void people.delete(name),
    async identify(face) {
      if (people.size === 0) throw new RangeError("identify: nobody is enrolled yet.");
      const [vector] = await embedding.embed([face]);
      const ranking = [...people].map(([name, vectors]) => ({ name, score: likeness(vector, vectors) }));
      ranking.sort((a, b) => b.score - a.score);
      const [best] = ranking;
      return { name: best.score >= threshold ? best.name : undefined, score: best.score, ranking };
    },
    async verify(face, name) {
      const vectors = people.get(name);
      if (!vectors)
        throw new RangeError(`verify: "${name}" is not enrolled; known are ${[...people.keys()].join(", ")}.`);
      const [vector] = await embedding.embed([face]);
      const score = likeness(vector, vectors);
      return { same: score >= threshold, score };
    },
    toJSON: () => ({
      threshold,
      people: Object.fromEntries([...people].map(([name, vectors]) => [name, vectors.map((v) => [...v])])),
    }),
  };
}
