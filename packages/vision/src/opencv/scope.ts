import type { Cv, Mat, Owned } from "./cv.js";
import { openCv } from "./load.js";

/** What lives on OpenCV's heap while one function runs. */
export interface Scope {
  readonly cv: Cv;
  /** An empty matrix. */
  mat(): Mat;
  /** Keeps anything that OpenCV gave, and deletes it at the end. */
  own<T extends Owned>(thing: T): T;
}

/**
 * Runs work on OpenCV's heap and frees all that it took there, also when it throws.
 *
 * @param fn name of the public function, for its errors
 * @throws RangeError with OpenCV's reason in one sentence
 */
export function scope<T>(fn: string, work: (scope: Scope) => T): T {
  const cv = openCv(fn);
  const owned: Owned[] = [];
  const own = <O extends Owned>(thing: O): O => {
    owned.push(thing);
    return thing;
  };
  try {
    return work({ cv, own, mat: () => own(new cv.Mat()) });
  } catch (error) {
    throw typeof error === "number" ? new RangeError(sentence(fn, reasonOf(cv, error))) : error;
  } finally {
    for (let i = owned.length - 1; i >= 0; i--) owned[i].delete();
  }
}

/** C++ exceptions arrive as pointers. */
function reasonOf(cv: Cv, pointer: number): string {
  try {
    return cv.exceptionFromPtr(pointer).msg;
  } catch {
    return "an exception without a message";
  }
}

function sentence(fn: string, message: string): string {
  if (/Insufficient memory|Failed to allocate/i.test(message)) {
    return `${fn}: the image does not fit into OpenCV's memory of 1 GiB; make it smaller first.`;
  }
  const reason = message
    .replace(/^OpenCV\([^)]*\)\s*\S+\s*error:\s*/, "")
    .replace(/\s+/g, " ")
    .trim();
  return `${fn}: OpenCV refused: ${reason.replace(/\.?$/, ".")}`;
}
