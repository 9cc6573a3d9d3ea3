import { syntheticSpeechInfo } from "../speech/syntheticSpeech.js";
import { otherCorpora } from "./otherCorpora.js";
import { corpora } from "./registry.js";
import type { CorpusInfo } from "./types.js";

/** Licence, citation, page, group key and official split of every corpus that there is a loader for: sound, pictures, texts and tables. */
export function listCorpora(): CorpusInfo[] {
  return [...Object.values(corpora), { info: syntheticSpeechInfo }, ...Object.values(otherCorpora)].map(
    ({ info }) => info,
  );
}
