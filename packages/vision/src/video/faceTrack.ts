import { intersectionOverUnion } from "../faces/suppress.js";
import type { Face } from "../faces/types.js";

/** Follows one face, the one that speaks to us: the largest when a shot begins, then the one that stays in its place. */
export interface FaceTrack {
  /** @param faces of the next picture; @param cut whether it begins a shot @returns the followed one; undefined where it is not seen */
  process(faces: readonly Face[], cut: boolean): Face | undefined;
}

/** A face that moved more than this from picture to picture is another one. */
const OVERLAP = 0.2;

/**
 * @param options.patience pictures in which the face may be missing before another one is taken up (default 12)
 */
export function createFaceTrack({ patience = 12 }: { patience?: number } = {}): FaceTrack {
  let last: Face | undefined;
  let missing = 0;
  return {
    process(faces, cut) {
      if (cut || missing > patience) last = undefined;
      const candidates = last ? faces.filter((face) => intersectionOverUnion(face, last as Face) >= OVERLAP) : faces;
      const best = candidates.reduce<Face | undefined>(
        (a, b) => (a && fitOf(a, last) >= fitOf(b, last) ? a : b),
        undefined,
      );
      missing = best ? 0 : missing + 1;
      last = best ?? last;
      return best;
    },
  };
}

const fitOf = (face: Face, last: Face | undefined): number =>
  last ? intersectionOverUnion(face, last) : face.width * face.height * face.score;
