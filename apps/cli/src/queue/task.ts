import { type Screen, silentScreen } from "../cli/screen.js";
import type { PieceResult, Work } from "./piece.js";

/** All jobs stand in one queue of this name. */
export const queueName = "earshot";

/** Keys in Redis begin with it. */
export const queuePrefix = "earshot";

/** Why jobs of an undertaking that was called off end. */
export const calledOffReason = "it was called off.";

/** What a job carries. */
export interface Task {
  /** Of Earshot; workers of another version refuse the job. */
  version: string;
  work: Work;
}

/**
 * Does a piece of work, whoever asks for it: the one place where kinds of work are told apart. What is done again finds its result made.
 *
 * @throws UserError if this machine does not see the folder that the results belong to
 */
export async function runWork(
  work: Work,
  { signal, screen = silentScreen }: { signal?: AbortSignal; screen?: Screen } = {},
): Promise<PieceResult> {
  // What a kind needs is loaded when it is met: a worker that extracts features loads no engine.
  const how = { screen, ...(signal && { signal }) };
  if (work.kind === "shard") return (await import("../features/shard.js")).runShard(work);
  if (work.kind === "spoof") return (await import("../spoof/spoofShard.js")).runSpoofShard(work);
  if (work.kind === "predict") return (await import("../predict/predictShard.js")).runPredictShard(work);
  if (work.kind === "trial") return (await import("../sweep/runTrial.js")).runTrial(work, how);
  return (await import("../sweep/fit.js")).runFit(work, how);
}

/** What jobs are called in Redis: kind, files and title can be listed without reading what they carry. */
export const jobName = ({ kind }: Work, items: number, title: string): string => `${kind} ${items} ${title}`;

/** Kind, files and title of a job by its name. */
export function readJobName(name: string): { kind: string; items: number; title: string } {
  const [kind, items, ...title] = name.split(" ");
  return { kind, items: Number(items) || 0, title: title.join(" ") };
}
