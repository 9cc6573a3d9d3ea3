export { type FrameMatrix, type SpectrogramPlotOptions, spectrogramPlot } from "./audio/spectrogramPlot.js";
export { type WaveformPlotOptions, waveformPlot } from "./audio/waveformPlot.js";
export { type EmbeddingScatterOptions, embeddingScatter } from "./data/embeddingScatter.js";
export { type FeatureImportanceOptions, featureImportance, type Importance } from "./data/featureImportance.js";
export { correlationHeatmap, type HeatmapPlotOptions, heatmapPlot, type NamedMatrix } from "./data/heatmapPlot.js";
export { type GridImage, type ImageGridOptions, imageGrid } from "./data/imageGrid.js";
export { type LinePlotOptions, type LineSeries, linePlot } from "./data/linePlot.js";
export { type Projection, projectToPlane } from "./data/pca.js";
export { type ClassCount, targetDistribution } from "./data/targetDistribution.js";
export { type CalibrationSeries, calibrationPlot } from "./detection/calibrationPlot.js";
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
export { type IntervalPlotOptions, type IntervalRow, intervalPlot } from "./evaluation/intervalPlot.js";
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
export {
  type ParallelCoordinatesOptions,
  parallelCoordinates,
  type SweepRun,
} from "./training/parallelCoordinates.js";
export { type DescentPath, type Surface, type SurfacePathsOptions, surfacePaths } from "./training/surfacePaths.js";
