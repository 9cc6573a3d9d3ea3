import { toGray } from "../images/color.js";
import { type Image, requireBytes, requireRange, requireWhole } from "../images/image.js";
import { withMat } from "../opencv/convert.js";
import type { CvCascade } from "../opencv/cv.js";
import { openCv } from "../opencv/load.js";
import { scope } from "../opencv/scope.js";
import type { Face, FaceDetector } from "./types.js";

/** Options of {@link haarDetector}. */
export interface HaarOptions {
  /** Factor between sizes that are searched (default 1.1). */
  scaleFactor?: number;
  /** Findings beside each other that make a face (default 3; 0 keeps every finding). */
  minNeighbors?: number;
  /** Sides of the smallest and the largest face in pixels (default 0: any). */
  minSize?: number;
  maxSize?: number;
}

/** Cascades that were never disposed give their memory back with their detector. */
const forgotten = new FinalizationRegistry<CvCascade>((cascade) => cascade.delete());

let files = 0;

/**
 * A detector by a cascade of Haar features.
 *
 * @param xml OpenCV's cascade file: its text or bytes
 * @throws RangeError if this is no cascade
 * Source: Viola & Jones 2001. Equals OpenCV 4.13 `CascadeClassifier.detectMultiScale3` on the same pixels (measured: the same boxes,
 * scores within 1e-5).
 */
export function haarDetector(xml: string | Uint8Array, options: HaarOptions = {}): FaceDetector {
  const fn = "haarDetector";
  const { scaleFactor = 1.1, minNeighbors = 3, minSize = 0, maxSize = 0 } = options;
  requireRange(fn, "scaleFactor", scaleFactor, 1.001);
  for (const [name, value] of Object.entries({ minNeighbors, minSize, maxSize })) requireWhole(fn, name, value, 0);
  let cascade: CvCascade | undefined = loadCascade(fn, xml);
  const detector: FaceDetector = {
    kind: "haar",
    async detect(image) {
      if (!cascade) throw new Error(`${fn}: the detector is disposed already.`);
      requireBytes("detect", image);
      return run(cascade, toGray(image), { scaleFactor, minNeighbors, minSize, maxSize });
    },
    dispose() {
      cascade?.delete();
      cascade = undefined;
      forgotten.unregister(detector);
    },
  };
  forgotten.register(detector, cascade, detector);
  return detector;
}

function loadCascade(fn: string, xml: string | Uint8Array): CvCascade {
  const bytes = typeof xml === "string" ? new TextEncoder().encode(xml) : xml;
  const head = new TextDecoder().decode(bytes.subarray(0, 400_000));
  // OpenCV prints its complaints about other files and goes on.
  if (!head.includes("<opencv_storage>") || !/<stages>|type_id="opencv-haar-classifier"/.test(head)) {
    throw new RangeError(
      `${fn}: this is no cascade of OpenCV; give the XML of haarcascade_frontalface_default or another.`,
    );
  }
  const cv = openCv(fn);
  const name = `cascade${files++}.xml`;
  return scope(fn, () => {
    cv.FS_createDataFile("/", name, bytes, true, false, false);
    const cascade = new cv.CascadeClassifier();
    try {
      if (!cascade.load(`/${name}`) || cascade.empty()) {
        throw new RangeError(`${fn}: the cascade's XML is cut off or broken; fetch it again.`);
      }
      return cascade;
    } catch (error) {
      cascade.delete();
      throw error;
    } finally {
      cv.FS_unlink(`/${name}`);
    }
  });
}

function run(cascade: CvCascade, gray: Image, options: Required<HaarOptions>): Face[] {
  return withMat("detect", gray, ({ cv, own }, mat) => {
    const boxes = own(new cv.RectVector());
    const levels = own(new cv.IntVector());
    const weights = own(new cv.DoubleVector());
    const side = (length: number) => ({ width: length, height: length });
    const { scaleFactor, minNeighbors, minSize, maxSize } = options;
    const [least, most] = [side(minSize), side(maxSize)];
    cascade.detectMultiScale3(mat, boxes, levels, weights, scaleFactor, minNeighbors, 0, least, most, true);
    const faces = Array.from({ length: boxes.size() }, (_, i): Face => {
      const { x, y, width, height } = boxes.get(i);
      return { x, y, width, height, score: weights.get(i) };
    });
    return faces.sort((a, b) => b.score - a.score);
  });
}
