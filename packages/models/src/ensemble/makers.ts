import { isClassifier } from "../core/registry.js";
import type { Awaitable, Classifier, Estimator, ModelFactory } from "../core/types.js";
import { createSteps } from "../pipeline/pipeline.js";

/** Makes a fresh, unfitted classifier each time it is called. */
export type MakeClassifier = () => Awaitable<Classifier>;

/** The model, if it classifies. @throws TypeError naming the kind otherwise */
export function asClassifier(fn: string, model: Estimator): Classifier {
  if (!isClassifier(model)) throw new TypeError(`${fn}: ${model.kind} is no classifier.`);
  return model;
}

/** Makes classifiers of a description { kind, ... }; one is made at once, so that a wrong option is found before training starts. */
export async function makerOf(fn: string, spec: unknown, factory: ModelFactory): Promise<MakeClassifier> {
  const make = async (): Promise<Classifier> => asClassifier(fn, (await createSteps(fn, [spec], factory))[0]);
  (await make()).dispose();
  return make;
}

/** What a restored ensemble answers when it is to be fitted again: how its parts are made is not stored. */
export const cannotRefit = (kind: string) => (): never => {
  throw new Error(`${kind}: a restored model predicts; make a new one to fit.`);
};
