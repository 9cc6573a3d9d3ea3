import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../cli/errors.js";
import type { Screen } from "../cli/screen.js";
import { starterRecipe } from "../init/starter.js";
import { checkRecipe, readYaml } from "../recipe/load.js";
import { writeWhole } from "../run/wholeFile.js";

/** `earshot init TASK` */
export async function initCommand(
  task: string,
  options: { data?: string; out?: string },
  screen: Screen,
): Promise<void> {
  const { name, yaml } = starterRecipe(task, options.data);
  const file = options.out ?? `${name}.yaml`;
  if (existsSync(file)) throw new UsageError(`${file} is there already; name another file with --out.`);
  await writeWhole(resolve(file), yaml);
  const raw = readYaml(resolve(file));
  if (!(raw !== null && typeof raw === "object" && "task" in raw)) checkRecipe(file, raw);
  if (screen.json) return screen.printJson({ recipe: file, from: name });
  screen.print(`${file}  (from ${name})`);
  screen.print(`Train it with: earshot train ${file}${options.data === undefined ? " [--data FOLDER]" : ""}`);
}
