import { type Corpus, CorpusError } from "@earshot/datasets";
import { emnist, type GrayImage, imageFolder, mnist, omniglot, orlFaces } from "@earshot/datasets/node";
import { UserError } from "../cli/errors.js";
import type { DataSpec } from "../recipe/schema.js";
import { syntheticDigits } from "./syntheticDigits.js";

export type PictureSpec = Extract<DataSpec, { kind: "pictures" }>;

type Loaded = Corpus<GrayImage> | Corpus<Uint8Array>;

const known: Record<PictureSpec["corpora"][number], (root: string, spec: PictureSpec) => Promise<Loaded>> = {
  mnist: (root) => mnist({ root }),
  emnist: (root, { part }) => emnist({ root, part }),
  omniglot: (root) => omniglot({ root }),
  orlFaces: (root) => orlFaces({ root }),
  imageFolder: (root) => imageFolder({ root }),
};

/**
 * Opens pictures: the first of the recipe's layouts that the folder or archive has; made-up digits where no data is named.
 *
 * @throws UserError or CorpusError in one sentence: no data, no layout that the recipe reads
 */
export async function openPictures(spec: PictureSpec, root: string | undefined): Promise<Corpus<unknown>> {
  if (root === undefined) {
    if (spec.synthetic) return syntheticDigits(spec.synthetic);
    throw new UserError(
      "This recipe needs pictures: name their folder or archive with --data DIR, or set EARSHOT_DATA.",
    );
  }
  let first: unknown;
  for (const name of spec.corpora) {
    try {
      return await known[name](root, spec);
    } catch (error) {
      if (!(error instanceof CorpusError)) throw error;
      first ??= error;
    }
  }
  if (spec.corpora.length === 1) throw first;
  throw new UserError(`${root} holds none of ${spec.corpora.join(", ")}; name another folder with --data.`);
}
