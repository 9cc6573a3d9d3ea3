/** Streams of the seed: each use draws from its own, so that one does not shift another. */
export const GENERATOR_WEIGHTS = 11;
export const OTHER_WEIGHTS = 12;
/** Plus the epoch. */
export const ORDER = 2000;
/** Which recordings stand for all where diversity is measured. */
export const LOOK = 13;
/** Plus the step. */
export const STEP = 10_000_000;
