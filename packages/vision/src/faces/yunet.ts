import { toRgb } from "../images/color.js";
import { resize } from "../images/geometry.js";
import { checkImage, type Image, requireBytes, requireRange, requireWhole } from "../images/image.js";
import { openDetector } from "./network.js";
import { suppress } from "./suppress.js";
import type { Face, FaceDetector } from "./types.js";

/** What neural face detectors share. */
export interface NetworkDetectorOptions {
  /** Least score of a face, in [0, 1] (default 0.6). */
  scoreThreshold?: number;
  /** Intersection over union from which one of two faces goes (default 0.3). */
  overlap?: number;
}

/** Options of {@link yunetDetector}. */
export interface YunetOptions extends NetworkDetectorOptions {
  /** Longest side that is searched: larger images are made smaller first (default 1280). */
  maxSide?: number;
}

const strides = [8, 16, 32] as const;
const outputs = strides.flatMap((s) => [`cls_${s}`, `obj_${s}`, `bbox_${s}`, `kps_${s}`]);

/**
 * The YuNet detector: boxes and five landmarks, on onnxruntime-node.
 *
 * @param weights path or bytes of `yunet_n_dynamic.onnx` or a `face_detection_yunet` of any input size
 * @throws RangeError if the weights are of another network; Error if onnxruntime-node is missing
 * Source: Wu et al. 2023. Equals the network in Python's onnxruntime with OpenCV's decoding (measured: boxes within 0.05 pixels).
 */
export async function yunetDetector(weights: string | Uint8Array, options: YunetOptions = {}): Promise<FaceDetector> {
  const fn = "yunetDetector";
  const { scoreThreshold = 0.6, overlap = 0.3, maxSide = 1280 } = options;
  requireRange(fn, "scoreThreshold", scoreThreshold, 0, 1);
  requireRange(fn, "overlap", overlap, 0, 1);
  requireWhole(fn, "maxSide", maxSide, 32, 8192);
  const session = await openDetector(fn, weights, outputs);
  return {
    kind: "yunet",
    async detect(image) {
      checkImage("detect", image);
      requireBytes("detect", image);
      const side = Math.max(image.width, image.height);
      const small = side > maxSide ? resize(image, { scale: maxSide / side }) : image;
      const { input, width, height } = toInput(toRgb(small));
      const found = await session.run(input, [1, 3, height, width]);
      const faces: Face[] = [];
      const [fx, fy] = [image.width / small.width, image.height / small.height];
      for (const stride of strides) {
        const [cls, obj, boxes, points] = ["cls", "obj", "bbox", "kps"].map((name) => found[`${name}_${stride}`].data);
        const across = width / stride;
        for (let i = 0; i < cls.length; i++) {
          const score = Math.sqrt(unit(cls[i]) * unit(obj[i]));
          if (score >= scoreThreshold) faces.push(decode(i, across, stride, score, boxes, points, fx, fy));
        }
      }
      return suppress(faces, overlap);
    },
    dispose: () => session.release(),
  };
}

const unit = (v: number): number => Math.min(1, Math.max(0, v));

/** Blue, green, red planes, sides filled up to multiples of 32. */
function toInput({ data, width, height }: Image): { input: Float32Array; width: number; height: number } {
  const [w, h] = [Math.ceil(width / 32) * 32, Math.ceil(height / 32) * 32];
  const input = new Float32Array(3 * w * h);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) input[(2 - c) * w * h + y * w + x] = data[from + c];
    }
  }
  return { input, width: w, height: h };
}

function decode(
  i: number,
  across: number,
  stride: number,
  score: number,
  boxes: Float32Array,
  points: Float32Array,
  fx: number,
  fy: number,
): Face {
  const [column, row] = [i % across, Math.floor(i / across)];
  const width = Math.exp(boxes[4 * i + 2]) * stride * fx;
  const height = Math.exp(boxes[4 * i + 3]) * stride * fy;
  const x = (column + boxes[4 * i]) * stride * fx - width / 2;
  const y = (row + boxes[4 * i + 1]) * stride * fy - height / 2;
  const [leftEye, rightEye, nose, leftMouth, rightMouth] = [0, 1, 2, 3, 4].map((k) => ({
    x: (column + points[10 * i + 2 * k]) * stride * fx,
    y: (row + points[10 * i + 2 * k + 1]) * stride * fy,
  }));
  return { x, y, width, height, score, landmarks: { leftEye, rightEye, nose, leftMouth, rightMouth } };
}
