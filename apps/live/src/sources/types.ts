import type { Observable } from "rxjs";
import type { AudioChunk } from "../core/types.js";

/**
 * Where audio comes from. `chunks$` starts the source when subscribed, stops it when unsubscribed, and ends with an error when it is lost for good.
 * Times start at 0 and follow each other without gaps; what was lost on the way is in `counters`.
 */
export interface AudioSource {
  /** What it is, for people: "microphone", a file's name. */
  readonly name: string;
  /** Mono chunks, in order; their samples may be used again once the subscriber returns. Subscribe once. */
  readonly chunks$: Observable<AudioChunk>;
  readonly counters: Readonly<SourceCounters>;
}

/** What a source gave and lost. */
export interface SourceCounters {
  /** Chunks given. */
  chunks: number;
  /** Audio given, s. */
  audioSec: number;
  /** Times the device had to be opened again. */
  restarts: number;
}

/** Counters at zero. */
export const noCounts = (): SourceCounters => ({ chunks: 0, audioSec: 0, restarts: 0 });
