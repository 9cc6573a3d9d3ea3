import { requireItems } from "../check.js";
import { pngUrl } from "../raster/png.js";
import { type FigureOptions, figure, paletteOf, type Spec } from "../style.js";
import { textWidth } from "../text.js";

/** A picture as pixels, with what stands below it. */
export interface GridImage {
  width: number;
  height: number;
  /** Rows from the top, 0 to 255 (bytes) or 0 to 1 (floats): 1 (grey), 3 (RGB) or 4 (RGBA) values a pixel. */
  data: Uint8Array | Uint8ClampedArray | Float32Array | Float64Array;
  caption?: string;
  /** Marks the picture by its frame: an error, say. */
  marked?: boolean;
}

/** Options of {@link imageGrid}. */
export interface ImageGridOptions extends Omit<FigureOptions, "width" | "height"> {
  /** How many side by side, default as square as can be, at most 10. */
  columns?: number;
  /** Side of the square each picture is fitted into, pixels; default 96. */
  size?: number;
}

/**
 * Pictures in rows, each fitted into a square, with captions: a dataset, what a generator made, what a model got wrong.
 *
 * @param images at least one
 * @throws RangeError if there is none, or a picture's data do not fit its size
 */
export function imageGrid(images: readonly GridImage[], options: ImageGridOptions = {}): Spec {
  requireItems("imageGrid", "images", images.length);
  const { size = 96, columns = Math.min(10, Math.ceil(Math.sqrt(images.length))), theme } = options;
  const captions = images.some((image) => image.caption);
  const { text, series } = paletteOf(theme);
  const [across, down] = [size + 10, size + (captions ? 26 : 10)];
  const rows = Math.ceil(images.length / columns);
  const place = (i: number) => ({ x: (i % columns) * across + size / 2, y: Math.floor(i / columns) * down + size / 2 });
  const values = images.map((image, i) => {
    const scale = size / Math.max(image.width, image.height);
    return {
      ...place(i),
      url: pngUrl({ width: image.width, height: image.height, data: bytesOf(image, i) }),
      w: image.width * scale,
      h: image.height * scale,
      caption: shortened(image.caption ?? "", size + 6),
      captionY: Math.floor(i / columns) * down + size + 5,
    };
  });
  const position = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });
  const frames = images.flatMap((image, i) => (image.marked ? [values[i]] : []));
  return figure(
    {
      width: columns * across - 10,
      height: rows * down - (captions ? 0 : 10),
      layer: [
        ...values.map(({ x, y, w, h, url }) => ({
          data: { values: [{ x, y }] },
          mark: { type: "image", url, width: w, height: h, aspect: false, smooth: false },
          encoding: { x: position("x"), y: position("y") },
        })),
        ...(frames.length
          ? [
              {
                data: {
                  values: frames.map(({ x, y, w, h }) => ({
                    x0: x - w / 2,
                    x1: x + w / 2,
                    y0: y - h / 2,
                    y1: y + h / 2,
                  })),
                },
                mark: { type: "rect", filled: false, fillOpacity: 0, stroke: series[4], strokeWidth: 2.5 },
                encoding: { x: position("x0"), x2: { field: "x1" }, y: position("y0"), y2: { field: "y1" } },
              },
            ]
          : []),
        ...(captions
          ? [
              {
                data: { values: values.map(({ x, captionY, caption }) => ({ x, captionY, caption })) },
                mark: { type: "text", baseline: "top", fontSize: 11, color: text },
                encoding: { x: position("x"), y: position("captionY"), text: { field: "caption", type: "nominal" } },
              },
            ]
          : []),
      ],
    },
    options,
  );
}

function bytesOf({ data, width, height }: GridImage, i: number): Uint8Array {
  const channels = data.length / (width * height);
  if (![1, 3, 4].includes(channels)) {
    throw new RangeError(
      `imageGrid: image ${i} is ${width} × ${height} and needs 1, 3 or 4 values a pixel, got ${data.length} values.`,
    );
  }
  if (data instanceof Uint8Array) return data;
  if (data instanceof Uint8ClampedArray) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  return Uint8Array.from(data, (v) => Math.round(255 * Math.min(1, Math.max(0, v))));
}

function shortened(caption: string, pixels: number): string {
  if (textWidth(caption, 11) <= pixels) return caption;
  let kept = [...caption];
  while (kept.length > 1 && textWidth(`${kept.join("")}…`, 11) > pixels) kept = kept.slice(0, -1);
  return `${kept.join("")}…`;
}
