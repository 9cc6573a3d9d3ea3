import { createHash } from "node:crypto";
import type { Item } from "@earshot/datasets";
import type { GrayImage } from "@earshot/datasets/node";
import type { Screen } from "../cli/screen.js";
import { type PictureShape, pictureTensor, toPicture } from "../features/pictureFeatures.js";
import type { Labelled } from "./items.js";
import type { Prepared } from "./prepareData.js";

/** Reads every picture; an unreadable one is told by its name. */
export async function preparePictures(
  items: readonly Labelled[],
  shape: PictureShape,
  { screen, signal }: { screen: Screen; signal?: AbortSignal },
): Promise<Prepared> {
  const progress = screen.progress("pictures", items.length);
  const pictures: GrayImage[] = [];
  try {
    for (const item of items as Labelled<GrayImage | Uint8Array>[]) {
      signal?.throwIfAborted();
      pictures.push(toPicture(await (item as Item<GrayImage | Uint8Array>).load(), item.id));
      progress.update(pictures.length);
    }
  } finally {
    progress.end();
  }
  return {
    items: [...items],
    x: pictureTensor(pictures, shape),
    broken: [],
    hashes: pictures.map(({ pixels, width }) => createHash("sha1").update(`${width} `).update(pixels).digest("base64")),
    durationSec: 0,
  };
}
