import { backend, type Tensor, tensor, tidy, type Variable, variable, zeros } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { isOurs } from "../kernels/override.js";
import { expectShape } from "./check.js";
import { plainStep } from "./plainOptimisers.js";

interface Common {
  /** Step size, > 0. */
  learningRate: number;
  /** L2 added to the gradient; decoupled from it in adamW and lion (default 0; adamW 0.01, as PyTorch). */
  weightDecay?: number;
}

/** Optimisers by name, with PyTorch's options and defaults. */
export type OptimiserOptions =
  | ({ kind: "sgd"; momentum?: number; nesterov?: boolean; dampening?: number } & Common)
  | ({ kind: "adam" | "adamW"; beta1?: number; beta2?: number; epsilon?: number } & Common)
  | ({ kind: "rmsprop"; rho?: number; epsilon?: number } & Common)
  | ({ kind: "lion"; beta1?: number; beta2?: number } & Common);

/** What an optimiser remembers of one parameter: momentum, squares. */
export type Slots = Record<string, Float32Array>;

/** What may differ from one step of an {@link Optimiser} to the next. */
export interface StepOptions {
  /** For this step, as a schedule says (default: the optimiser's own). */
  learningRate?: number;
  /** What gradients are multiplied by first: clipping, accumulation (default 1). */
  scale?: number;
  /** Whether weight decay applies, a flag a parameter (default: to all). */
  decays?: readonly boolean[];
  /** What the learning rate is multiplied by, a factor a parameter (default 1 each): parameters in groups. */
  rates?: readonly number[];
}

/** Steps of gradient descent in place, with their state. */
export interface Optimiser {
  readonly kind: OptimiserOptions["kind"];
  /** Steps taken. */
  readonly steps: number;
  /** One step, in place, for all parameters; the first call fixes which. */
  step(parameters: readonly Variable[], gradients: readonly Tensor[], options?: StepOptions): void;
  /** Everything that the next step depends on, for a checkpoint. */
  getState(): { steps: number; slots: Slots[] };
  setState(state: { steps: number; slots: readonly Slots[] }): void;
  /** Frees what is remembered. */
  dispose(): void;
}

/** The kernel arguments after the parameter, gradient and slots; shared with the plain twin. */
export interface Plan {
  kernel: "adam" | "sgd" | "rmsprop" | "lion";
  slots: readonly string[];
  /** Arguments of step t (from 1). */
  args(t: number, learningRate: number, scale: number, decays: boolean): number[];
}

/**
 * An optimiser that updates parameters in place, one kernel a parameter.
 *
 * @throws RangeError for an unknown kind or a learning rate that is not above 0
 * Equals PyTorch 2.x step for step within float32 rounding.
 */
export function createOptimiser(options: OptimiserOptions): Optimiser {
  if (!(options.learningRate > 0) || !Number.isFinite(options.learningRate)) {
    throw new RangeError(`createOptimiser: learningRate must be a number above 0, got ${options.learningRate}.`);
  }
  const plan = planOf(options);
  let steps = 0;
  let slots: Variable[][] = [];
  let restored: readonly Slots[] | undefined;

  const ensureSlots = (parameters: readonly Variable[]): void => {
    if (slots.length === parameters.length) return;
    if (slots.length) throw new RangeError(`step: got ${parameters.length} parameters, earlier steps ${slots.length}.`);
    slots = parameters.map((p, i) =>
      plan.slots.map((name) => {
        const saved = restored?.[i]?.[name];
        return tidy(() => variable(saved ? tensor(saved.slice(), p.shape) : zeros(p.shape), false));
      }),
    );
    restored = undefined;
  };

  return {
    kind: options.kind,
    get steps() {
      return steps;
    },
    step(parameters, gradients, { learningRate = options.learningRate, scale = 1, decays, rates } = {}) {
      if (parameters.length !== gradients.length) {
        throw new RangeError(`step: got ${parameters.length} parameters and ${gradients.length} gradients.`);
      }
      for (const [i, { shape }] of parameters.entries()) expectShape("step", `gradient ${i}`, gradients[i], shape);
      ensureSlots(parameters);
      steps++;
      for (const [i, parameter] of parameters.entries()) {
        const args = plan.args(steps, learningRate * (rates?.[i] ?? 1), scale, decays?.[i] ?? true);
        const update = isOurs() ? kernelStep : plainStep;
        update(plan, parameter, gradients[i], slots[i], args);
      }
    },
    getState: () => ({
      steps,
      slots: slots.map((own) =>
        Object.fromEntries(own.map((slot, i) => [plan.slots[i], slot.dataSync() as Float32Array])),
      ),
    }),
    setState(state) {
      for (const own of slots) for (const slot of own) slot.dispose();
      slots = [];
      steps = state.steps;
      restored = state.slots;
    },
    dispose() {
      for (const own of slots) for (const slot of own) slot.dispose();
      slots = [];
    },
  };
}

