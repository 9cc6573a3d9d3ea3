import type { MatrixLike } from "./types.js";

/** Guards for public entry points: one sentence with function, parameter, rule and value. */

export function requireInRange(fn: string, name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`${fn}: ${name} must be in [${low}, ${high}], got ${value}.`);
  }
}

export function requireWhole(
  fn: string,
  name: string,
  value: number,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    const rule = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `in [${low}, ${high}]`;
    throw new RangeError(`${fn}: ${name} must be a whole number ${rule}, got ${value}.`);
  }
}

export function requireSameLength(fn: string, name: string, length: number, other: string, otherLength: number): void {
  if (length !== otherLength) throw new RangeError(`${fn}: ${name} has ${length} items and ${other} ${otherLength}.`);
}

export function requireItems(fn: string, name: string, length: number): void {
  if (length === 0) throw new RangeError(`${fn}: ${name} must hold at least one item, got 0.`);
}

export function requireOneOf<T extends string>(fn: string, name: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value)) {
    throw new RangeError(`${fn}: ${name} must be one of ${allowed.join(", ")}, got ${String(value)}.`);
  }
}

/** A list of texts; one text alone would be taken for a list of its letters. */
export function requireTexts(fn: string, name: string, texts: readonly string[]): void {
  if (!Array.isArray(texts)) {
    throw new TypeError(`${fn}: ${name} must be an array of texts, got ${JSON.stringify(texts)}.`);
  }
  const wrong = texts.findIndex((text) => typeof text !== "string");
  if (wrong >= 0) throw new TypeError(`${fn}: ${name}[${wrong}] must be a text, got ${JSON.stringify(texts[wrong])}.`);
}

/** One hypothesis and one or more references for each sentence. */
export function requireReferences(
  fn: string,
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
) {
  requireTexts(fn, "hypotheses", hypotheses);
  if (!Array.isArray(references)) requireTexts(fn, "references", references as never);
  requireSameLength(fn, "hypotheses", hypotheses.length, "references", references.length);
  requireItems(fn, "hypotheses", hypotheses.length);
  references.forEach((list, i) => {
    requireTexts(fn, `references[${i}]`, list);
    requireItems(fn, `references[${i}]`, list.length);
  });
}

export function requireFinite(fn: string, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${fn}: ${name} must be finite, got ${values[i]} at index ${i}.`);
    }
  }
}

export function requireMatrix(fn: string, name: string, x: MatrixLike): void {
  requireWhole(fn, `${name}.rows`, x.rows, 0);
  requireWhole(fn, `${name}.cols`, x.cols, 0);
  if (x.data.length !== x.rows * x.cols) {
    throw new RangeError(`${fn}: ${name} is ${x.rows} × ${x.cols} but holds ${x.data.length} numbers.`);
  }
}

/** The weights as they are, or undefined; checked for length, sign and a positive sum. */
export function checkedWeights(fn: string, weights: ArrayLike<number> | undefined, n: number): void {
  if (!weights) return;
  requireSameLength(fn, "sampleWeight", weights.length, "yTrue", n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (!(weights[i] >= 0) || weights[i] === Number.POSITIVE_INFINITY) {
      throw new RangeError(`${fn}: sampleWeight must be finite and not negative, got ${weights[i]} at index ${i}.`);
    }
    sum += weights[i];
  }
  if (n > 0 && sum === 0) throw new RangeError(`${fn}: sampleWeight must not be all zero.`);
}

export function requirePositive(fn: string, name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`${fn}: ${name} must be above 0, got ${value}.`);
}
