import { createOptimiser, type OptimiserOptions, tf } from "@earshot/engine";
import { type LossName, lossOf, readLoss } from "@earshot/models/neural";
import { type FunctionName, testFunctions } from "./functions.js";

/** Where an optimiser was before each step and after the last. */
export interface Descent {
  x: number[];
  y: number[];
  value: number[];
}

/** One optimiser on a test function, from a start. */
export function descend(
  name: FunctionName,
  start: readonly [number, number],
  steps: number,
  options: OptimiserOptions,
): Descent {
  const { value, at } = testFunctions[name];
  const point = start.map((v) => tf.tidy(() => tf.variable(tf.tensor([v]))));
  const optimiser = createOptimiser(options);
  const path: Descent = { x: [], y: [], value: [] };
  const note = (): void => {
    const [x, y] = point.map((v) => v.dataSync()[0]);
    path.x.push(x);
    path.y.push(y);
    path.value.push(at(x, y));
  };
  note();
  for (let step = 0; step < steps; step++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => tf.sum(value(point[0], point[1])) as tf.Scalar, point);
      optimiser.step(
        point,
        point.map((v) => grads[v.name]),
      );
    });
    note();
  }
  optimiser.dispose();
  tf.dispose(point);
  return path;
}

export interface NetworkTask {
  hidden: number;
  samples: number;
  steps: number;
}

/** Two interleaved half circles, made by a formula: samples × 2, and their classes. */
function twoMoons(samples: number): { x: Float32Array; codes: Int32Array } {
  const x = new Float32Array(2 * samples);
  const codes = Int32Array.from({ length: samples }, (_, i) => i % 2);
  for (let i = 0; i < samples; i++) {
    const angle = (Math.PI * Math.floor(i / 2)) / Math.max(1, Math.ceil(samples / 2) - 1);
    const wobble = 0.15 * Math.sin(7.3 * i);
    x[2 * i] = i % 2 ? 1 - Math.cos(angle) + wobble : Math.cos(angle) + wobble;
    x[2 * i + 1] = i % 2 ? 0.5 - Math.sin(angle) - wobble : Math.sin(angle) + wobble;
  }
  return { x, codes };
}

/** A network 2 – hidden (tanh) – 2 on two moons, all samples a step, from weights that a formula gives; its loss before each step and after the last. */
export function trainMoons(
  { hidden, samples, steps }: NetworkTask,
  loss: LossName,
  options: OptimiserOptions,
): number[] {
  const { x, codes } = twoMoons(samples);
  const shapes = [[2, hidden], [hidden], [hidden, 2], [2]];
  const weights = shapes.map((shape, j) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const start = Float32Array.from({ length: size }, (_, i) =>
      shape.length > 1 ? 0.7 * Math.sin(1 + 2.1 * i + 5 * j) : 0,
    );
    return tf.tidy(() => tf.variable(tf.tensor(start, shape)));
  });
  const optimiser = createOptimiser(options);
  const read = readLoss(loss);
  const losses: number[] = [];
  tf.tidy(() => {
    const data = tf.tensor(x, [samples, 2]);
    const targets = tf.tensor(
      Float32Array.from({ length: 2 * samples }, (_, i) => (codes[i >> 1] === (i & 1) ? 1 : 0)),
      [samples, 2],
    );
    const shares = tf.fill([samples], 1 / samples);
    const run = (): tf.Scalar => {
      const [w1, b1, w2, b2] = weights as unknown as tf.Tensor2D[];
      const inner = tf.tanh(tf.add(tf.matMul(data as tf.Tensor2D, w1), b1)) as tf.Tensor2D;
      return tf.sum(lossOf(read, tf.add(tf.matMul(inner, w2), b2), targets, shares)) as tf.Scalar;
    };
    for (let step = 0; step < steps; step++) {
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(run, weights);
        losses.push(value.dataSync()[0]);
        optimiser.step(
          weights,
          weights.map((w) => grads[w.name]),
        );
      });
    }
    losses.push(run().dataSync()[0]);
  });
  optimiser.dispose();
  tf.dispose(weights);
  return losses;
}
