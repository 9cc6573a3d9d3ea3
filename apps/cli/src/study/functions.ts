import { tf } from "@earshot/engine";

/** A function of two variables that optimisers are tried on. */
export interface TestFunction {
  /** At x and y, as tensors of one number. */
  value(x: tf.Tensor, y: tf.Tensor): tf.Tensor;
  /** The same in double. */
  at(x: number, y: number): number;
  /** What is drawn of it. */
  xDomain: readonly [number, number];
  yDomain: readonly [number, number];
  /** Its least point; the first of several. */
  minimum: readonly [number, number];
}

export const functionNames = ["quadratic", "rosenbrock", "beale", "himmelblau"] as const;
export type FunctionName = (typeof functionNames)[number];

const { add, sub, mul, square } = tf;

/** Source: Rosenbrock 1960; Beale 1958; Himmelblau 1972; the quadratic is a valley ten times as steep as it is wide. */
export const testFunctions: Record<FunctionName, TestFunction> = {
  quadratic: {
    value: (x, y) => add(mul(square(x), 0.5), mul(square(y), 5)),
    at: (x, y) => 0.5 * x * x + 5 * y * y,
    xDomain: [-3, 3],
    yDomain: [-2, 2],
    minimum: [0, 0],
  },
  rosenbrock: {
    value: (x, y) => add(square(sub(1, x)), mul(square(sub(y, square(x))), 100)),
    at: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    xDomain: [-1.6, 1.6],
    yDomain: [-0.6, 1.9],
    minimum: [1, 1],
  },
  beale: {
    value(x, y) {
      const term = (c: number, power: tf.Tensor): tf.Tensor => square(add(sub(c, x), mul(x, power)));
      const [y2, y3] = [square(y), mul(square(y), y)];
      return add(add(term(1.5, y), term(2.25, y2)), term(2.625, y3));
    },
    at: (x, y) => (1.5 - x + x * y) ** 2 + (2.25 - x + x * y * y) ** 2 + (2.625 - x + x * y ** 3) ** 2,
    xDomain: [-1, 4],
    yDomain: [-1.2, 2],
    minimum: [3, 0.5],
  },
  himmelblau: {
    value: (x, y) => add(square(sub(add(square(x), y), 11)), square(sub(add(x, square(y)), 7))),
    at: (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    xDomain: [-5, 5],
    yDomain: [-5, 5],
    minimum: [3, 2],
  },
};
