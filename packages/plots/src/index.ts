export {
  type ConfusionCounts,
  type ConfusionMatrixPlotOptions,
  confusionMatrixPlot,
} from "./figures/confusionMatrixPlot.js";
export {
  type LearningCurveOptions,
  type LearningPanel,
  learningCurve,
} from "./figures/learningCurve.js";
export { type ClassFigure, type PerClassBarsOptions, perClassBars } from "./figures/perClassBars.js";
export { encodePng, type Pixels, pngUrl } from "./raster/png.js";
export { type RenderPngOptions, renderPng } from "./render/renderPng.js";
export { renderSvg } from "./render/renderSvg.js";
export { type FigureOptions, figure, houseConfig, type Spec, type Theme } from "./style.js";
