import type { Screen } from "../cli/screen.js";
import { type Checkpoints, openCheckpoints } from "../run/checkpoints.js";
import { describeEnvironment } from "../run/environment.js";
import { createRunFolder, openRunFolder, type RunFolder } from "../run/runFolder.js";
import { type Begun, readBegun } from "./resume.js";
import { leaveUnfinished } from "./wayOn.js";

/** Where a run writes, and what it goes on from. */
export interface OpenRun {
  folder: RunFolder;
  checkpoints: Checkpoints;
  begun: Begun;
  /** Seconds since this process began. */
  clock(): number;
}

/** Which run, and how it is opened. */
export interface OpenRunOptions {
  /** Folder (default: a new one, named after the run). */
  out: string | undefined;
  name: string;
  resume: boolean | undefined;
  /** Recipe with every default, as `recipe.yaml` will have it. */
  resolved: object;
  /** Pause between two checkpoints at least, seconds. */
  everySec: number;
  /** When this process began, as `performance.now` tells. */
  started: number;
  screen: Screen;
  signal: AbortSignal | undefined;
}

/**
 * Opens the folder of a run, new or begun, and does the work in it. A run that was finished with the very same recipe is left as it is.
 *
 * @returns the folder, and what the work returns or the finished run has: its figures
 * @throws what the work throws, with the way on where something is kept; else nothing is left of the run
 */
export async function inRun<M>(
  { out, name, resume, resolved, everySec, started, screen, signal }: OpenRunOptions,
  work: (run: OpenRun) => Promise<M>,
): Promise<{ dir: string; metrics: M }> {
  const clock = (): number => (performance.now() - started) / 1000;
  const folder = await (resume ? openRunFolder : createRunFolder)(out, name);
  const begun = resume ? await readBegun(folder, resolved) : {};
  if (begun.finished) {
    screen.note(`${folder.dir} is finished; train it longer with --resume --set model.epochs=N.`);
    return { dir: folder.dir, metrics: begun.finished as M };
  }
  const checkpoints = await openCheckpoints(folder, { everySec, clock });
  try {
    return { dir: folder.dir, metrics: await work({ folder, checkpoints, begun, clock }) };
  } catch (error) {
    const kept = checkpoints.any;
    throw await leaveUnfinished(error, { folder, kept, begun: begun.facts !== undefined, ...(signal && { signal }) });
  }
}

/** What `run.json` says from the start, and writes it. */
export async function writeFacts(
  { folder, begun }: Pick<OpenRun, "folder" | "begun">,
  { data, ...own }: { recipe: string; seed: number; threads: number; data: { corpus: object; root?: string } },
) {
  const facts = {
    ...own,
    startedAt: begun.facts?.startedAt ?? new Date().toISOString(),
    data: { ...data.corpus, ...(data.root !== undefined && { root: data.root }) },
    environment: await describeEnvironment(),
  };
  await folder.writeJson("run.json", { ...facts, status: "running" });
  return facts;
}
