import { predictionsCsv } from "../judge/predictions.js";
import { recipeYaml } from "../recipe/write.js";
import { writeReport } from "../report/writeReport.js";
import { describeEnvironment } from "../run/environment.js";
import { createRunFolder } from "../run/runFolder.js";
import type { Evaluation } from "./evaluate.js";

/**
 * Writes an evaluation as a run folder without a model: figures, predictions, pictures and a report page; `earshot report`
 * compares it with others.
 *
 * @returns its path
 * @throws UsageError if the folder exists; nothing is left of it when something fails
 */
export async function writeEvaluation(
  out: string,
  { metrics, predictions, recipe, data }: Evaluation,
  { threads, startedAt }: { threads: number; startedAt: string },
): Promise<string> {
  const folder = await createRunFolder(out, "evaluation");
  try {
    await folder.write("recipe.yaml", recipeYaml({ ...recipe, name: metrics.recipe }));
    await folder.writeJson("run.json", {
      recipe: metrics.recipe,
      status: "done",
      seed: recipe.seed,
      threads,
      startedAt,
      endedAt: new Date().toISOString(),
      data: { ...data.corpus, ...(data.root !== undefined && { root: data.root }) },
      environment: await describeEnvironment(),
    });
    await folder.writeJson("metrics.json", metrics);
    await folder.write("predictions.csv", predictionsCsv(predictions));
    const items = new Map(data.items.map((item) => [item.id, item]));
    await writeReport(folder, { contentOf: async (id) => items.get(id)?.load() });
    return folder.dir;
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
