import { requireInRange, requireInteger, requireOneOf, requirePositive } from "./check.js";

const cosineSums = {
  hann: [0.5, 0.5],
  hamming: [0.54, 0.46],
  blackman: [0.42, 0.5, 0.08],
  nuttall: [0.3635819, 0.4891775, 0.1365995, 0.0106411],
  blackmanHarris: [0.35875, 0.48829, 0.14128, 0.01168],
  flatTop: [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368],
};

const plainNames = [
  "boxcar",
  "hann",
  "hamming",
  "blackman",
  "nuttall",
  "blackmanHarris",
  "flatTop",
  "bartlett",
  "triang",
  "cosine",
  "parzen",
  "bohman",
  "tukey",
] as const;

/** Windows that need no parameter; Tukey's taper defaults to 0.5, as in SciPy. */
export type WindowName = (typeof plainNames)[number];

/** A window by name, or with its parameter. */
export type WindowSpec =
  | WindowName
  /** β ≥ 0: 0 is a boxcar, 5 near Hamming, 8.6 near Blackman. */
  | { name: "kaiser"; beta: number }
  /** Part of the length that tapers, in [0, 1]. */
  | { name: "tukey"; alpha: number }
  /** Standard deviation in samples, > 0. */
  | { name: "gaussian"; std: number }
  /** α in [0, 1]: 0.5 is Hann, 0.54 Hamming. */
  | { name: "generalHamming"; alpha: number };

/** Options of {@link getWindow}. */
export interface WindowOptions {
  /** For spectra (true, the default): one period of a periodic window. False: symmetric, for filter design. */
  periodic?: boolean;
}

/**
 * Window function.
 *
 * @param spec a name, or `{ name, … }` with the parameter of Kaiser, Tukey, Gaussian and generalised Hamming windows
 * @param length samples, ≥ 1
 * @returns `length` values, the largest near 1
 * @throws RangeError if the name is unknown, a parameter is missing or out of range, or length < 1
 * Source: SciPy's `signal.get_window` (names in camelCase). Agrees with SciPy 1.17 within 1e-7, the rounding to single precision.
 */
export function getWindow(spec: WindowSpec, length: number, options: WindowOptions = {}): Float32Array {
  return Float32Array.from(windowDoubles(spec, length, options, "getWindow"));
}

/** {@link getWindow} in double precision, for sums that need it. */
export function windowDoubles(
  spec: WindowSpec,
  length: number,
  { periodic = true }: WindowOptions = {},
  fn = "getWindow",
): Float64Array {
  requireInteger(fn, "length", length, 1);
  checkWindow(fn, spec);
  if (length === 1) return Float64Array.of(1);
  // A periodic window is the symmetric one of one more sample without its last.
  const size = periodic ? length + 1 : length;
  const at = shape(spec, size);
  return Float64Array.from({ length }, (_, t) => at(t));
}

/** Throws unless `spec` is a window. */
export function checkWindow(fn: string, spec: WindowSpec): void {
  const name = typeof spec === "string" ? spec : spec?.name;
  if (typeof spec === "string") {
    if ((plainNames as readonly string[]).includes(spec)) return;
    const parameter = { kaiser: "beta", gaussian: "std", generalHamming: "alpha" }[spec as string];
    if (parameter) {
      throw new RangeError(`${fn}: window ${spec} needs its parameter, { name: "${spec}", ${parameter}: … }.`);
    }
  }
  requireOneOf(fn, "window", name, [...plainNames, "kaiser", "gaussian", "generalHamming"]);
  if (typeof spec === "string") return;
  if (spec.name === "kaiser") requireInRange(fn, "window.beta", spec.beta, 0, 700);
  else if (spec.name === "gaussian") requirePositive(fn, "window.std", spec.std);
  else if (spec.name === "tukey" || spec.name === "generalHamming") {
    requireInRange(fn, "window.alpha", spec.alpha, 0, 1);
  }
}

function shape(spec: WindowSpec, n: number): (t: number) => number {
  const name = typeof spec === "string" ? spec : spec.name;
  const last = n - 1;
  const middle = last / 2;
  const terms = cosineSums[name as keyof typeof cosineSums];
  if (terms) return cosineSum(terms, last);
  const parameter = typeof spec === "string" ? undefined : spec;
  switch (name) {
    case "generalHamming": {
      const { alpha } = parameter as { alpha: number };
      return cosineSum([alpha, 1 - alpha], last);
    }
    case "bartlett":
      return (t) => 1 - Math.abs((t - middle) / middle);
    case "triang":
      return (t) => 1 - Math.abs(t - middle) / (n % 2 === 0 ? n / 2 : (n + 1) / 2);
    case "cosine":
      return (t) => Math.sin((Math.PI * (t + 0.5)) / n);
    case "parzen":
      return (t) => {
        const x = Math.abs(t - middle) / (n / 2);
        return Math.abs(t - middle) <= (n - 1) / 4 ? 1 - 6 * x * x * (1 - x) : 2 * (1 - x) ** 3;
      };
    case "bohman":
      return (t) => {
        const x = Math.abs(t - middle) / middle;
        return t === 0 || t === last ? 0 : (1 - x) * Math.cos(Math.PI * x) + Math.sin(Math.PI * x) / Math.PI;
      };
    case "tukey": {
      const alpha = (parameter as { alpha: number } | undefined)?.alpha ?? 0.5;
      if (alpha === 0) return () => 1;
      if (alpha === 1) return cosineSum(cosineSums.hann, last);
      const width = Math.floor((alpha * last) / 2);
      return (t) => {
        if (t > width && t < n - width - 1) return 1;
        const from = t <= width ? -1 + (2 * t) / alpha / last : -2 / alpha + 1 + (2 * t) / alpha / last;
        return 0.5 * (1 + Math.cos(Math.PI * from));
      };
    }
    case "kaiser": {
      const { beta } = parameter as { beta: number };
      const peak = besselI0(beta);
      return (t) => besselI0(beta * Math.sqrt(Math.max(0, 1 - ((t - middle) / middle) ** 2))) / peak;
    }
    case "gaussian": {
      const { std } = parameter as { std: number };
      return (t) => Math.exp(-0.5 * ((t - middle) / std) ** 2);
    }
    default:
      return () => 1;
  }
}

function cosineSum(terms: readonly number[], last: number): (t: number) => number {
  return (t) => {
    let sum = 0;
    for (let k = 0; k < terms.length; k++) {
      sum += (k % 2 === 0 ? 1 : -1) * terms[k] * Math.cos((2 * Math.PI * k * t) / last);
    }
    return sum;
  };
}

/** Modified Bessel function of the first kind, order 0, by its power series (all terms are positive: no cancellation). */
export function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
