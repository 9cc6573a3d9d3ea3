import { requireMatrix } from "../check.js";
import { heatImage } from "../raster/heatImage.js";
import { type FigureOptions, figure, paletteOf, type Spec } from "../style.js";
import { textWidth } from "../text.js";

/** Counts (or weights) as `confusionMatrix` of @earshot/metrics gives them: rows are truth, columns prediction. */
export interface ConfusionCounts {
  labels: readonly (string | number)[];
  data: ArrayLike<number>;
  rows: number;
  cols: number;
}

/** Options of {@link confusionMatrixPlot}. */
export interface ConfusionMatrixPlotOptions extends FigureOptions {
  /** Colour and print shares of each row (recall on the diagonal) instead of counts; default false. */
  normalize?: boolean;
}

/** Above this many classes cells become pixels of one image, without numbers. */
const MOST_CELLS = 40;

/**
 * Confusion matrix: truth downwards, prediction to the right, each cell coloured by its share of the row.
 *
 * Up to 40 classes each cell shows its number; above, the matrix is drawn as one image so that hundreds stay quick.
 *
 * @param matrix classes × classes counts
 * @param options.normalize print row shares (%) instead of counts
 * @throws RangeError if labels, rows, columns and data do not fit together
 */
export function confusionMatrixPlot(matrix: ConfusionCounts, options: ConfusionMatrixPlotOptions = {}): Spec {
  requireMatrix("confusionMatrixPlot", "matrix", matrix);
  const k = matrix.labels.length;
  if (matrix.rows !== k || matrix.cols !== k) {
    throw new RangeError(
      `confusionMatrixPlot: ${k} labels need ${k} × ${k} counts, got ${matrix.rows} × ${matrix.cols}.`,
    );
  }
  return k > MOST_CELLS ? imageMatrix(matrix, options) : cellMatrix(matrix, options);
}

function rowShares({ data, rows, cols }: ConfusionCounts): Float64Array {
  const shares = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += data[r * cols + c];
    for (let c = 0; c < cols; c++) shares[r * cols + c] = sum > 0 ? data[r * cols + c] / sum : 0;
  }
  return shares;
}

function cellMatrix(matrix: ConfusionCounts, options: ConfusionMatrixPlotOptions): Spec {
  const { normalize = false, theme } = options;
  const names = matrix.labels.map(String);
  const k = names.length;
  const shares = rowShares(matrix);
  const printed = Array.from(shares, (share, i) => (normalize ? percent(share) : count(matrix.data[i])));
  const widest = Math.max(...printed.map((text) => textWidth(text, 11)));
  const cell = Math.max(26, widest + 8, Math.min(64, 420 / k));
  const { width = Math.round(cell * k), height = Math.round(Math.max(26, Math.min(cell, 48)) * k) } = options;
  const values = Array.from(shares, (share, i) => ({
    truth: names[Math.floor(i / k)],
    prediction: names[i % k],
    count: matrix.data[i],
    share,
    text: printed[i],
  }));
  const { ramp, text, background } = paletteOf(theme);
  const fits = Math.max(...names.map((name) => textWidth(name, 11))) + 6 <= width / k;
  const axis = { grid: false, ticks: false, domain: false, labelPadding: 6, labelOverlap: false };
  return figure(
    {
      width,
      height,
      data: { values },
      encoding: {
        x: {
          field: "prediction",
          type: "nominal",
          sort: names,
          title: "Predicted class",
          axis: { ...axis, orient: "top", labelAngle: fits ? 0 : -90 },
        },
        y: { field: "truth", type: "nominal", sort: names, title: "True class", axis },
      },
      layer: [
        {
          mark: { type: "rect", stroke: background, strokeWidth: k > 25 ? 0.5 : 1 },
          encoding: {
            color: {
              field: "share",
              type: "quantitative",
              scale: { domain: [0, 1], range: ramp },
              legend: { title: ["Share of", "true class"], format: ".0%", gradientLength: Math.min(160, height) },
            },
          },
        },
        {
          mark: { type: "text", fontSize: 11 },
          encoding: {
            text: { field: "text", type: "nominal" },
            color: { condition: { test: "datum.share > 0.42", value: background }, value: text },
            opacity: { condition: { test: "datum.count === 0", value: 0.35 }, value: 1 },
          },
        },
      ],
    },
    options,
  );
}

function imageMatrix(matrix: ConfusionCounts, options: ConfusionMatrixPlotOptions): Spec {
  const { width = 560, height = 560, theme } = options;
  const k = matrix.labels.length;
  const { ramp } = paletteOf(theme);
  const shares = rowShares(matrix);
  const domain: [number, number] = [0, shares.reduce((a, b) => Math.max(a, b), 0) || 1];
  const image = heatImage({ data: shares, rows: k, cols: k }, { domain, range: ramp, rowsUp: false });
  const position = (title: string, reverse: boolean) => ({
    type: "quantitative",
    scale: { domain: [0, k], nice: false, reverse },
    title,
    axis: { grid: false, tickMinStep: 1 },
  });
  return figure(
    {
      width,
      height,
      layer: [
        {
          data: { values: [{}] },
          mark: { type: "image", url: image, width, height, aspect: false, smooth: false },
          encoding: { x: { value: width / 2 }, y: { value: height / 2 } },
        },
        {
          data: { values: [{ x: 0, y: 0, share: 0 }] },
          mark: { type: "point", opacity: 0 },
          encoding: {
            x: {
              field: "x",
              ...position("Predicted class (place in the list)", false),
              axis: { grid: false, orient: "top" },
            },
            y: { field: "y", ...position("True class (place in the list)", true) },
            color: {
              field: "share",
              type: "quantitative",
              scale: { domain, range: ramp },
              legend: { title: ["Share of", "true class"], format: ".0%" },
            },
          },
        },
      ],
    },
    options,
  );
}

const percent = (share: number): string => {
  if (share === 0) return "0";
  if (share < 0.01) return "<1";
  return share > 0.99 && share < 1 ? ">99" : String(Math.round(share * 100));
};

const count = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
