import { inspect } from "node:util";
import { CommanderError } from "commander";
import { exitCodeOf, InterruptedError, sentenceOf } from "./cli/errors.js";
import { createProgram } from "./cli/program.js";

/**
 * Runs one command line and sets the exit code: 0 done, 1 failed, 2 usage, 130 interrupted.
 *
 * @param argv as `process.argv`
 */
export async function run(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  let asked = 0;
  const stop = (): void => {
    // The second time, whoever asks does not want to wait.
    if (++asked > 1) process.exit(130);
    process.stderr.write("\nStopping … (Ctrl-C again to stop at once)\n");
    interrupt.abort(new InterruptedError("Interrupted: nothing half-written is left behind."));
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  // Stays: the error comes after the last line was written, when the command is done.
  process.stdout.off("error", ignoreClosed).on("error", ignoreClosed);
  try {
    await createProgram(interrupt.signal).parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      process.stderr.write(`${sentenceOf(error)}\n`);
      if (argv.includes("--verbose") && error instanceof Error) process.stderr.write(`\n${inspect(error)}\n`);
      process.exitCode = exitCodeOf(error);
    }
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    // Timers of a connection that is gone are not waited for.
    if (asked > 0) setTimeout(() => process.exit(), 500).unref();
  }
}

/** A closed pipe (`earshot recipes | head`) is a reader who has seen enough. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
