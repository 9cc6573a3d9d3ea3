import { type Command, Option } from "commander";
import { examples, json, verbose, wholeNumber } from "./options.js";
import { createScreen } from "./screen.js";

/** Where a queue is; in the environment, so that its password needs not stand on the command line. */
export const queue = (): Option =>
  new Option("--queue <url>", "Redis or Valkey: redis://host:6379, rediss://user:password@host/1 (or $EARSHOT_QUEUE)");

const queueUrl = (): Option => queue().env("EARSHOT_QUEUE").makeOptionMandatory();

/** Commands around work that several machines share: worker, jobs. */
export function addQueueCommands(program: Command, signal: AbortSignal): void {
  program
    .command("worker")
    .summary("work off jobs of a queue")
    .description(
      "Takes jobs that `extract --queue` put into a queue, on this machine; start it on as many as there are. All must see the same files under the same paths.",
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
    .description("Shows what is done, running, waiting and failed, with rate, time left and reasons.")
    .addOption(queueUrl())
    .option("--cancel <title>", "take the waiting jobs of this out of the queue")
    .option("--retry", "put failed jobs back into the queue")
    .addOption(json())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples("earshot jobs --queue redis://10.0.0.5:6379", "earshot jobs --queue URL --retry --json"),
    )
    .action(async (options) => {
      const { jobsCommand } = await import("../commands/jobs.js");
      await jobsCommand(options, createScreen(options));
    });
}
