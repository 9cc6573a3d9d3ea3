import pc from "picocolors";
import type { Context } from "../cli/context.js";
import { type Check, checkMachine } from "../doctor/checks.js";

const signs: Record<Check["state"], string> = { there: pc.green("✓"), missing: pc.dim("–"), broken: pc.red("✗") };

/** `earshot doctor`: what is here, what is missing, and the command that mends it. Exit code 1 if something is broken. */
export async function doctorCommand({ screen }: Pick<Context, "screen">): Promise<void> {
  const checks = await checkMachine();
  if (checks.some(({ state }) => state === "broken")) process.exitCode = 1;
  if (screen.json) {
    screen.printJson({ checks });
    return;
  }
  for (const { name, state, found, use, mend } of checks) {
    screen.print(`${signs[state]} ${pc.bold(name.padEnd(10))} ${found}  ${pc.dim(use)}`);
    if (mend) screen.print(`${" ".repeat(13)}${pc.yellow(mend)}`);
  }
}
