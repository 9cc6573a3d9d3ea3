export { type ArrowColumn, type ArrowField, type ArrowKind, encodeArrow } from "./cache/arrowFile.js";
export {
  type CachedFeatures,
  type CacheHits,
  type FeatureCache,
  type FeatureCacheOptions,
  type NewFeatures,
  openFeatureCache,
} from "./cache/featureCache.js";
export { joinArrow } from "./cache/joinArrow.js";
export type { AudioCorpusDefinition, AudioCorpusLoader, Described } from "./corpora/audioCorpus.js";
export { audioCorpus } from "./corpora/audioCorpus.js";
export { type IdxArray, readIdx } from "./corpora/images/idx.js";
export { type EmnistOptions, emnist, mnist } from "./corpora/images/mnist.js";
export { decodePgm } from "./corpora/images/pgm.js";
export {
  type CaptionedCorpus,
  type CaptionedItem,
  type FileItem,
  flickr8k,
  imageFolder,
  omniglot,
  orlFaces,
} from "./corpora/images/pictureFolders.js";
export { decodePng } from "./corpora/images/png.js";
export type { GrayImage } from "./corpora/images/types.js";
export { listCorpora } from "./corpora/listCorpora.js";
export type { CorpusOptions, LabelledOptions } from "./corpora/options.js";
export { type OtherCorpus, otherCorpora } from "./corpora/otherCorpora.js";
export { type CorpusKind, corpora, detectCorpus, type LoadCorpusOptions, loadCorpus } from "./corpora/registry.js";
export { type AudioFolderOptions, audioFolder } from "./corpora/sound/audioFolder.js";
export { audioMnist } from "./corpora/sound/audioMnist.js";
export { cremaD } from "./corpora/sound/cremaD.js";
export { emoDb } from "./corpora/sound/emoDb.js";
export { esc10, esc50 } from "./corpora/sound/esc.js";
export { freeSpokenDigits } from "./corpora/sound/freeSpokenDigits.js";
export { ravdess } from "./corpora/sound/ravdess.js";
export { savee } from "./corpora/sound/savee.js";
export { speechCommands } from "./corpora/sound/speechCommands.js";
export { tess } from "./corpora/sound/tess.js";
export { asvSpoof } from "./corpora/spoof/asvSpoof.js";
export { inTheWild } from "./corpora/spoof/inTheWild.js";
export { spoofProtocol } from "./corpora/spoof/spoofProtocol.js";
export { waveFake } from "./corpora/spoof/waveFake.js";
export {
  creditCardDefault,
  germanCredit,
  giveMeSomeCredit,
  readTable,
  type TableCorpus,
} from "./corpora/tables/tables.js";
export { imdb } from "./corpora/text/imdb.js";
export { type CorpusVerification, type VerifyCorpusOptions, verifyCorpus } from "./corpora/verifyCorpus.js";
export { type AlignedWord, grid, readAlign } from "./corpora/video/grid.js";
export { type Checksum, DownloadError, type DownloadOptions, downloadFile } from "./download/downloadFile.js";
export { type GetCorpusOptions, getCorpus } from "./download/getCorpus.js";
export { type CorpusFile, corpusSources } from "./download/sources.js";
export * from "./index.js";
export { type EspeakDigitsOptions, espeakDigits } from "./speech/espeakDigits.js";
export { speakWithEspeak } from "./spoof/espeak.js";
export { type MadeSpoof, type MakeSpoofOptions, makeSpoof } from "./spoof/makeSpoof.js";
export {
  type PlannedFile,
  type PlannedSpoof,
  type PlanSpoofOptions,
  planSpoof,
  protocolText,
  type SpoofRecord,
} from "./spoof/planSpoof.js";
export { type SpoofJob, spoofWav } from "./spoof/spoofJob.js";
export { type ExtractOptions, extractArchive, isArchiveName } from "./storage/archive.js";
export { cacheFolder } from "./storage/cacheFolder.js";
export { decode } from "./storage/decodeAny.js";
export {
  type DescribeVideoOptions,
  describeVideo,
  type VideoDescription,
  type VideoStill,
} from "./storage/describeVideo.js";
export { decodeWithFfmpeg } from "./storage/ffmpeg.js";
export { type LoadClipOptions, loadClip } from "./storage/loadClip.js";
export { type OpenStorageOptions, openStorage, type Storage } from "./storage/storage.js";
export { type AudioChunk, type ReadWavOptions, readWavChunks } from "./storage/wavReader.js";
