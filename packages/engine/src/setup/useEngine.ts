import * as tfc from "@tensorflow/tfjs-core";
import { BACKEND } from "../kernels/override.js";
import { isNative, type NativeName, nativeEngines, nativeNames } from "../native/engines.js";
import { loadNative } from "../native/loadNative.js";
import { NATIVE_BACKEND } from "../native/tensorflowBackend.js";
import { layers, tf } from "../tensorflow.js";
import { type Choice, chooseEngine, type PassedOver } from "./chooseEngine.js";
import { availableCores } from "./host.js";
import { measureSpeed, type Speed } from "./measure.js";
import { seedRandom } from "./seedRandom.js";
import { version } from "./version.js";
import { useWasm } from "./wasmEngine.js";

/**
 * `wasm` is ours; `cuda12` and `gpu` are TensorFlow's own library on a GPU, `native` and `tensorflow-cpu` the same on the CPU,
 * where `installEngine` has put them; `cpu` is tfjs' plain JavaScript.
 */
export type EngineName = "wasm" | NativeName | "cpu";

/** Names of all engines. */
export const engineNames: readonly EngineName[] = ["wasm", ...nativeNames, "cpu"];

/** Options of {@link useEngine}. */
export interface EngineOptions {
  /** Default: an engine for GPUs where one is installed and finds a GPU, else `wasm`. */
  prefer?: EngineName;
  /** Threads that compute, 1 … 64 (default: what the host has, at most 8). Results do not depend on it. `wasm` alone heeds it. */
  threads?: number;
  /** Seeds initial weights, dropout and shuffling of `LayersModel`s, by way of `Math.random`; `null` gives that back to the host. */
  seed?: number | null;
  /** Plain SIMD even where fused multiply–add is there (default false): the same bits on every machine. `wasm` alone can. */
  deterministic?: boolean;
  /** Whether 3×3 convolutions of `wasm` go through Winograd's transform (default true): twice as fast, one decimal digit less. */
  winograd?: boolean;
}

/** TensorFlow.js on one engine, ready to use. */
export interface Engine {
  readonly name: EngineName;
  /** Of this package for `wasm`, of TensorFlow.js for `cpu`, of TensorFlow's library for the others. */
  readonly version: string;
  readonly threads: number;
  /** Which build of our kernels runs. */
  readonly simd: "plain" | "relaxed" | "none";
  /** Why this engine. */
  readonly reason: string;
  /** Engines that would have come first, and why they did not. */
  readonly passedOver: readonly PassedOver[];
  /** TensorFlow.js with this engine as its backend. */
  readonly tf: typeof tf;
  /** Its layers: `layers.sequential()`, `layers.layers.dense(…)`. */
  readonly layers: typeof layers;
  /**
   * Times a reference training step, 0.3 s to 1.5 s, once: later calls return what was measured. A start would take too long with it.
   *
   * @throws Error if another engine is in use by now
   */
  measure(): Speed;
}

type Running = Pick<Engine, "version" | "threads" | "simd"> & { backend: string };

const MAX_THREADS = 64;

/**
 * Makes TensorFlow.js compute on the best engine that loads here. Calling it again is free; other options replace the threads
 * and the build of the kernels, and keep all tensors.
 *
 * @throws RangeError if `threads` is no whole number in [1, 64], or `prefer` or `seed` is none; Error if the engine does not load,
 * is for GPUs and finds none, or the host has no WebAssembly SIMD
 */
export async function useEngine(options: EngineOptions = {}): Promise<Engine> {
  const { prefer, threads, seed, deterministic = false } = options;
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS)) {
    throw new RangeError(`useEngine: threads must be a whole number in [1, ${MAX_THREADS}], got ${threads}.`);
  }
  if (prefer !== undefined && !engineNames.includes(prefer)) {
    const last = engineNames[engineNames.length - 1];
    throw new RangeError(
      `useEngine: unknown engine "${prefer}"; known are ${engineNames.slice(0, -1).join(", ")} and ${last}.`,
    );
  }
  const asked = { name: prefer as EngineName, reason: "asked for", passedOver: [] };
  const choice: Omit<Choice, "name"> & { name: EngineName } = prefer ? asked : await chooseEngine({ deterministic });
  const { backend, ...running } = await start(choice.name, options);
  if (seed !== undefined) seedRandom(seed);
  let speed: Speed | undefined;
  return {
    ...choice,
    ...running,
    tf,
    layers,
    measure() {
      if (tfc.getBackend() !== backend) {
        throw new Error(
          `measure: ${choice.name} is not in use any more; call useEngine({ prefer: "${choice.name}" }) first.`,
        );
      }
      speed ??= measureSpeed(backend === "cpu" ? 1 : undefined);
      return speed;
    },
  };
}

async function start(name: EngineName, options: EngineOptions): Promise<Running> {
  if (name === "wasm") {
    const { threads, simd } = await useWasm(options);
    return { version, threads, simd, backend: BACKEND };
  }
  if (isNative(name)) {
    const { version: own, gpu } = await loadNative(name);
    if (nativeEngines[name].gpu && !gpu) {
      throw new Error(`useEngine: ${name} loads, but finds no GPU; use wasm.`);
    }
    await tfc.setBackend(NATIVE_BACKEND);
    return { version: own, threads: await availableCores(), simd: "none", backend: NATIVE_BACKEND };
  }
  await tfc.setBackend("cpu");
  // It would advise on the console to install another backend.
  Object.assign(tfc.backend(), { firstUse: false });
  return { version: tfc.version_core, threads: 1, simd: "none", backend: "cpu" };
}
