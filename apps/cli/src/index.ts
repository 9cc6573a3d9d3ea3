export { InterruptedError, sentenceOf, UsageError, UserError } from "./cli/errors.js";
export { createScreen, type Progress, type Screen, silentScreen } from "./cli/screen.js";
export { type EvaluateOptions, type Evaluation, evaluate } from "./evaluate/evaluate.js";
export type { Figure, Judgement } from "./judge/judge.js";
export { type LoadedRecipe, loadRecipe } from "./recipe/load.js";
export { type Recipe, recipeSchema } from "./recipe/schema.js";
export { shippedRecipes } from "./recipe/shipped.js";
export type { Metrics } from "./run/metrics.js";
export { type TrainedRun, type TrainOptions, train } from "./train/train.js";
