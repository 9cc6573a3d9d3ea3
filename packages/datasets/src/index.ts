export { assembleCorpus, sortLabels } from "./corpora/assemble.js";
export { parseCsv } from "./corpora/tables/parseCsv.js";
export {
  type CategoryColumn,
  type Column,
  type NumberColumn,
  type ParseTableOptions,
  parseTable,
  type Table,
} from "./corpora/tables/table.js";
export { type Corpus, CorpusError, type CorpusInfo, type Item } from "./corpora/types.js";
export { type ByteSource, bytesSource } from "./decode/byteSource.js";
export { type AudioClip, type AudioInfo, type MultichannelClip, mixDown } from "./decode/clip.js";
export { type DecodeOptions, decode, decodeChannels, readAudioInfo } from "./decode/decode.js";
export { AudioFormatError } from "./decode/errors.js";
export { type AudioContent, sniffAudio } from "./decode/sniff.js";
export type { SpanOptions } from "./decode/span.js";
export { type DecodeWavOptions, decodeWav, decodeWavChannels } from "./decode/wav.js";
export { parseWavHeader, type WavHeader, type WavHeaderOptions } from "./decode/wavHeader.js";
export { type EncodeWavOptions, encodeWav, type WavEncoding } from "./encode/wav.js";
export { type AudioDescription, describeAudio } from "./inspect/describeAudio.js";
export {
  type CorpusDescription,
  type DescribeCorpusOptions,
  describeCorpus,
  type Spread,
} from "./inspect/describeCorpus.js";
export { createDuplicateFinder, type DuplicateFinder } from "./inspect/duplicates.js";
export { hashClip } from "./inspect/hashClip.js";
export { type SyntheticEmotion, syntheticEmotions } from "./speech/emotions.js";
export type { Microphone } from "./speech/microphone.js";
export { drawRoom, placeInRoom, type Room } from "./speech/room.js";
export { type SpeakDigitsOptions, speakDigits } from "./speech/speakDigits.js";
export { type SyntheticSpeechOptions, syntheticSpeech } from "./speech/syntheticSpeech.js";
export { drawVoice, type Voice, type VoiceVariety } from "./speech/voice.js";
export {
  type Fold,
  type GroupKFoldOptions,
  groupKFold,
  type KFoldOptions,
  kFold,
  leaveOneGroupOut,
  predefinedSplit,
} from "./splits/folds.js";
export { type GroupSplitOptions, groupSplit } from "./splits/groupSplit.js";
export type { Key, Splittable } from "./splits/keys.js";
export { describeLeakage, findLeakage, type Leak, type LeakageOptions } from "./splits/leakage.js";
export { type Split, type StratifiedSplitOptions, stratifiedSplit, type TestPart } from "./splits/stratifiedSplit.js";
export { type SpoofMethodName, spoofClip, spoofMethodNames } from "./spoof/methods.js";
