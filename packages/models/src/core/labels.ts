/** Labels as numbers. */
export interface LabelCodes {
  /** Distinct labels, sorted by code unit. */
  classes: string[];
  /** Index into `classes` of each sample. */
  codes: Int32Array;
}

/**
 * Numbers the distinct labels in sorted order.
 *
 * @throws TypeError naming the first sample whose label is not text
 */
export function encodeLabels(fn: string, y: readonly string[]): LabelCodes {
  const bad = y.findIndex((label) => typeof label !== "string");
  if (bad >= 0) throw new TypeError(`${fn}: y must hold text, got ${String(y[bad])} at sample ${bad}.`);
  const classes = [...new Set(y)].sort();
  const index = new Map(classes.map((label, i) => [label, i]));
  // A loop: `from` is several times as slow.
  const codes = new Int32Array(y.length);
  for (let i = 0; i < y.length; i++) codes[i] = index.get(y[i]) ?? -1;
  return { classes, codes };
}

/** As {@link encodeLabels}, for classifiers, which need two classes. @throws RangeError if y has a single class */
export function encodeClasses(fn: string, y: readonly string[]): LabelCodes {
  const encoded = encodeLabels(fn, y);
  if (encoded.classes.length < 2) {
    throw new RangeError(`${fn}: y must hold at least two classes, got only "${encoded.classes[0]}".`);
  }
  return encoded;
}

/** The class with the highest value in each row; the first of equals. */
export function classOfMax(
  { data, rows, cols }: { data: ArrayLike<number>; rows: number; cols: number },
  classes: readonly string[],
): string[] {
  const out = new Array<string>(rows);
  for (let i = 0; i < rows; i++) {
    let best = 0;
    for (let c = 1; c < cols; c++) if (data[i * cols + c] > data[i * cols + best]) best = c;
    out[i] = classes[best];
  }
  return out;
}

/** Weights of the samples: given ones checked, 1 each otherwise, times the class weights. */
export function sampleWeights(
  fn: string,
  n: number,
  given: ArrayLike<number> | undefined,
  codes?: Int32Array,
  classWeight?: readonly number[],
): Float64Array {
  if (given && given.length !== n) throw new RangeError(`${fn}: x has ${n} samples and sampleWeight ${given.length}.`);
  const weights = new Float64Array(n).fill(1);
  if (given) for (let i = 0; i < n; i++) weights[i] = given[i];
  const bad = weights.findIndex((w) => !(w >= 0 && w < Infinity));
  if (bad >= 0) throw new RangeError(`${fn}: sampleWeight must be finite and ≥ 0, got ${weights[bad]} at ${bad}.`);
  if (codes && classWeight) for (let i = 0; i < n; i++) weights[i] *= classWeight[codes[i]];
  return weights;
}

/** "balanced" gives class c the weight n / (classes · count of c); undefined gives 1 each. */
export function classWeights(
  fn: string,
  option: "balanced" | Readonly<Record<string, number>> | undefined,
  { classes, codes }: LabelCodes,
): number[] | undefined {
  if (!option) return undefined;
  if (option !== "balanced") {
    const unknown = Object.keys(option).find((label) => !classes.includes(label));
    if (unknown !== undefined) throw new RangeError(`${fn}: classWeight names "${unknown}", which is not in y.`);
    return classes.map((label) => option[label] ?? 1);
  }
  const counts = new Array<number>(classes.length).fill(0);
  for (const code of codes) counts[code]++;
  return counts.map((count) => codes.length / (classes.length * count));
}
