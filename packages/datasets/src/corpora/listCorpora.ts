import { syntheticSpeechInfo } from "../speech/syntheticSpeech.js";
import { emnistInfo, mnistInfo } from "./images/mnist.js";
import { flickr8kInfo, omniglotInfo, orlFacesInfo } from "./images/pictureFolders.js";
import { corpora } from "./registry.js";
import { creditCardDefaultInfo, germanCreditInfo, giveMeSomeCreditInfo } from "./tables/tables.js";
import { imdbInfo } from "./text/imdb.js";
import type { CorpusInfo } from "./types.js";

/** Licence, citation, page, group key and official split of every corpus that there is a loader for: sound, pictures, texts and tables. */
export function listCorpora(): CorpusInfo[] {
  return [
    ...Object.values(corpora).map((kind) => kind.info),
    syntheticSpeechInfo,
    imdbInfo,
    mnistInfo,
    emnistInfo,
    omniglotInfo,
    orlFacesInfo,
    flickr8kInfo,
    germanCreditInfo,
    creditCardDefaultInfo,
    giveMeSomeCreditInfo,
  ];
}
