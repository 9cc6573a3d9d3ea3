import { readFile } from "node:fs/promises";
import { openStorage } from "../../storage/storage.js";
import { assembleCorpus } from "../assemble.js";
import type { CorpusOptions } from "../options.js";
import type { Corpus, CorpusInfo, Item } from "../types.js";

export const imdbInfo: CorpusInfo = {
  name: "imdb",
  title: "Large Movie Review Dataset (IMDB)",
  licence: "free for research",
  citation:
    "Maas, A. L., Daly, R. E., Pham, P. T., Huang, D., Ng, A. Y., Potts, C. (2011). Learning Word Vectors for Sentiment Analysis. ACL 2011, 142–150.",
  url: "https://ai.stanford.edu/~amaas/data/sentiment/",
  groupKey: "film",
  officialSplit: "25,000 to train and 25,000 to test, of different films",
};

const pattern = /(?:^|\/)(train|test)\/(pos|neg)\/(\d+)_(\d+)\.txt$/;

/**
 * Large Movie Review Dataset: 50,000 IMDB reviews, `aclImdb/{train,test}/{pos,neg}/{id}_{rating}.txt`.
 *
 * Items hold the text; bytes that are no UTF-8 become U+FFFD. The split is the official one; the rating is an attribute; the group is the film, where the release's `urls_*.txt` are there.
 *
 * @throws CorpusError if there is no such file below the root
 */
export async function imdb({ root, cacheDir }: CorpusOptions): Promise<Corpus<string>> {
  const storage = await openStorage(root, { names: /imdb/i, cacheDir });
  const films = new Map<string, string[]>();
  for (const file of storage.files) {
    const match = /(?:^|\/)(train|test)\/urls_(pos|neg)\.txt$/.exec(file);
    if (match) films.set(`${match[1]}/${match[2]}`, new TextDecoder().decode(await storage.read(file)).split("\n"));
  }
  const items = storage.files.flatMap((file): Item<string>[] => {
    const match = pattern.exec(file);
    if (!match) return [];
    const [, split, label, id, rating] = match;
    const film = /tt\d+/.exec(films.get(`${split}/${label}`)?.[Number(id)] ?? "")?.[0];
    const path = storage.path(file);
    return [
      {
        id: `${split}/${label}/${id}_${rating}`,
        label,
        split,
        ...(film && { group: film }),
        attributes: { rating: Number(rating) },
        path,
        load: () => readFile(path, "utf8"),
      },
    ];
  });
  return assembleCorpus(imdbInfo, items, {
    classes: ["neg", "pos"],
    source: root,
    expected: "train/pos/ID_RATING.txt",
  });
}
