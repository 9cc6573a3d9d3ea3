/** A loss of a target and a prediction, with its derivative by the prediction. */
export interface Loss {
  value(y: number, p: number): number;
  slope(y: number, p: number): number;
}

export type ClassLoss = "hinge" | "logLoss" | "modifiedHuber" | "squaredHinge" | "perceptron";
export type RegressionLoss = "squaredError" | "huber" | "epsilonInsensitive";

/** max(0, margin − y p), or its square. */
const hinge = (margin: number, squared: boolean): Loss => ({
  value(y, p) {
    const short = Math.max(0, margin - y * p);
    return squared ? short * short : short;
  },
  slope(y, p) {
    const short = margin - y * p;
    if (squared) return short > 0 ? -2 * y * short : 0;
    return short >= 0 ? -y : 0;
  },
});

const logLoss: Loss = {
  value(y, p) {
    const z = y * p;
    return Math.log1p(Math.exp(-Math.abs(z))) + Math.max(-z, 0);
  },
  slope: (y, p) => -y / (1 + Math.exp(y * p)),
};

const modifiedHuber: Loss = {
  value(y, p) {
    const z = y * p;
    return z >= 1 ? 0 : z >= -1 ? (1 - z) ** 2 : -4 * z;
  },
  slope(y, p) {
    const z = y * p;
    return z >= 1 ? 0 : z >= -1 ? -2 * y * (1 - z) : -4 * y;
  },
};

const squaredError: Loss = { value: (y, p) => 0.5 * (p - y) ** 2, slope: (y, p) => p - y };

const huber = (epsilon: number): Loss => ({
  value(y, p) {
    const size = Math.abs(p - y);
    return size <= epsilon ? 0.5 * size * size : epsilon * size - 0.5 * epsilon * epsilon;
  },
  slope: (y, p) => Math.max(-epsilon, Math.min(epsilon, p - y)),
});

const epsilonInsensitive = (epsilon: number): Loss => ({
  value: (y, p) => Math.max(0, Math.abs(y - p) - epsilon),
  slope: (y, p) => (y - p > epsilon ? -1 : p - y > epsilon ? 1 : 0),
});

/** Losses by name, made with their epsilon where they have one. */
export const sgdLosses: Readonly<Record<ClassLoss | RegressionLoss, (epsilon: number) => Loss>> = {
  hinge: () => hinge(1, false),
  perceptron: () => hinge(0, false),
  squaredHinge: () => hinge(1, true),
  logLoss: () => logLoss,
  modifiedHuber: () => modifiedHuber,
  squaredError: () => squaredError,
  huber,
  epsilonInsensitive,
};
