/** Streams of the seed: each use draws from its own, so that one does not shift another. */
export const WEIGHTS = 1;
export const DIVISION = 2;
/** Plus the epoch. */
export const ORDER = 1000;
/** Plus the step. */
export const AUGMENT = 1_000_000;
/** Plus the look at a sample. */
export const PASSES = 500;
