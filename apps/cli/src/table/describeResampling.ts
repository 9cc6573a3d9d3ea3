import type { TableProfile } from "@earshot/models/tabular";
import type { Recipe } from "../recipe/schema.js";
import type { StepFact } from "./describeSteps.js";

type Spec = Recipe["model"];

/**
 * The steps of a recipe that change which rows are trained on. A fitted model no longer has them: they are told from the recipe and from
 * the balance of the classes.
 */
export function describeResampling(
  { preprocess, model }: Pick<Recipe, "preprocess" | "model">,
  { target, duplicateRows }: Pick<TableProfile, "target" | "duplicateRows">,
): StepFact[] {
  const counts = target?.counts ?? [];
  return [...preprocess, model].flatMap(stepsIn).flatMap(({ spec: { kind, ...options }, before }): StepFact[] => {
    const shown = Object.entries(options)
      .filter(([, v]) => typeof v !== "object")
      .map(([key, v]) => `${key} ${String(v)}`)
      .join(", ");
    const fact = (learned: string): StepFact => ({
      kind: before ? `${kind}, before ${before}` : kind,
      options: shown,
      learned,
      depth: 0,
    });
    if (kind === "dropDuplicates") {
      return [fact(`${duplicateRows} of all rows equal an earlier one; left out of training, judged all the same`)];
    }
    const ratio = Number(options.ratio ?? 1);
    const most = counts[0]?.count ?? 0;
    const least = counts[counts.length - 1]?.count ?? 0;
    if (/^smote$|OverSampler$/.test(kind)) return [fact(tell(counts, (n) => Math.max(n, Math.round(ratio * most))))];
    if (/UnderSampler$/.test(kind)) return [fact(tell(counts, (n) => Math.min(n, Math.round(least / ratio))))];
    return [];
  });
}

const tell = (counts: readonly { value: string; count: number }[], to: (n: number) => number): string =>
  `of all rows, ${counts.map(({ value, count }) => (to(count) === count ? `${value} ${count}` : `${value} ${count} → ${to(count)}`)).join(", ")}`;

/** Every step of a description, those of pipelines and ensembles included; `before` is what a step of a pipeline prepares for. */
function stepsIn(spec: Spec): { spec: Spec; before?: string }[] {
  const inner = spec.steps as Spec[] | undefined;
  const last = inner?.[inner.length - 1];
  const steps = (inner ?? []).flatMap(stepsIn).map((step) => ({ ...step, before: step.before ?? last?.kind }));
  const members = ((spec.estimators as Spec[] | undefined) ?? []).flatMap(stepsIn);
  return [...(inner || members.length > 0 ? [] : [{ spec }]), ...steps, ...members];
}
