export { type FrameMatrix, type SpectrogramPlotOptions, spectrogramPlot } from "./audio/spectrogramPlot.js";
export { type WaveformPlotOptions, waveformPlot } from "./audio/waveformPlot.js";
export { type ClassCount, targetDistribution } from "./data/targetDistribution.js";
export {
  type PrecisionRecallPlotOptions,
  type PrecisionRecallSeries,
  precisionRecallPlot,
  type RocSeries,
  rocPlot,
} from "./detection/curves.js";
export { type DetPlotOptions, type DetSeries, detPlot } from "./detection/detPlot.js";
export { type ScoreHistogramOptions, type ScoreSet, scoreHistogram } from "./detection/scoreHistogram.js";
export {
  type ConfusionCounts,
  type ConfusionMatrixPlotOptions,
  confusionMatrixPlot,
} from "./evaluation/confusionMatrixPlot.js";
export { type ClassFigure, type PerClassBarsOptions, perClassBars } from "./evaluation/perClassBars.js";
export { magma, viridis } from "./raster/colors.js";
export { encodePng, type Pixels, pngUrl } from "./raster/png.js";
export { type RenderPngOptions, renderPng } from "./render/renderPng.js";
export { renderSvg } from "./render/renderSvg.js";
export { type FigureOptions, figure, houseConfig, type Spec, type Theme } from "./style.js";
export {
  type LearningCurveOptions,
  type LearningPanel,
  learningCurve,
} from "./training/learningCurve.js";
