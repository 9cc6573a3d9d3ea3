import { basename, resolve } from "node:path";
import type { Context } from "../cli/context.js";
import { formatInterval } from "../cli/figures.js";
import { comparePage, describeDifference } from "../compare/comparePage.js";
import { compareRuns } from "../compare/compareRuns.js";
import { openData } from "../data/openData.js";
import { generativeRun } from "../generative/loadGenerative.js";
import { writeGenerativeReport } from "../generative/report.js";
import { readRun } from "../report/readRun.js";
import { writeReport } from "../report/writeReport.js";
import { runFolderAt } from "../run/runFolder.js";
import { writeWhole } from "../run/wholeFile.js";

/** `earshot report RUN…` */
export async function reportCommand(
  dirs: readonly string[],
  { out }: { out?: string },
  context: Context,
): Promise<void> {
  if (dirs.length > 1) await compare(dirs, out ?? "comparison.html", context);
  else await again(dirs[0], out, context);
}

async function again(dir: string, out: string | undefined, { screen }: Context): Promise<void> {
  const folder = runFolderAt(resolve(dir));
  if (generativeRun(folder.dir)) {
    screen.print(await writeGenerativeReport(folder, ...(out === undefined ? [] : [resolve(out)])));
    return;
  }
  const { recipe, facts } = await readRun(folder);
  const root = facts.data.root;
  // Without the recordings the page is the same, but silent.
  const opened = openData(recipe.data, { seed: recipe.seed, ...(root !== undefined && { root }) });
  const data = await opened.catch(() => undefined);
  const items = new Map(data?.items.map((item) => [item.id, item]));
  const page = await writeReport(folder, {
    contentOf: async (id) => items.get(id)?.load(),
    ...(out !== undefined && { out: resolve(out) }),
  });
  screen.print(page);
}

async function compare(dirs: readonly string[], out: string, { screen }: Context): Promise<void> {
  const runs = await Promise.all(dirs.map(async (dir) => ({ dir, ...(await readRun(runFolderAt(resolve(dir)))) })));
  const { main: figure } = runs[0].recipe.report;
  const comparisons = compareRuns(runs, figure);
  await writeWhole(resolve(out), await comparePage(runs, comparisons, figure));
  if (screen.json) {
    screen.printJson({ page: resolve(out), figure, runs: dirs, comparisons });
    return;
  }
  for (const [i, { dir, metrics }] of runs.entries()) {
    const difference = comparisons[i - 1]?.difference;
    screen.print(
      `  ${basename(dir).padEnd(24)} ${formatInterval(figure, metrics.metrics[figure])}${difference ? `   ${describeDifference(figure, difference)}` : ""}`,
    );
  }
  screen.print(resolve(out));
}
