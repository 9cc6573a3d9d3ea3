import * as tfc from "@tensorflow/tfjs-core";
import type { Speed } from "./measure.js";
import { type Engine, type EngineName, engineNames, useEngine } from "./useEngine.js";

/** What {@link listEngines} finds out about an engine on this machine. */
export interface EngineInfo extends Partial<Pick<Engine, "version" | "threads" | "simd">>, Partial<Speed> {
  name: EngineName;
  loads: boolean;
  /** Why not, and what to do. */
  reason?: string;
}

/** Options of {@link listEngines}. */
export interface ListOptions {
  /** Which (default: all). A process holds one TensorFlow: of several that are installed, the first loads. */
  names?: readonly EngineName[];
  /** Whether to time a reference step (default true): a third of a second each. */
  measure?: boolean;
  /** Of `wasm` (default: as it runs). */
  threads?: number;
}

/** Which engines load here and how fast each is. The engine in use stays in use. */
export async function listEngines({
  names = engineNames,
  measure = true,
  threads,
}: ListOptions = {}): Promise<EngineInfo[]> {
  const before = tfc.getBackend();
  const list: EngineInfo[] = [];
  for (const name of names) {
    try {
      const engine = await useEngine({ prefer: name, threads });
      const { version, threads: count, simd } = engine;
      list.push({ name, loads: true, version, threads: count, simd, ...(measure && engine.measure()) });
    } catch (error) {
      list.push({ name, loads: false, reason: (error as Error).message });
    }
  }
  if (before) await tfc.setBackend(before);
  return list;
}
