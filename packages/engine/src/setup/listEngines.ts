import * as tfc from "@tensorflow/tfjs-core";
import { loadNative, nativePackages } from "./nativeEngine.js";
import { type EngineName, useEngine } from "./useEngine.js";
import { version } from "./version.js";

export interface EngineInfo {
  name: EngineName;
  /** Of the engine's package. */
  version: string;
  loads: boolean;
  /** Why not, and what to do. */
  reason?: string;
  threads?: number;
  simd?: "plain" | "relaxed" | "none";
  /** Milliseconds of a reference training step: a convolution of 8 images of 32×32×8 to 16 channels, both ways; the fastest of some. */
  stepMs?: number;
}

/**
 * Which engines load here and how fast each is. The engine in use stays in use.
 *
 * @param options.measure whether to time a reference step (default true): about a second, nearly all of it on `cpu`
 */
export async function listEngines({ measure = true }: { measure?: boolean } = {}): Promise<EngineInfo[]> {
  const before = tfc.getBackend();
  const list: EngineInfo[] = [];
  for (const name of ["wasm", "gpu", "native", "cpu"] as const) {
    const own = name === "wasm" ? version : name === "cpu" ? tfc.version_core : nativePackages[name].version;
    try {
      if (name === "gpu" || name === "native") await loadNative(name);
      const { threads, simd } = await useEngine({ prefer: name });
      list.push({ name, version: own, loads: true, threads, simd, ...(measure && { stepMs: referenceStep() }) });
    } catch (error) {
      list.push({ name, version: own, loads: false, reason: (error as Error).message });
    }
  }
  if (before) await tfc.setBackend(before);
  return list;
}

function referenceStep(): number {
  const step = (): void =>
    tfc.tidy(() => {
      const [x, f] = [tfc.ones([8, 32, 32, 8]), tfc.ones([3, 3, 8, 16])];
      const loss = (u: tfc.Tensor, v: tfc.Tensor) =>
        tfc.sum(tfc.conv2d(u as tfc.Tensor4D, v as tfc.Tensor4D, 1, "same"));
      for (const gradient of tfc.grads(loss as never)([x, f])) gradient.dataSync();
    });
  let best = Infinity;
  const deadline = performance.now() + 300;
  do {
    const start = performance.now();
    step();
    best = Math.min(best, performance.now() - start);
  } while (performance.now() < deadline);
  return best;
}
