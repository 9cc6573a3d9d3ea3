import type { Storage } from "../storage/storage.js";
import { emnist, emnistInfo, mnist, mnistInfo } from "./images/mnist.js";
import {
  flickr8k,
  flickr8kInfo,
  flickr8kListed,
  omniglot,
  omniglotInfo,
  orlFaceId,
  orlFaces,
  orlFacesInfo,
} from "./images/pictureFolders.js";
import type { CorpusOptions } from "./options.js";
import {
  creditCardDefault,
  creditCardDefaultInfo,
  germanCredit,
  germanCreditInfo,
  giveMeSomeCredit,
  giveMeSomeCreditInfo,
  type TableCorpus,
} from "./tables/tables.js";
import { imdb, imdbInfo } from "./text/imdb.js";
import type { Corpus, CorpusInfo } from "./types.js";

/** A corpus of pictures, texts or rows. */
export interface OtherCorpus {
  info: CorpusInfo;
  /** What can be told apart in it. */
  labels: readonly string[];
  /** How its folder or archive is called. */
  names: RegExp;
  /** Items of the whole release. */
  expected?: number;
  /** MD5 of the release's files, unpacked, by the end of their names. */
  sums?: Readonly<Record<string, string>>;
  /** Ids of the whole release, or of what the corpus' own lists name. */
  listed?: (storage: Storage) => Promise<Iterable<string>>;
  load(options: CorpusOptions): Promise<Corpus<unknown> | TableCorpus>;
}

/** Forty people, ten pictures each. */
const orlFacesListed = (): string[] =>
  Array.from({ length: 400 }, (_, i) => orlFaceId(String(Math.floor(i / 10) + 1), String((i % 10) + 1)));

const tables = /credit/i;

/** All corpora that are not sound, by name. */
export const otherCorpora: Readonly<Record<string, OtherCorpus>> = {
  imdb: { info: imdbInfo, labels: ["label"], names: /imdb/i, expected: 50_000, load: imdb },
  mnist: {
    info: mnistInfo,
    labels: ["label"],
    names: /^(?!.*audio).*(?<!e)mnist/i,
    expected: 70_000,
    sums: {
      "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
      "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
      "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
      "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    },
    load: mnist,
  },
  emnist: { info: emnistInfo, labels: ["label"], names: /emnist/i, expected: 131_600, load: emnist },
  omniglot: {
    info: omniglotInfo,
    labels: ["label", "alphabet"],
    names: /omniglot|images_(background|evaluation)/i,
    load: omniglot,
  },
  orlFaces: {
    info: orlFacesInfo,
    labels: ["label"],
    names: /orl|att.?faces/i,
    expected: 400,
    listed: async () => orlFacesListed(),
    load: orlFaces,
  },
  flickr8k: {
    info: flickr8kInfo,
    labels: ["captions"],
    names: /flickr/i,
    listed: flickr8kListed,
    load: flickr8k,
  },
  germanCredit: { info: germanCreditInfo, labels: ["risk"], names: tables, expected: 1000, load: germanCredit },
  creditCardDefault: {
    info: creditCardDefaultInfo,
    labels: ["default.payment.next.month"],
    names: tables,
    expected: 30_000,
    load: creditCardDefault,
  },
  giveMeSomeCredit: {
    info: giveMeSomeCreditInfo,
    labels: ["SeriousDlqin2yrs"],
    names: tables,
    expected: 150_000,
    load: giveMeSomeCredit,
  },
};
