import { type AnyImage, checkImage, requireBytes, requireRange, requireWhole } from "../images/image.js";
import { cellGradients } from "./hogGradients.js";

/** Options of {@link hog}. */
export interface HogOptions {
  /** Pixels along each side of a cell (default 8). */
  cellSize?: number;
  /** Cells along each side of a block (default 2). */
  blockCells?: number;
  /** Pixels from one block to the next (default `cellSize`). */
  blockStride?: number;
  /** Directions from 0 to 180 degrees (default 9). */
  bins?: number;
  /** Bound of normalised values before the second normalisation (default 0.2). */
  clip?: number;
  /** Square roots of the values instead of the values (default false). */
  gamma?: boolean;
}

/**
 * Histograms of oriented gradients of an image, block after block (columns first, as OpenCV), each normalised (L2-Hys).
 *
 * @param image of bytes, grey or RGB (of colours the strongest gradient counts), that blocks cover without rest
 * @returns blocks × blockCells² × bins values: 3,780 for 64 × 128 pixels
 * @throws RangeError if blocks do not fit the image or each other
 * Source: Dalal & Triggs 2005. Equals OpenCV 4.13 `HOGDescriptor(...).compute` (measured: within 2e-4).
 */
export function hog(image: AnyImage, options: HogOptions = {}): Float32Array {
  const fn = "hog";
  const { cellSize = 8, blockCells = 2, bins = 9, clip = 0.2, gamma = false } = options;
  const { blockStride = cellSize } = options;
  checkImage(fn, image);
  requireBytes(fn, image);
  for (const [name, value] of Object.entries({ cellSize, blockCells, blockStride, bins }))
    requireWhole(fn, name, value, 1);
  requireRange(fn, "clip", clip, Number.MIN_VALUE);
  const side = cellSize * blockCells;
  const { width, height } = image;
  for (const [name, length] of Object.entries({ width, height })) {
    if (length < side || (length - side) % blockStride !== 0) {
      throw new RangeError(
        `${fn}: ${name} of the image must be a block of ${side} pixels and steps of ${blockStride}, got ${length}; resize it first.`,
      );
    }
  }
  const gradients = cellGradients(image, bins, gamma);
  const weights = blockWeights(side, cellSize, blockCells);
  const across = (width - side) / blockStride + 1;
  const down = (height - side) / blockStride + 1;
  const size = blockCells * blockCells * bins;
  const out = new Float32Array(across * down * size);
  for (let bx = 0; bx < across; bx++) {
    for (let by = 0; by < down; by++) {
      const block = out.subarray((bx * down + by) * size, (bx * down + by + 1) * size);
      addBlock(block, weights, gradients, (by * width + bx) * blockStride, width, side, bins);
      normalise(block, clip);
    }
  }
  return out;
}

/** Which cells a pixel of a block counts for, and how much: bilinear, under a bell over the block. */
interface Weights {
  /** Four cells a pixel; what lies outside has no weight. */
  cells: Int32Array;
  shares: Float32Array;
}

function blockWeights(side: number, cellSize: number, blockCells: number): Weights {
  const cells = new Int32Array(4 * side * side);
  const shares = new Float32Array(4 * side * side);
  const sigma = side / 4;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const bell = Math.exp(-((x - side / 2) ** 2 + (y - side / 2) ** 2) / (2 * sigma * sigma));
      const [fx, fy] = [(x + 0.5) / cellSize - 0.5, (y + 0.5) / cellSize - 0.5];
      const [x0, y0] = [Math.floor(fx), Math.floor(fy)];
      for (let k = 0; k < 4; k++) {
        const [cx, cy] = [x0 + (k & 1), y0 + (k >> 1)];
        if (cx < 0 || cy < 0 || cx >= blockCells || cy >= blockCells) continue;
        // Cells come column by column, too.
        cells[4 * (y * side + x) + k] = cx * blockCells + cy;
        shares[4 * (y * side + x) + k] = bell * (1 - Math.abs(fx - cx)) * (1 - Math.abs(fy - cy));
      }
    }
  }
  return { cells, shares };
}

function addBlock(
  block: Float32Array,
  { cells, shares }: Weights,
  { low, high, lowBin }: ReturnType<typeof cellGradients>,
  from: number,
  width: number,
  side: number,
  bins: number,
): void {
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const pixel = from + y * width + x;
      const first = lowBin[pixel];
      const second = first + 1 === bins ? 0 : first + 1;
      for (let k = 4 * (y * side + x); k < 4 * (y * side + x) + 4; k++) {
        const share = shares[k];
        if (share === 0) continue;
        block[cells[k] * bins + first] += share * low[pixel];
        block[cells[k] * bins + second] += share * high[pixel];
      }
    }
  }
}

/** L2-Hys: to unit length, cut, to unit length again, with OpenCV's small summands. */
function normalise(block: Float32Array, clip: number): void {
  const length = (): number => Math.sqrt(block.reduce((sum, v) => sum + v * v, 0));
  const first = 1 / (length() + block.length * 0.1);
  for (let i = 0; i < block.length; i++) block[i] = Math.min(block[i] * first, clip);
  const second = 1 / (length() + 1e-3);
  for (let i = 0; i < block.length; i++) block[i] *= second;
}
