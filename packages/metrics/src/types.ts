/** A class: its name or its number. */
export type Label = string | number;

/** Row-major numbers. Structural, so that no package owns it. */
export interface Matrix {
  data: Float64Array;
  rows: number;
  cols: number;
}

/** Row-major numbers of any kind, as models and features give them. */
export interface MatrixLike {
  data: ArrayLike<number>;
  rows: number;
  cols: number;
}

/** Who is a target: the label that counts as positive, and weights. */
export interface BinaryOptions {
  /** The label of targets; without it `yTrue` holds 1 or true for targets and 0, −1 or false for the rest. */
  posLabel?: Label;
  /** One weight an item, finite and ≥ 0; without it every item counts 1. */
  sampleWeight?: ArrayLike<number>;
}
