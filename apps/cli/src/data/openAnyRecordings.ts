import { basename, dirname } from "node:path/posix";
import type { Corpus } from "@earshot/datasets";
import { audioFolder, detectCorpus, loadCorpus, type Storage } from "@earshot/datasets/node";

/**
 * Recordings in whatever folder or archive: a known corpus by its layout, else every sound file, in class folders or not.
 *
 * Of files in folders of nobody's layout, the folder is the group: it may be the speaker.
 *
 * @throws CorpusError if there is no sound below the root
 */
export async function openAnyRecordings(root: string | Storage): Promise<Corpus> {
  const kind = await detectCorpus(root);
  if (kind !== "audioFolder") return loadCorpus({ kind, root });
  const group = (file: string): string | undefined => (file.includes("/") ? basename(dirname(file)) : undefined);
  return audioFolder({ root, classes: "any", group });
}