function planOf(options: OptimiserOptions): Plan {
  const decay = options.weightDecay ?? (options.kind === "adamW" ? 0.01 : 0);
  switch (options.kind) {
    case "adam":
    case "adamW": {
      // The kernel averages with betas of single precision; corrected by the same, its averages are as unbiased as PyTorch's.
      const [beta1, beta2] = [options.beta1 ?? 0.9, options.beta2 ?? 0.999].map(Math.fround);
      const { epsilon = 1e-8 } = options;
      const decoupled = options.kind === "adamW";
      return {
        kernel: "adam",
        slots: ["m", "v"],
        args: (t, rate, scale, decays) => {
          const own = decays ? decay : 0;
          const kept = decoupled ? 1 - rate * own : 1;
          const root = 1 / Math.sqrt(1 - beta2 ** t);
          return [rate / (1 - beta1 ** t), beta1, beta2, root, epsilon, kept, decoupled ? 0 : own, scale];
        },
      };
    }
    case "sgd": {
      const { momentum = 0, nesterov = false, dampening = 0 } = options;
      if (nesterov && (momentum <= 0 || dampening !== 0)) {
        throw new RangeError("createOptimiser: nesterov needs a momentum above 0 and a dampening of 0.");
      }
      return {
        kernel: "sgd",
        slots: momentum ? ["m"] : [],
        args: (t, rate, scale, decays) => {
          const damp = t === 1 ? 1 : 1 - dampening;
          return [rate, momentum, damp, nesterov ? 1 : 0, decays ? decay : 0, scale];
        },
      };
    }
    case "rmsprop": {
      const { rho = 0.99, epsilon = 1e-8 } = options;
      return {
        kernel: "rmsprop",
        slots: ["s"],
        args: (_t, rate, scale, decays) => [rate, rho, epsilon, decays ? decay : 0, scale],
      };
    }
    case "lion": {
      const { beta1 = 0.9, beta2 = 0.99 } = options;
      return {
        kernel: "lion",
        slots: ["m"],
        args: (_t, rate, scale, decays) => [rate, beta1, beta2, decays ? 1 - rate * decay : 1, scale],
      };
    }
    default: {
      const { kind } = options as { kind: string };
      throw new RangeError(`createOptimiser: unknown kind "${kind}"; known are sgd, adam, adamW, rmsprop and lion.`);
    }
  }
}

const kernelStep = (plan: Plan, p: Variable, g: Tensor, slots: readonly Variable[], args: readonly number[]): void =>
  stepInPlace(plan.kernel, p, g, slots, args);

/** Runs an optimiser's kernel on one parameter of our backend. */
export function stepInPlace(
  kernel: Plan["kernel"],
  p: Variable,
  g: Tensor,
  slots: readonly Variable[],
  args: readonly number[],
): void {
  const ours = backend() as EarshotBackend;
  for (const t of [p, ...slots]) ownNumbers(ours, t);
  const places = [p, g, ...slots].map((t) => ours.address(t));
  // SGD without momentum has no slot; its kernel takes 0 for none.
  if (kernel === "sgd" && slots.length === 0) places.push(0);
  ours.pool.run(kernel, p.size, 16384, ...places, ...args);
}

/** A clone shares its numbers, so they are copied before a write that only the variable should see. */
export function ownNumbers(ours: EarshotBackend, t: Variable): void {
  if (ours.refCount(t.dataId) > 1) {
    tidy(() => t.assign(tensor(ours.readSync(t.dataId) as Float32Array, t.shape)));
  }
}
