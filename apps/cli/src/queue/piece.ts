import { createHash } from "node:crypto";
import type { Screen } from "../cli/screen.js";
import type { ShardWork } from "../features/shard.js";
import type { PredictWork } from "../predict/predictShard.js";
import type { SpoofWork } from "../spoof/spoofShard.js";
import type { FitWork } from "../sweep/fit.js";
import type { TrialWork } from "../sweep/runTrial.js";

/** Everything that can be worked off by threads here or by whoever takes jobs from a queue. Plain JSON: paths, settings and hashes, never sound. */
export type Work = ShardWork | SpoofWork | PredictWork | TrialWork | FitWork;

/** What every kind of work says of itself. */
export interface WorkPlace {
  /** Made from what is in it: the same name is the same work, so that it is done once however often it is asked for. */
  name: string;
  /** Folder or `s3://bucket/key` where `NAME.json` appears when it is done. */
  place: string;
}

/** A piece of work that is done at once. */
export interface Piece {
  work: Work;
  /** Files it works through, for the rate; a training counts as one. */
  items: number;
  /** To be taken before what was there before it. */
  first?: boolean;
}

/** What is told of any piece that is done. */
export interface PieceResult {
  name: string;
  /** Its result stood already. */
  reused: boolean;
}

export interface RunOptions<Result extends PieceResult> {
  /** What people see in `earshot jobs`. */
  title: string;
  /** Told once for each piece. @returns what has to be done because of it */
  onResult(result: Result): readonly Piece[] | undefined | Promise<readonly Piece[] | undefined>;
  /** What stands for a piece whose thread or workers died over it (default: it is an error). */
  onCrash?(work: Work, reason: string): Result;
  /** Told of each reason for which pieces fail while others go on. */
  onTrouble?(reason: string): void;
  signal?: AbortSignal;
  /** Shows work that is done in this thread. */
  screen?: Screen;
}

/** Has pieces of work done, by threads here or by whoever takes jobs from a queue. @throws the signal's reason; UserError if a piece fails */
export type PieceRunner = <Result extends PieceResult>(
  pieces: readonly Piece[],
  options: RunOptions<Result>,
) => Promise<void>;

/** A name for what JSON says. */
export const hashName = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 24);

/** Is this the reason of a piece that took its worker with it, rather than one that could not be done? */
export const isCrash = (reason: string): boolean => /stalled more than|ended by itself|out of memory/i.test(reason);
