import { toRgb } from "../images/color.js";
import { resize } from "../images/geometry.js";
import { checkImage, requireBytes, requireRange } from "../images/image.js";
import { openDetector } from "./network.js";
import { suppress } from "./suppress.js";
import type { Face, FaceDetector } from "./types.js";
import type { NetworkDetectorOptions } from "./yunet.js";

/** Size of the network's input. */
const [WIDTH, HEIGHT] = [320, 240];

/**
 * The UltraFace detector (RFB-320): boxes from a picture of 320 × 240, so small faces in large photos are missed.
 *
 * @param weights path or bytes of `ultraface_rfb_320.onnx` (`version-RFB-320.onnx`)
 * @throws RangeError if the weights are of another network; Error if onnxruntime-node is missing
 * Source: Linzaer 2019. Equals the network in Python's onnxruntime (measured: boxes within 0.5 pixels, by the resizing).
 */
export async function ultrafaceDetector(
  weights: string | Uint8Array,
  { scoreThreshold = 0.6, overlap = 0.3 }: NetworkDetectorOptions = {},
): Promise<FaceDetector> {
  const fn = "ultrafaceDetector";
  requireRange(fn, "scoreThreshold", scoreThreshold, 0, 1);
  requireRange(fn, "overlap", overlap, 0, 1);
  const session = await openDetector(fn, weights, ["scores", "boxes"]);
  return {
    kind: "ultraface",
    async detect(image) {
      checkImage("detect", image);
      requireBytes("detect", image);
      const { data } = resize(toRgb(image), { width: WIDTH, height: HEIGHT, interpolation: "linear" });
      const input = new Float32Array(3 * WIDTH * HEIGHT);
      for (let i = 0; i < WIDTH * HEIGHT; i++) {
        for (let c = 0; c < 3; c++) input[c * WIDTH * HEIGHT + i] = (data[3 * i + c] - 127) / 128;
      }
      const { scores, boxes } = await session.run(input, [1, 3, HEIGHT, WIDTH]);
      const faces: Face[] = [];
      for (let i = 0; 2 * i < scores.data.length; i++) {
        const score = scores.data[2 * i + 1];
        if (score < scoreThreshold) continue;
        const [x0, y0, x1, y1] = boxes.data.subarray(4 * i, 4 * i + 4);
        const [x, y] = [x0 * image.width, y0 * image.height];
        faces.push({ x, y, width: (x1 - x0) * image.width, height: (y1 - y0) * image.height, score });
      }
      return suppress(faces, overlap);
    },
    dispose: () => session.release(),
  };
}
