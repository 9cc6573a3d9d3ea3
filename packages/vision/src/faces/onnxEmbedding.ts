import { toRgb } from "../images/color.js";
import { flip, resize } from "../images/geometry.js";
import { checkImage, type Image, requireBytes, requireWhole } from "../images/image.js";
import { openSession } from "../onnx/session.js";
import { type FaceEmbedding, unit } from "./embedding.js";

/** Options of {@link onnxFaceEmbedding}. */
export interface OnnxEmbeddingOptions {
  /** Side of the square that the network takes (default 112). */
  size?: number;
  /** Values are (grey value − mean) · scale (default 127.5 and 1 / 127.5, as ArcFace networks want them). */
  mean?: number;
  scale?: number;
  /** Order of the colours (default "rgb"). */
  colors?: "rgb" | "bgr";
}

/** An embedding that holds a network until it is disposed. */
export interface OnnxFaceEmbedding extends FaceEmbedding {
  dispose(): void;
}

/**
 * A pre-trained embedding: any ONNX network that takes pictures of faces, 1 × 3 × size × size, and gives a vector. Both the face and its mirror image
 * are looked at.
 *
 * @param weights path or bytes of the file
 * @throws RangeError if the network does not take such pictures or gives no vector; Error if onnxruntime-node is missing
 */
export async function onnxFaceEmbedding(
  weights: string | Uint8Array,
  { size = 112, mean = 127.5, scale = 1 / 127.5, colors = "rgb" }: OnnxEmbeddingOptions = {},
): Promise<OnnxFaceEmbedding> {
  const fn = "onnxFaceEmbedding";
  requireWhole(fn, "size", size, 8, 1024);
  if (colors !== "rgb" && colors !== "bgr") {
    throw new RangeError(`${fn}: colors must be "rgb" or "bgr", got ${JSON.stringify(colors)}.`);
  }
  const session = await openSession(fn, weights);
  const look = async (face: Image): Promise<Float32Array> => {
    const input = planes(
      resize(toRgb(face), { width: size, height: size, interpolation: "linear" }),
      mean,
      scale,
      colors,
    );
    const { data } = (await session.run(input, [1, 3, size, size]))[session.outputNames[0]];
    if (!(data instanceof Float32Array) || data.length < 2) {
      throw new RangeError(`${fn}: the network must give a vector of floats, got ${data?.length ?? "none"} values.`);
    }
    return unit(data);
  };
  try {
    // Weights that do not fit fail here, and not at the first face.
    const { length } = await look({
      data: new Uint8Array(size * size).fill(128),
      width: size,
      height: size,
      channels: 1,
    });
    return {
      dimensions: length,
      async embed(faces) {
        const vectors: Float32Array[] = [];
        for (const face of faces) {
          checkImage("embed", face);
          requireBytes("embed", face);
          const [straight, mirrored] = [await look(face), await look(flip(face, "horizontal"))];
          vectors.push(unit(straight.map((v, d) => v + mirrored[d])));
        }
        return vectors;
      },
      dispose: () => session.release(),
    };
  } catch (error) {
    session.release();
    throw error;
  }
}

function planes({ data, width, height }: Image, mean: number, scale: number, colors: "rgb" | "bgr"): Float32Array {
  const out = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++) {
    const from = colors === "rgb" ? c : 2 - c;
    for (let i = 0; i < width * height; i++) out[c * width * height + i] = (data[3 * i + from] - mean) * scale;
  }
  return out;
}
