import * as tfc from "@tensorflow/tfjs-core";
import { EarshotBackend } from "../backend/backend.js";
import { createHeap } from "../backend/heap.js";
import { createPool } from "../backend/pool.js";
import { BACKEND } from "../kernels/override.js";
import { registerKernels } from "../kernels/register.js";
import { patchLayers } from "../layers/patchLayers.js";
import { layers, tf } from "../tensorflow.js";
import { hasRelaxedSimd, hasSimd, loadKernels } from "../wasm/loadKernels.js";
import { registerChainedOps } from "./chainedOps.js";
import { availableCores, canShareMemory, importBuiltin, isNode } from "./host.js";
import { loadNative, type NativeName, nativePackages } from "./nativeEngine.js";
import { version } from "./version.js";

/** `wasm` is the default; `native` and `gpu` are TensorFlow's own library where it is installed; `cpu` is tfjs' plain JavaScript. */
export type EngineName = "wasm" | NativeName | "cpu";

export interface EngineOptions {
  /** Default `wasm`. `cpu` is some hundred times slower, for comparisons; `native` and `gpu` need `installEngine`. */
  prefer?: EngineName;
  /** Threads that compute, 1 … 64 (default: what the host has, at most 8). Results do not depend on it. */
  threads?: number;
  /** Plain SIMD even where fused multiply–add is there (default false): the same bits on every machine. */
  deterministic?: boolean;
  /** Whether 3×3 convolutions go through Winograd's transform (default true): twice as fast, one decimal digit less. */
  winograd?: boolean;
}

export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  readonly threads: number;
  /** Which build of the kernels runs. */
  readonly simd: "plain" | "relaxed" | "none";
  /** TensorFlow.js with this engine as its backend. */
  readonly tf: typeof tf;
  /** Its layers: `layers.sequential()`, `layers.layers.dense(…)`. */
  readonly layers: typeof layers;
}

const MAX_THREADS = 64;

const defaultThreads = async (): Promise<number> => Math.max(1, Math.min(8, await availableCores()));

/** The backend is registered once a process, as tfjs' own are; later calls change its threads. */
interface Running {
  backend: EarshotBackend;
  engine: Engine;
}
let running: Promise<Running> | undefined;

/**
 * Makes TensorFlow.js compute on the best engine that loads here. Calling it again is free; other options replace the threads
 * and the build of the kernels, and keep all tensors.
 *
 * @throws RangeError if `threads` is no whole number in [1, 64]; Error if the host has no WebAssembly SIMD
 */
export async function useEngine(options: EngineOptions = {}): Promise<Engine> {
  const { prefer = "wasm", threads = await defaultThreads(), deterministic = false } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new RangeError(`useEngine: threads must be a whole number in [1, ${MAX_THREADS}], got ${threads}.`);
  }
  if (prefer === "cpu") {
    await tfc.setBackend("cpu");
    // It would advise on the console to install another backend.
    Object.assign(tfc.backend(), { firstUse: false });
    return { name: "cpu", version, threads: 1, simd: "none", tf, layers };
  }
  if (prefer === "native" || prefer === "gpu") {
    await loadNative(prefer);
    await tfc.setBackend("tensorflow");
    return {
      name: prefer,
      version: nativePackages[prefer].version,
      threads: await availableCores(),
      simd: "none",
      tf,
      layers,
    };
  }
  if (prefer !== "wasm") {
    throw new RangeError(`useEngine: unknown engine "${prefer}"; known are wasm, native, gpu and cpu.`);
  }
  const shareable = canShareMemory();
  const count = shareable ? threads : 1;
  const relaxed = !deterministic && (await allowRelaxedSimd());
  const before = running;
  running = change(before, count, relaxed, shareable, options);
  try {
    const { backend, engine } = await running;
    if (options.winograd !== undefined) backend.winograd = options.winograd;
    await tfc.setBackend(BACKEND);
    return engine;
  } catch (error) {
    running = before;
    throw error;
  }
}

async function change(
  before: Promise<Running> | undefined,
  threads: number,
  relaxed: boolean,
  shared: boolean,
  asked: EngineOptions,
): Promise<Running> {
  const simd = relaxed ? "relaxed" : "plain";
  const current = await before?.catch(() => undefined);
  const keepsThreads = asked.threads === undefined || current?.engine.threads === threads;
  const keepsBuild = asked.deterministic === undefined || current?.engine.simd === simd;
  if (current && keepsThreads && keepsBuild) return current;
  if (!hasSimd()) {
    throw new Error(
      'useEngine: this host has no WebAssembly SIMD; use { prefer: "cpu" }, or Node 20 and browsers since 2023.',
    );
  }
  const heap = current?.backend.heap ?? createHeap({ shared });
  const pool = await createPool(await loadKernels({ relaxed, shared: heap.shared }), heap, threads);
  let backend = current?.backend;
  if (backend) {
    backend.pool.dispose();
    backend.pool = pool;
  } else {
    const made = new EarshotBackend(heap, pool);
    registerChainedOps();
    registerKernels();
    patchLayers();
    tfc.registerBackend(BACKEND, () => made, 10);
    backend = made;
  }
  return { backend, engine: { name: "wasm", version, threads, simd, tf, layers } };
}

/** Node 20 has relaxed SIMD behind a flag that can still be set before the first such module is compiled. */
async function allowRelaxedSimd(): Promise<boolean> {
  if (hasRelaxedSimd()) return true;
  if (!isNode()) return false;
  const v8 = await importBuiltin<typeof import("node:v8")>("node:v8");
  v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return hasRelaxedSimd();
}
