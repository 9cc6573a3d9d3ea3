import { type Tensor, tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import type { Plan } from "./optimiser.js";

type Update = (p: Float32Array, g: Float32Array, slots: Float32Array[], args: readonly number[]) => void;

/** The optimisers' kernels in plain JavaScript: for other backends, and what tests hold the kernels against. */
const updates: Record<Plan["kernel"], Update> = {
  adam(p, g, [m, v], [rate, beta1, beta2, root, epsilon, decay, coupled, scale]) {
    for (let i = 0; i < p.length; i++) {
      const d = g[i] * scale + coupled * p[i];
      m[i] = beta1 * m[i] + (1 - beta1) * d;
      v[i] = beta2 * v[i] + (1 - beta2) * d * d;
      p[i] = p[i] * decay - (rate * m[i]) / (Math.sqrt(v[i]) * root + epsilon);
    }
  },
  sgd(p, g, [m], [rate, momentum, damp, nesterov, coupled, scale]) {
    for (let i = 0; i < p.length; i++) {
      let d = g[i] * scale + coupled * p[i];
      if (m) {
        m[i] = momentum * m[i] + damp * d;
        d = nesterov ? d + momentum * m[i] : m[i];
      }
      p[i] -= rate * d;
    }
  },
  rmsprop(p, g, [s], [rate, rho, epsilon, coupled, scale]) {
    for (let i = 0; i < p.length; i++) {
      const d = g[i] * scale + coupled * p[i];
      s[i] = rho * s[i] + (1 - rho) * d * d;
      p[i] -= (rate * d) / (Math.sqrt(s[i]) + epsilon);
    }
  },
  lion(p, g, [m], [rate, beta1, beta2, decay, scale]) {
    for (let i = 0; i < p.length; i++) {
      const d = g[i] * scale;
      const direction = Math.sign(beta1 * m[i] + (1 - beta1) * d);
      m[i] = beta2 * m[i] + (1 - beta2) * d;
      p[i] = p[i] * decay - rate * direction;
    }
  },
};

/** One step of one parameter on any backend: read, compute, assign. */
export function plainStep(
  plan: Plan,
  parameter: Variable,
  gradient: Tensor,
  slots: readonly Variable[],
  args: readonly number[],
): void {
  const all = [parameter, ...slots];
  const [p, ...state] = all.map((t) => (t.dataSync() as Float32Array).slice());
  updates[plan.kernel](p, gradient.dataSync() as Float32Array, state, args);
  tidy(() => {
    for (const [i, values] of [p, ...state].entries()) all[i].assign(tensor(values, all[i].shape));
  });
}
