export { attentionMap } from "./attentionMaps.js";
export { type Beam, type BeamOptions, beamSearch } from "./beam.js";
export { type Caption, type Captioner, loadCaptioner } from "./captioner.js";
export { type RegionExtractor, type RegionOptions, type Regions, regionExtractor } from "./regions.js";
export { captionRetriever, type Retrieved } from "./retrieval.js";
export type { DecoderState, DecoderStep, Reader } from "./steps.js";
export {
  type CaptionedRegions,
  type CaptionLog,
  type TrainCaptionerOptions,
  trainCaptioner,
} from "./trainCaptioner.js";
export { captionWords, createVocabulary, type Vocabulary } from "./vocabulary.js";
