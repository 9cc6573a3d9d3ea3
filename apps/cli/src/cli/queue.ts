import { type Command, InvalidArgumentError, Option } from "commander";
import { examples, json, verbose, wholeNumber } from "./options.js";
import { createScreen } from "./screen.js";

/** Where a queue is; in the environment, so that its password needs not stand on the command line. */
export const queue = (): Option =>
  new Option(
    "--queue <url>",
    "Redis or Valkey: redis://host:6379, rediss://user:password@host/1; env is what $EARSHOT_QUEUE says",
  ).argParser(fromEnvironment);

const queueUrl = (): Option => queue().env("EARSHOT_QUEUE").makeOptionMandatory();

/** A password on the command line is seen by everybody on the machine; in the environment it is not. */
function fromEnvironment(given: string): string {
  if (given !== "env") return given;
  const url = process.env.EARSHOT_QUEUE;
  if (!url) throw new InvalidArgumentError("--queue env needs $EARSHOT_QUEUE, such as redis://host:6379.");
  return url;
}

/** Commands around work that several machines share: worker, jobs. */
export function addQueueCommands(program: Command, signal: AbortSignal): void {
  program
    .command("worker")
    .summary("work off jobs of a queue")
    .description(
      "Takes jobs that `extract`, `spoof`, `predict` and `sweep` put into a queue with --queue, on this machine; start it on as many as there are. All must see the same files, under the same paths or as s3://bucket/key.",
    )
    .addOption(queueUrl())
    .option("--workers <n>", "jobs at once (default: all cores)", wholeNumber("workers", 1, 256))
    .addOption(json())
    .addOption(verbose())
    .addHelpText("after", examples("earshot worker --queue redis://10.0.0.5:6379"))
    .action(async (options) => {
      const { workerCommand } = await import("../commands/worker.js");
      await workerCommand(options, { signal, screen: createScreen(options) });
    });

  program
    .command("jobs")
    .summary("how far the jobs of a queue are")
    .description(
      "Shows what is done, running, waiting and failed, with rate, time left, and each dead letter's reason.",
    )
    .addOption(queueUrl())
    .option("--watch", "again every two seconds, until nothing is open")
    .option("--cancel <title>", "call this off: waiting jobs are taken out, running ones dropped")
    .option("--retry [title]", "put failed jobs (of this) back into the queue")
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples(
        "earshot jobs --queue redis://10.0.0.5:6379 --watch",
        "earshot jobs --queue URL --cancel /shared/all.arrow",
        "earshot jobs --queue URL --retry --json",
      ),
    )
    .action(async (options) => {
      const { jobsCommand } = await import("../commands/jobs.js");
      await jobsCommand(options, { signal, screen: createScreen(options) });
    });
}
