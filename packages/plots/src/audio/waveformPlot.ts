import { requireFinite, requireItems, requirePositive } from "../check.js";
import { type FigureOptions, figure, paletteOf, type Spec } from "../style.js";

/** Options of {@link waveformPlot}. */
export interface WaveformPlotOptions extends FigureOptions {
  /** Hz, > 0; required. */
  sampleRate: number;
  /** Time of the first sample, seconds; default 0. */
  startSec?: number;
  /** Least top of the axis, > 0: below 1 for recordings that are quiet; default 1, full scale. */
  top?: number;
}

/**
 * A waveform over time: the highest and lowest sample of each pixel column, so that no peak is lost.
 *
 * @param samples mono audio, length ≥ 1; samples beyond ±top widen the axis
 * @throws RangeError if there are no samples, one is NaN or ±∞, or the sample rate or the top is not above 0
 */
export function waveformPlot(samples: ArrayLike<number>, options: WaveformPlotOptions): Spec {
  requireItems("waveformPlot", "samples", samples.length);
  requireFinite("waveformPlot", "samples", samples);
  requirePositive("waveformPlot", "sampleRate", options.sampleRate);
  const { sampleRate, startSec = 0, top: least = 1, width = 640, height = 160, theme } = options;
  requirePositive("waveformPlot", "top", least);
  const { series, grid } = paletteOf(theme);
  const { values, peak } = envelope(samples, sampleRate, startSec, width);
  const top = Math.max(least, peak);
  const dense = samples.length > 2 * width;
  const end = startSec + samples.length / sampleRate;
  const x = {
    field: "t",
    type: "quantitative",
    title: "Time (s)",
    scale: { domain: [startSec, end], nice: false, zero: false },
    axis: { grid: false },
  };
  const y = {
    field: "high",
    type: "quantitative",
    title: "Amplitude (full scale = 1)",
    scale: { domain: [-top, top], nice: false },
    axis: { tickCount: 5 },
  };
  return figure(
    {
      width,
      height,
      data: { values },
      layer: [
        { mark: { type: "rule", color: grid }, encoding: { y: { datum: 0, type: "quantitative" } } },
        dense
          ? {
              mark: { type: "area", color: series[0], line: { color: series[0], strokeWidth: 0.5 } },
              encoding: { x, y, y2: { field: "low" } },
            }
          : { mark: { type: "line", color: series[0], strokeWidth: 1 }, encoding: { x, y } },
      ],
    },
    options,
  );
}

/** As many digits as a picture can show: specifications stay small. */
const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));

/** Extremes of each column; of columns that hold less than two samples the samples themselves. */
function envelope(samples: ArrayLike<number>, sampleRate: number, startSec: number, width: number) {
  const n = samples.length;
  const columns = Math.min(n, 2 * width);
  let peak = 0;
  const values = Array.from({ length: columns }, (_, c) => {
    const from = Math.floor((c * n) / columns);
    const to = Math.floor(((c + 1) * n) / columns);
    let high = -Infinity;
    let low = Infinity;
    for (let i = from; i < to; i++) {
      if (samples[i] > high) high = samples[i];
      if (samples[i] < low) low = samples[i];
    }
    peak = Math.max(peak, high, -low);
    return { t: rounded(startSec + from / sampleRate, 9), high: rounded(high, 4), low: rounded(low, 4) };
  });
  return { values, peak };
}
