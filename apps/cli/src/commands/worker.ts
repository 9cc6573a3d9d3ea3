import { availableParallelism, hostname } from "node:os";
import type { Context } from "../cli/context.js";
import { parseQueueUrl } from "../queue/address.js";
import { workOff } from "../queue/work.js";

/** `earshot worker` */
export async function workerCommand(
  { queue, workers = availableParallelism() }: { queue: string; workers?: number },
  { screen, signal }: Context,
): Promise<void> {
  const { shown } = parseQueueUrl(queue);
  screen.note(`${hostname()} works off jobs of ${shown}, ${workers} at once; Ctrl-C finishes them and stops.`);
  let jobs = 0;
  let files = 0;
  const bar = screen.progress("files");
  await workOff(queue, {
    workers,
    signal,
    onDone: (title, items) => {
      jobs++;
      files += items;
      bar.update(files, title);
    },
    onFailed: (title, reason) => screen.warn(`${title}: ${reason}`),
  }).finally(() => bar.end());
  if (screen.json) screen.printJson({ jobs, files });
  else screen.print(`${jobs} jobs done, ${files} files.`);
}
