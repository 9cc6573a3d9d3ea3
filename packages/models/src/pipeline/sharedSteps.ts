import type { Awaitable, Classifier, Estimator, Features, Matrix, SharedWork } from "../core/types.js";
import { type Pipeline, pipeline } from "./pipeline.js";

/**
 * Probabilities of several models for the same samples: what first steps of pipelines have in common is done once.
 *
 * @returns a function of samples that gives each model's answer, one after the other
 */
export function togetherPredictor(
  models: readonly Classifier[],
): (x: Features) => Generator<Awaitable<Matrix>, void, undefined> {
  const works = models.map(sharedWork);
  const rests = models.map((model, m) => {
    const { key } = works[m] ?? {};
    const common = key !== undefined && works.filter((work) => work?.key === key).length > 1;
    return common ? pipeline(...((model as Pipeline).steps.slice(1) as [...Estimator[], Classifier])) : undefined;
  });
  return function* (x) {
    const begun = new Map<string, unknown>();
    for (const [m, model] of models.entries()) {
      const [work, rest] = [works[m], rests[m]];
      if (!work || !rest) {
        yield model.predictProba(x);
        continue;
      }
      if (!begun.has(work.key)) begun.set(work.key, work.begin(x));
      yield rest.predictProba(work.finish(begun.get(work.key)));
    }
  };
}

/** Of a pipeline whose first step can share its work; others share nothing. */
function sharedWork(model: Classifier): SharedWork | undefined {
  const [first, ...rest] = model.kind === "pipeline" && "steps" in model ? (model as Pipeline).steps : [];
  return rest.length > 0 && first && "shared" in first ? (first.shared as SharedWork) : undefined;
}
