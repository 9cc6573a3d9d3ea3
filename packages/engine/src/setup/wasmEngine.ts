import * as tfc from "@tensorflow/tfjs-core";
import { EarshotBackend } from "../backend/backend.js";
import { createHeap } from "../backend/heap.js";
import { createPool } from "../backend/pool.js";
import { BACKEND } from "../kernels/override.js";
import { hasRelaxedSimd, hasSimd, loadKernels } from "../wasm/loadKernels.js";
import { availableCores, canShareMemory, importBuiltin, isNode } from "./host.js";
import { registerAll } from "./registerAll.js";

/** Our backend as it runs: registered once a process, as tfjs' own are; later calls change its threads and build. */
export interface RunningWasm {
  backend: EarshotBackend;
  threads: number;
  simd: "plain" | "relaxed";
}

export interface WasmOptions {
  threads?: number;
  deterministic?: boolean;
  winograd?: boolean;
}

const defaultThreads = async (): Promise<number> => Math.max(1, Math.min(8, await availableCores()));

let running: Promise<RunningWasm> | undefined;

/**
 * Starts our backend, or changes what is asked for about it: threads, build. Tensors stay. Workers that have died are replaced.
 *
 * @throws Error if the host has no WebAssembly SIMD, or workers do not start
 */
export async function useWasm(options: WasmOptions): Promise<RunningWasm> {
  const before = running;
  running = change(before, options);
  try {
    const now = await running;
    if (options.winograd !== undefined) now.backend.winograd = options.winograd;
    await tfc.setBackend(BACKEND);
    return now;
  } catch (error) {
    running = before;
    throw error;
  }
}

async function change(before: Promise<RunningWasm> | undefined, asked: WasmOptions): Promise<RunningWasm> {
  const current = await before?.catch(() => undefined);
  const shared = canShareMemory();
  const threads = shared ? (asked.threads ?? current?.threads ?? (await defaultThreads())) : 1;
  const plain = asked.deterministic ?? current?.simd === "plain";
  const simd = !plain && (await allowRelaxedSimd()) ? "relaxed" : "plain";
  if (current && current.threads === threads && current.simd === simd && !current.backend.pool.broken) return current;
  if (!hasSimd()) {
    throw new Error(
      'useEngine: this host has no WebAssembly SIMD; use { prefer: "cpu" }, or Node 20 and browsers since 2023.',
    );
  }
  const heap = current?.backend.heap ?? createHeap({ shared });
  const pool = await createPool(await loadKernels({ relaxed: simd === "relaxed", shared: heap.shared }), heap, threads);
  if (current) {
    current.backend.pool.dispose();
    current.backend.pool = pool;
    return { backend: current.backend, threads, simd };
  }
  registerAll();
  const backend = new EarshotBackend(heap, pool);
  tfc.registerBackend(BACKEND, () => backend, 10);
  return { backend, threads, simd };
}

/** Node 20 has relaxed SIMD behind a flag that can still be set before the first such module is compiled. */
async function allowRelaxedSimd(): Promise<boolean> {
  if (hasRelaxedSimd()) return true;
  if (!isNode()) return false;
  const v8 = await importBuiltin<typeof import("node:v8")>("node:v8");
  v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return hasRelaxedSimd();
}
