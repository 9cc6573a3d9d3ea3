import { decodePgm, decodePng, type GrayImage } from "@earshot/datasets/node";
import type { Tensor } from "@earshot/models";

/** How pictures become what a network eats. */
export interface PictureShape {
  /** Height and width in pixels. */
  size: number;
  /** Dark ink on light paper becomes light on dark. */
  invert: boolean;
}

/** A picture as it is stored: decoded already, or the bytes of a PNG or PGM file. @throws CorpusError naming the file */
export function toPicture(content: GrayImage | Uint8Array, name: string): GrayImage {
  if (!(content instanceof Uint8Array)) return content;
  return content[0] === 0x50 && content[1] === 0x35 ? decodePgm(content, name) : decodePng(content, name);
}

/** Pictures as [n, size, size, 1] in [0, 1]; each is fitted into the square without distortion, on what is background. */
export function pictureTensor(pictures: readonly GrayImage[], shape: PictureShape): Tensor {
  const { size } = shape;
  const data = new Float32Array(pictures.length * size * size);
  pictures.forEach((picture, i) => {
    putPicture(data.subarray(i * size * size, (i + 1) * size * size), picture, shape);
  });
  return { data, shape: [pictures.length, size, size, 1] };
}

function putPicture(out: Float32Array, picture: GrayImage, { size, invert }: PictureShape): void {
  const { pixels, width, height } = picture;
  const step = Math.max(width, height) / size;
  const [left, top] = [(width - size * step) / 2, (height - size * step) / 2];
  const columns = Array.from({ length: size }, (_, x) => spans(left + x * step, step, width));
  for (let y = 0; y < size; y++) {
    const rows = spans(top + y * step, step, height);
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (const [v, high] of rows) for (const [u, wide] of columns[x]) sum += high * wide * pixels[v * width + u];
      out[y * size + x] = sum / (255 * step * step);
    }
  }
  if (!invert) return;
  for (let i = 0; i < out.length; i++) out[i] = 1 - out[i];
}

/** The pixels that lie in [from, from + length), with how much of each does. */
function spans(from: number, length: number, end: number): [pixel: number, share: number][] {
  const found: [number, number][] = [];
  for (let p = Math.max(0, Math.floor(from)); p < Math.min(end, Math.ceil(from + length)); p++) {
    const share = Math.min(p + 1, from + length) - Math.max(p, from);
    if (share > 1e-9) found.push([p, share]);
  }
  return found;
}
