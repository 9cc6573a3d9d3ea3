import { resolve } from "node:path";
import type { Context } from "../cli/context.js";
import { openData } from "../data/openData.js";
import { readRun } from "../report/readRun.js";
import { writeReport } from "../report/writeReport.js";
import { runFolderAt } from "../run/runFolder.js";

/** `earshot report RUN` */
export async function reportCommand(dir: string, { out }: { out?: string }, { screen }: Context): Promise<void> {
  const folder = runFolderAt(resolve(dir));
  const { recipe, facts } = await readRun(folder);
  const root = facts.data.root;
  // Without the recordings the page is the same, but silent.
  const data = await openData(recipe.data, { seed: recipe.seed, ...(root !== undefined && { root }) }).catch(
    () => undefined,
  );
  const items = new Map(data?.items.map((item) => [item.id, item]));
  const page = await writeReport(folder, {
    contentOf: async (id) => items.get(id)?.load(),
    ...(out !== undefined && { out: resolve(out) }),
  });
  screen.print(page);
}
