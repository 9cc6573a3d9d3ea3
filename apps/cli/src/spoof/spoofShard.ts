import { loadClip, type PlannedFile, type SpoofRecord, spoofWav } from "@earshot/datasets/node";
import { sentenceOf } from "../cli/errors.js";
import { once } from "../queue/once.js";
import type { PieceResult, WorkPlace } from "../queue/piece.js";
import { localFiles } from "../storage/localCopy.js";
import { openPlace } from "../storage/place.js";

/** A recording, and the files that are to be made of it. */
export interface SpoofItem {
  id: string;
  /** Path or URL. */
  path: string;
  text?: string;
  files: PlannedFile[];
}

/** Recordings of which spoofed and bona fide speech is made; `NAME.items.json` lists them. */
export interface SpoofWork extends WorkPlace {
  kind: "spoof";
  /** Folder or `s3://bucket/key` for the files. */
  out: string;
  sampleRate: number;
}

export interface SpoofResult extends PieceResult {
  records: SpoofRecord[];
  failed: { id: string; system: string; reason: string }[];
}

export const listName = (name: string): string => `${name}.items.json`;

/** Makes the files of some recordings; each of them is in the result, as a line of the protocol or with the reason why it is not there. */
export function runSpoofShard({ name, place: at, out, sampleRate }: SpoofWork): Promise<SpoofResult> {
  const target = openPlace(out);
  return once<Omit<SpoofResult, keyof PieceResult>>(
    { name, place: at },
    async (place) => {
      const items = JSON.parse(Buffer.from(await place.read(listName(name))).toString()) as SpoofItem[];
      const records: SpoofRecord[] = [];
      const failed: SpoofResult["failed"] = [];
      let index = 0;
      for await (const { path, error } of localFiles(items.map((item) => item.path))) {
        const { id, text, files } = items[index++];
        const clip = error ?? (await loadClip(path, { name: id }).catch((reason: Error) => reason));
        for (const { system, seed, record } of files) {
          if (clip instanceof Error) {
            failed.push({ id, system, reason: sentenceOf(clip) });
            continue;
          }
          const made = await spoofWav({ system, clip, sampleRate, seed, ...(text !== undefined && { text }) }).catch(
            (error: Error) => error,
          );
          if (made instanceof Error) failed.push({ id, system, reason: sentenceOf(made) });
          else {
            await target.write(record.path, made.wav);
            records.push({ ...record, parameters: made.parameters });
          }
        }
      }
      return { records, failed };
    },
    // Somebody may have thrown files away since.
    async ({ records }) => (await Promise.all(records.map(({ path }) => target.has(path)))).every(Boolean),
  );
}
