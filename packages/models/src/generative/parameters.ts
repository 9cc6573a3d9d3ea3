import { type Initialiser, initialise, tf } from "@earshot/engine";
import type { Rng } from "../core/random.js";

/** The numbers of a network, in the order in which they were made. */
export interface Parameters {
  /** What gradient descent changes. */
  readonly trained: tf.Variable[];
  /** Moving statistics, power iterations: they follow the training. */
  readonly states: tf.Variable[];
  make(kind: Initialiser, shape: readonly number[]): tf.Variable;
  state(kind: "zeros" | "ones" | "lecunNormal", shape: readonly number[]): tf.Variable;
  /** Copies: those that are trained, then the states. */
  getWeights(): Float32Array[];
  setWeights(values: readonly Float32Array[]): void;
  dispose(): void;
}

/** @param rng draws the first values; none sets them all to 0, for weights that are set afterwards */
export function createParameters(rng: Rng): Parameters {
  const trained: tf.Variable[] = [];
  const states: tf.Variable[] = [];
  const make = (kind: Initialiser, shape: readonly number[]): tf.Variable =>
    tf.tidy(() => tf.variable(tf.tensor(initialise(kind, shape, rng.next), [...shape])));
  const all = (): tf.Variable[] => [...trained, ...states];
  return {
    trained,
    states,
    make(kind, shape) {
      const made = make(kind, shape);
      trained.push(made);
      return made;
    },
    state(kind, shape) {
      const made = make(kind, shape);
      states.push(made);
      return made;
    },
    getWeights: () => all().map((v) => (v.dataSync() as Float32Array).slice()),
    setWeights(values) {
      tf.tidy(() => {
        for (const [i, variable] of all().entries()) variable.assign(tf.tensor(values[i].slice(), variable.shape));
      });
    },
    dispose() {
      for (const variable of all()) variable.dispose();
    },
  };
}
