import { duration, type Screen } from "../cli/screen.js";
import { cancel, overview, retryFailed } from "../queue/overview.js";

export interface JobsCommandOptions {
  queue: string;
  cancel?: string;
  retry?: boolean;
}

/** `earshot jobs` */
export async function jobsCommand(
  { queue, cancel: title, retry = false }: JobsCommandOptions,
  screen: Screen,
): Promise<void> {
  const cancelled = title === undefined ? undefined : await cancel(queue, title);
  const retried = retry ? await retryFailed(queue) : undefined;
  const jobs = await overview(queue);
  if (screen.json) {
    screen.printJson({
      ...(cancelled !== undefined && { cancelled }),
      ...(retried !== undefined && { retried }),
      jobs,
    });
    return;
  }
  if (cancelled !== undefined) screen.print(`${cancelled} waiting jobs of ${title} are taken out.`);
  if (retried !== undefined) screen.print(`${retried} failed jobs are put back.`);
  if (jobs.length === 0) screen.print("There are no jobs.");
  for (const { title: name, waiting, active, completed, failed, rate, secondsLeft, reasons } of jobs) {
    const left = waiting + active > 0 && secondsLeft !== null ? `, ${duration(secondsLeft)} left` : "";
    screen.print(name);
    screen.print(`  ${completed} done, ${active} running, ${waiting} waiting, ${failed} failed${speed(rate)}${left}`);
    for (const reason of reasons) screen.print(`  failed: ${reason}`);
  }
}

const speed = (rate: number): string => (rate > 0 ? `; ${rate.toFixed(rate < 10 ? 1 : 0)} files a second` : "");
