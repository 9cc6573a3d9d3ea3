import { relative } from "node:path";
import { InterruptedError, sentenceOf, UserError } from "../cli/errors.js";
import type { RunFolder } from "../run/runFolder.js";

/** What a run that did not end has left. */
export interface Unfinished {
  folder: Pick<RunFolder, "dir" | "remove">;
  /** Whether there is something to go on from. */
  kept: boolean;
  /** Whether an earlier process began it. */
  begun: boolean;
  signal?: AbortSignal;
}

/** Clears away a run that has nothing to go on from. @returns what to throw: the error, and the way on where something is kept */
export async function leaveUnfinished(error: unknown, { folder, kept, begun, signal }: Unfinished): Promise<unknown> {
  // Some of the system's errors do not say where.
  if (error instanceof Error && "code" in error && !("path" in error)) Object.assign(error, { path: folder.dir });
  if (!kept && !begun) await folder.remove();
  return kept ? withWayOn(error, folder.dir, signal) : error;
}

/** The error, and that nothing is lost. */
function withWayOn(error: unknown, dir: string, signal?: AbortSignal): unknown {
  const shown = relative(process.cwd(), dir);
  const command = `earshot train ${shown.startsWith("..") ? dir : shown} --resume`;
  if (signal?.aborted) return new InterruptedError(`Interrupted; what was learned is kept: go on with \`${command}\`.`);
  // Sentences of our own say what to do already.
  if (error instanceof UserError) return error;
  return new UserError(
    `${sentenceOf(error)} What was learned before is kept: go on with \`${command}\`, and --set what has to change.`,
    { cause: error },
  );
}
