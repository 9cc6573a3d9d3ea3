import { requireMatrix, requireOneOf, requirePositive } from "../check.js";
import { magma } from "../raster/colors.js";
import { heatImage } from "../raster/heatImage.js";
import { type FigureOptions, figure, type Spec } from "../style.js";
import { tickLabels } from "../ticks.js";
import { type FrequencyAxis, frequencyTicks } from "./frequencyTicks.js";

/** Frames × bins, row-major, as @earshot/dsp gives them. */
export interface FrameMatrix {
  data: ArrayLike<number>;
  rows: number;
  cols: number;
}

/** Options of {@link spectrogramPlot}. */
export interface SpectrogramPlotOptions extends FigureOptions {
  /** Hz, > 0; required. */
  sampleRate: number;
  /** Samples from frame to frame, > 0; required. */
  hopLength: number;
  /** What the columns are: FFT bins ("linear", default), mel bands, or numbered coefficients ("index", for MFCC). */
  axis?: FrequencyAxis;
  /** Hz of the lowest and the highest mel band, default 0 and half the sample rate. */
  fMin?: number;
  fMax?: number;
  /** Mel formula, default "slaney" as librosa. */
  melScale?: "slaney" | "htk";
  /** Time of the first frame, seconds; default 0. */
  startSec?: number;
  /** What the values are, default "Level (dB)". */
  valueTitle?: string;
  /**
   * Values of the darkest and brightest colour; default the least and the greatest finite value, and on an "index" axis
   * 98 % of the values without the first coefficient, whose size would hide the others.
   */
  domain?: readonly [number, number];
  /** Colours from low to high, "#rrggbb"; default magma. */
  colors?: readonly string[];
}

/**
 * A spectrogram, mel spectrogram or MFCC matrix as a picture with time and frequency axes.
 *
 * The matrix is drawn as one image, not as a rectangle a value, so that minutes of audio stay quick.
 *
 * @param matrix frames × bins, ready to show (decibels, not power)
 * @throws RangeError if the matrix is empty or does not fit its data, a rate is not above 0, or the axis is of no known kind
 */
export function spectrogramPlot(matrix: FrameMatrix, options: SpectrogramPlotOptions): Spec {
  requireMatrix("spectrogramPlot", "matrix", matrix);
  requirePositive("spectrogramPlot", "sampleRate", options.sampleRate);
  requirePositive("spectrogramPlot", "hopLength", options.hopLength);
  const { sampleRate, hopLength, axis = "linear", startSec = 0, width = 640, height = 220 } = options;
  requireOneOf("spectrogramPlot", "axis", axis, ["linear", "mel", "index"]);
  const { valueTitle = axis === "index" ? "Value" : "Level (dB)", colors = magma } = options;
  const domain = options.domain ?? (axis === "index" ? middleExtent(matrix) : extent(matrix.data));
  // Twice the plotting area, for dense screens; a minute of audio must not make a megabyte of picture.
  const pixels = { minWidth: width, minHeight: height, maxWidth: 2 * width, maxHeight: 2 * height };
  const image = heatImage(matrix, {
    domain,
    range: colors,
    rowsUp: true,
    transpose: true,
    ...pixels,
  });
  const seconds = (matrix.rows * hopLength) / sampleRate;
  const { fMin = 0, fMax = sampleRate / 2, melScale = "slaney" } = options;
  const ticks = frequencyTicks(axis, { bins: matrix.cols, fMin, fMax, melScale, height });
  const x = {
    field: "x",
    type: "quantitative",
    title: "Time (s)",
    scale: { domain: [startSec, startSec + seconds], nice: false, zero: false },
    axis: { grid: false },
  };
  const y = {
    field: "y",
    type: "quantitative",
    title: axis === "index" ? "Coefficient" : axis === "mel" ? "Frequency (Hz, mel scale)" : "Frequency (Hz)",
    scale: { domain: [0, 1], nice: false },
    axis: { grid: false, values: ticks.map((tick) => tick.at), labelExpr: tickLabels(ticks), labelOverlap: true },
  };
  return figure(
    {
      width,
      height,
      layer: [
        {
          data: { values: [{}] },
          mark: { type: "image", url: image, width, height, aspect: false, smooth: matrix.rows > 2 * width },
          encoding: { x: { value: width / 2 }, y: { value: height / 2 } },
        },
        {
          data: { values: [{ x: startSec, y: 0, value: domain[0] }] },
          mark: { type: "point", opacity: 0 },
          encoding: {
            x,
            y,
            color: {
              field: "value",
              type: "quantitative",
              scale: { domain: [...domain], range: [...colors] },
              legend: { title: valueTitle, gradientLength: height - 30, tickCount: 5 },
            },
          },
        },
      ],
    },
    options,
  );
}

/** What 98 % of the values span, the first column left out where there are others. */
function middleExtent({ data, cols }: FrameMatrix): [number, number] {
  const values = Float64Array.from(data)
    .filter((v, i) => Number.isFinite(v) && (cols === 1 || i % cols > 0))
    .sort();
  return extent([values[Math.floor(0.01 * values.length)], values[Math.ceil(0.99 * values.length) - 1]]);
}

function extent(data: ArrayLike<number>): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) continue;
    if (data[i] < low) low = data[i];
    if (data[i] > high) high = data[i];
  }
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
