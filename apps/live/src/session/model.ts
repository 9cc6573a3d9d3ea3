import type { FeatureConfig } from "@earshot/dsp";
import type { Awaitable } from "@earshot/models";
import type { Matrix } from "../core/types.js";
import type { ModelInfo } from "../protocol/messages.js";
import type { LevelRange } from "./reference.js";

/** What a session has to know of a model; the model itself may live in another thread. */
export interface LiveModelInfo extends ModelInfo {
  /** From the model folder: what it eats. */
  features: FeatureConfig;
  /** From the model folder: how loud its training recordings were. Windows that are not like them are not judged. */
  levels?: LevelRange;
}

/** A model as a session uses it. Shared between sessions: it holds no state of any of them. */
export interface LiveModel {
  info: LiveModelInfo;
  /**
   * Class probabilities of one window, calibrated where the model folder has a calibration.
   *
   * @param features as `extractFeatures(window, info.features)` gives them; they may change once the call returns, so that a model which
   * needs them longer copies them first
   */
  predict(features: Matrix): Awaitable<ArrayLike<number>>;
}

/** Where a model comes from: a model folder, or a module of code you wrote. */
export type ModelSource =
  | (ModelOverrides & {
      /** A model folder, or a run folder that holds one as `model/`. */
      folder: string;
    })
  | {
      /** URL of a module that exports `createModel(): Awaitable<LoadedModel>`. */
      module: string;
    };

/** What the server may set differently from the model folder. */
export interface ModelOverrides {
  name?: string;
  /** Probability at which an event starts. */
  threshold?: number;
  /** Time from one prediction to the next, s. */
  stepSec?: number;
}

/** A model loaded in this thread. */
export interface LoadedModel {
  info: LiveModelInfo;
  /**
   * Class probabilities of several windows, calibrated where the model folder has a calibration.
   *
   * @param batch features of `count` windows, one after the other
   * @returns count × classes, row-major
   */
  predictProba(batch: Float32Array, count: number): Awaitable<ArrayLike<number>>;
  /**
   * Set where predictions run in native code of another library, in the middle of which a thread must not be ended: Node would end the process.
   * A worker that takes too long over such a model is left to come back before it ends.
   */
  native?: boolean;
  dispose(): void;
}

/** A loaded model for sessions of the same thread, window by window. */
export function inThread(model: LoadedModel): LiveModel {
  return { info: model.info, predict: (features) => model.predictProba(features.data.slice(), 1) };
}
