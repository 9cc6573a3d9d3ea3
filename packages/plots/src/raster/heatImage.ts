import { colorTable } from "./colors.js";
import { type Pixels, pngUrl } from "./png.js";

interface Values {
  data: ArrayLike<number>;
  rows: number;
  cols: number;
}

export interface HeatImageOptions {
  /** Values of the first and last colour; outside they are clamped, NaN is the first. */
  domain: readonly [number, number];
  /** Colours from low to high, "#rrggbb". */
  range: readonly string[];
  /** First row at the bottom (as frequencies are drawn) or at the top (as tables are). */
  rowsUp: boolean;
  /** Read the matrix with rows to the right and columns upwards, as frames × bins become a spectrogram. */
  transpose?: boolean;
  /** Most pixels across and down, default 1600 × 800: more are averaged. */
  maxWidth?: number;
  maxHeight?: number;
  /** Least pixels across and down: fewer values become blocks, as viewers would blur between them. */
  minWidth?: number;
  minHeight?: number;
}

/** A matrix as a PNG data URL, one pixel a value, or a mean of neighbours where there are too many to see. */
export function heatImage(values: Values, options: HeatImageOptions): string {
  const { domain, range, rowsUp, transpose = false, maxWidth = 1600, maxHeight = 800 } = options;
  const across = transpose ? values.rows : values.cols;
  const down = transpose ? values.cols : values.rows;
  const [strideX, strideY] = transpose ? [values.cols, 1] : [1, values.cols];
  const width = Math.min(across, maxWidth);
  const height = Math.min(down, maxHeight);
  const scale = 255 / (domain[1] - domain[0] || 1);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.floor((y * down) / height), Math.floor(((y + 1) * down) / height)];
    const line = rowsUp ? height - 1 - y : y;
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.floor((x * across) / width), Math.floor(((x + 1) * across) / width)];
      let sum = 0;
      for (let j = top; j < bottom; j++) {
        for (let i = left; i < right; i++) sum += values.data[j * strideY + i * strideX];
      }
      const mean = sum / ((bottom - top) * (right - left));
      data[line * width + x] = Math.min(255, Math.max(0, Math.round((mean - domain[0]) * scale)));
    }
  }
  const pixels = enlarged({ width, height, data }, options.minWidth ?? 1, options.minHeight ?? 1);
  return pngUrl({ ...pixels, palette: colorTable(range) });
}

function enlarged({ width, height, data }: Pixels, minWidth: number, minHeight: number): Pixels {
  const across = Math.ceil(minWidth / width);
  const down = Math.ceil(minHeight / height);
  if (across * down === 1) return { width, height, data };
  const wide = new Uint8Array(width * across * height * down);
  for (let y = 0; y < height * down; y++) {
    const line = Math.floor(y / down) * width;
    for (let x = 0; x < width; x++) wide.fill(data[line + x], (y * width + x) * across, (y * width + x + 1) * across);
  }
  return { width: width * across, height: height * down, data: wide };
}
