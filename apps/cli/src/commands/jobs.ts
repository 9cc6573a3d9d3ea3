import { setTimeout as sleep } from "node:timers/promises";
import pc from "picocolors";
import type { Context } from "../cli/context.js";
import { UsageError, UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import { duration } from "../cli/screen.js";
import { cancel, overview, retryFailed, type Undertaking } from "../queue/overview.js";

export interface JobsCommandOptions {
  queue: string;
  cancel?: string;
  /** Everything that failed, or what failed of an undertaking. */
  retry?: boolean | string;
  /** Show it again and again until nothing is open. */
  watch?: boolean;
}

const everyMs = 2000;
const shownDead = 10;

/** `earshot jobs` */
export async function jobsCommand(
  { queue, cancel: title, retry = false, watch = false }: JobsCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  if (watch && screen.json) throw new UsageError("--watch is for people; call `earshot jobs --json` again and again.");
  for (const named of [title, retry]) if (typeof named === "string") await requireTitle(queue, named);
  const cancelled = title === undefined ? undefined : await cancel(queue, title);
  const retried = retry === false ? undefined : await retryFailed(queue, retry === true ? undefined : retry);
  const jobs = await overview(queue);
  if (screen.json) {
    screen.printJson({
      ...(cancelled !== undefined && { cancelled }),
      ...(retried !== undefined && { retried }),
      jobs,
    });
    return;
  }
  if (cancelled !== undefined) screen.print(`${title} is called off; ${cancelled} waiting jobs of it are taken out.`);
  if (retried !== undefined) screen.print(`${retried} failed jobs are put back.`);
  for (let now = jobs; ; now = await overview(queue)) {
    for (const line of linesOf(now)) screen.print(line);
    if (!watch || signal.aborted || now.every(({ waiting, active }) => waiting + active === 0)) return;
    await sleep(everyMs, undefined, { signal }).catch(() => {});
    screen.print();
  }
}

/** @throws UserError if there are no jobs of that title */
async function requireTitle(queue: string, title: string): Promise<void> {
  const known = (await overview(queue)).map((one) => one.title);
  if (known.includes(title)) return;
  throw new UserError(`There are no jobs of ${title}${known.length > 0 ? `; ${nearest(title, known)}` : "."}`);
}

function linesOf(jobs: readonly Undertaking[]): string[] {
  if (jobs.length === 0) return ["There are no jobs."];
  return jobs.flatMap((one) => {
    const { title, waiting, active, completed, failed, cancelled, secondsLeft, dead } = one;
    const left = waiting + active > 0 && secondsLeft !== null ? `, ${duration(secondsLeft)} left` : "";
    const rest = failed - Math.min(dead.length, shownDead);
    return [
      pc.bold(title) + (cancelled ? ", called off" : ""),
      `  ${completed} done, ${active} running, ${waiting} waiting, ${failed} failed${speed(one)}${left}`,
      ...dead.slice(0, shownDead).map(({ id, attempts, reason }) => {
        const times = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
        return pc.red(`  failed after ${times}: ${reason}`) + pc.dim(` (job ${id})`);
      }),
      ...(rest > 0 ? [`  and ${rest} more that failed`] : []),
    ];
  });
}

function speed({ rate, kinds }: Undertaking): string {
  if (rate === 0) return "";
  const what = kinds.some((kind) => kind === "trial" || kind === "fit") ? "trainings" : "files";
  return rate >= 0.1 ? `; ${rate.toFixed(rate < 10 ? 1 : 0)} ${what} a second` : `; ${duration(1 / rate)} each`;
}
