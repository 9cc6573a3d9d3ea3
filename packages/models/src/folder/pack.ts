import { readSafetensors, writeSafetensors } from "../core/safetensors.js";
import { liftTensors, namedError, placeTensors, stateFromJson } from "../core/state.js";
import type { Classifier, Estimator, ModelState } from "../core/types.js";
import { restoreModel } from "../kinds.js";
import { modelCard } from "./modelCard.js";
import { sha256 } from "./sha256.js";

/** What a model folder says beside the model itself. */
export interface ModelDescription {
  /** A short name: "digits-svm". */
  name?: string;
  /** The features it was trained on, as `@earshot/dsp` takes them; plain JSON, stored as it is. */
  features?: unknown;
  /** What happened to the data before the model: plain JSON, stored as it is. */
  preprocessing?: unknown;
  /** How scores become probabilities and decisions; plain JSON, stored as it is. */
  decision?: unknown;
  /** What training samples were like, to tell what is unlike them; plain JSON, stored as it is. */
  reference?: unknown;
  /** What it was trained on. */
  data?: { name: string; licence?: string; citation?: string; url?: string };
  /** Figures on samples it was not trained on. */
  metrics?: Readonly<Record<string, unknown>>;
  /** Sentences for the card: what it is for, what it is not. */
  notes?: readonly string[];
  /** When it was trained, ISO 8601. */
  date?: string;
  /** Anything else, as plain JSON: seed, versions, the resolved recipe. */
  extra?: Readonly<Record<string, unknown>>;
}

/** `model.json` as it is stored. */
export interface ModelManifest extends ModelDescription {
  format: "earshot-model";
  formatVersion: number;
  kind: string;
  classes: string[];
  /** The model's state with `{ "$tensor": name }` where a tensor belongs. */
  state: unknown;
  weights: { file: string; sha256: string; tensors: Record<string, { shape: number[] }> };
}

/** The version that this package writes; it reads this one. */
export const modelFormatVersion = 1;

const manifestName = "model.json";
const weightsName = "weights.safetensors";

/**
 * A model as the files of its folder: `model.json`, `weights.safetensors`, `README.md`.
 *
 * @returns bytes by file name; the same model and description give the same bytes
 * @throws Error if the model is not fitted
 */
export async function packModel(
  model: Estimator,
  description: ModelDescription = {},
): Promise<Record<string, Uint8Array>> {
  const { state, tensors } = liftTensors(await model.getState());
  const weights = writeSafetensors(tensors);
  const manifest: ModelManifest = {
    format: "earshot-model",
    formatVersion: modelFormatVersion,
    kind: model.kind,
    classes: "classes" in model ? [...(model as Classifier).classes] : [],
    ...description,
    weights: {
      file: weightsName,
      sha256: await sha256(weights),
      tensors: Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, { shape }])),
    },
    state,
  };
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    [manifestName]: encode(`${JSON.stringify(manifest, null, 2)}\n`),
    [weightsName]: weights,
    "README.md": encode(modelCard(manifest)),
  };
}

/** A model and what its folder says about it. */
export interface UnpackedModel<M extends Estimator = Classifier> {
  model: M;
  manifest: ModelManifest;
}

/** How states become models: `restoreModel`, unless kinds of your own are among them (see `createFactory`). */
export interface UnpackOptions {
  restore?: (state: ModelState) => Promise<Estimator>;
}

/**
 * The model that {@link packModel} packed. Everything is checked before anything is built.
 *
 * @param files bytes by file name, with `model.json` and `weights.safetensors` at least
 * @throws RangeError naming the file, and the field, tensor, shape, version or hash that is wrong
 */
export async function unpackModel<M extends Estimator = Classifier>(
  files: Readonly<Record<string, Uint8Array>>,
  { restore = restoreModel }: UnpackOptions = {},
): Promise<UnpackedModel<M>> {
  const manifest = readManifest(files[manifestName]);
  const weights = files[manifest.weights.file];
  if (!weights) throw new RangeError(`unpackModel: ${manifest.weights.file} is missing.`);
  const hash = await sha256(weights);
  if (hash !== manifest.weights.sha256) {
    throw new RangeError(
      `unpackModel: ${manifest.weights.file} has sha256 ${hash.slice(0, 12)}…, model.json says ${manifest.weights.sha256.slice(0, 12)}…; the files do not belong together, or one is damaged.`,
    );
  }
  const tensors = readSafetensors(weights, `unpackModel: ${manifest.weights.file}`);
  for (const [name, { shape }] of Object.entries(manifest.weights.tensors)) {
    const found = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (!found) throw new RangeError(`unpackModel: ${manifest.weights.file} has no tensor "${name}".`);
    if (found.shape.join() !== shape.join()) {
      throw new RangeError(
        `unpackModel: tensor "${name}" has shape [${found.shape.join(", ")}], model.json says [${shape.join(", ")}].`,
      );
    }
  }
  try {
    const state = stateFromJson(placeTensors(manifest.state, tensors, `unpackModel: ${weightsName}`));
    return { model: (await restore(state)) as M, manifest };
  } catch (error) {
    throw namedError(error, "unpackModel: model.json's state");
  }
}

function readManifest(bytes: Uint8Array | undefined): ModelManifest {
  if (!bytes) throw new RangeError("unpackModel: model.json is missing; is this a model folder?");
  let manifest: Partial<ModelManifest>;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new RangeError(`unpackModel: model.json is not JSON: ${(error as Error).message}`);
  }
  if (manifest?.format !== "earshot-model") {
    throw new RangeError(
      `unpackModel: model.json has format ${JSON.stringify(manifest?.format)}, not "earshot-model".`,
    );
  }
  if (manifest.formatVersion !== modelFormatVersion) {
    throw new RangeError(
      `unpackModel: model.json has format version ${JSON.stringify(manifest.formatVersion)}, this package reads ${modelFormatVersion}; use the version of Earshot that wrote it, or train again.`,
    );
  }
  const { weights, state } = manifest;
  const named = (v: unknown): boolean => v !== null && typeof v === "object" && !Array.isArray(v);
  if (!named(state)) throw new RangeError('unpackModel: model.json has no "state".');
  if (!weights || !named(weights) || typeof weights.sha256 !== "string" || !named(weights.tensors)) {
    throw new RangeError('unpackModel: model.json has no "weights" with sha256 and tensors.');
  }
  const isShape = (v: unknown): boolean => Array.isArray(v) && v.every((n) => Number.isSafeInteger(n));
  const shapeless = Object.entries(weights.tensors).find(([, tensor]) => !named(tensor) || !isShape(tensor.shape));
  if (shapeless) throw new RangeError(`unpackModel: model.json gives tensor "${shapeless[0]}" no shape.`);
  if (weights.file !== weightsName) {
    throw new RangeError(
      `unpackModel: model.json names the weights ${JSON.stringify(weights.file)}, it must be "${weightsName}".`,
    );
  }
  return manifest as ModelManifest;
}
