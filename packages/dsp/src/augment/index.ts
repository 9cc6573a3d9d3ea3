export { transformKinds } from "./check.js";
export { type Augment, augmentFromConfig, compose } from "./compose.js";
export type { AugmentAssets, FeatureTransform, OneOf, Range, SampleTransform, Transform } from "./types.js";
