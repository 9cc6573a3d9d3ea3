export { type FindTemplateOptions, findTemplate, type TemplateMatch } from "./findTemplate.js";
export { type MadeScene, type MakeSceneOptions, makeScene } from "./makeScene.js";
export { type MatchMethod, type MatchTemplateOptions, matchTemplate } from "./matchTemplate.js";
export { findPeaks, type Peak, type PeakOptions } from "./peaks.js";
export type { PoseMethod } from "./pose.js";
