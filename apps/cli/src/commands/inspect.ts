import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Context } from "../cli/context.js";
import { UserError } from "../cli/errors.js";
import { inspectClip } from "../inspect/inspectClip.js";
import { inspectCorpus } from "../inspect/inspectCorpus.js";
import { writeWhole } from "../run/wholeFile.js";

/** `earshot inspect FILE|DIR` */
export async function inspectCommand(given: string, { out }: { out?: string }, { screen }: Context): Promise<void> {
  if (!existsSync(given)) throw new UserError(`${given} does not exist; name a recording, a folder or an archive.`);
  const many = statSync(given).isDirectory() || /\.(tar|tgz|tar\.gz|zip)$/i.test(given);
  const { page, facts } = many ? await inspectCorpus(given, screen) : await inspectClip(given);
  const path = resolve(out ?? `${many ? "corpus" : "recording"}.html`);
  if (screen.json) {
    if (out !== undefined) await writeWhole(path, page);
    screen.printJson(facts);
    return;
  }
  await writeWhole(path, page);
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value !== "object") screen.print(`  ${name.padEnd(18)} ${value}`);
  }
  screen.print(path);
}
