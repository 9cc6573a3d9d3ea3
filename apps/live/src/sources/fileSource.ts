import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { defer, from, mergeMap, tap } from "rxjs";
import type { AudioClip } from "../core/types.js";
import { type ClipSourceOptions, clipSource } from "./clipSource.js";
import { type AudioSource, noCounts } from "./types.js";

/** Options of {@link fileSource}. */
export interface FileSourceOptions extends ClipSourceOptions {
  /** Turns the file's bytes into audio: `loadClip` of `@earshot/datasets`, or your own. */
  decode: (bytes: Uint8Array) => AudioClip | Promise<AudioClip>;
}

/**
 * A file as a source, in real time or as fast as it can be worked on. It is read when subscribed.
 *
 * @throws Error (as the stream's error) if the file cannot be read or decoded
 */
export function fileSource(path: string, { decode, ...options }: FileSourceOptions): AudioSource {
  const name = options.name ?? basename(path);
  const counters = noCounts();
  const chunks$ = defer(() => from(readFile(path))).pipe(
    mergeMap(async (bytes) => clipSource(await decode(bytes), options)),
    mergeMap((source) => source.chunks$.pipe(tap(() => Object.assign(counters, source.counters)))),
  );
  return { name, chunks$, counters };
}
