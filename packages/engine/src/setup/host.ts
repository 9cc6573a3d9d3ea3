/** Whether this is Node, whose built-in modules we may use. */
export const isNode = (): boolean =>
  typeof process === "object" && typeof process.versions === "object" && Boolean(process.versions.node);

/** A built-in module of Node; the name is a variable so that bundlers for browsers do not look for it. */
export async function importBuiltin<T>(name: string): Promise<T> {
  return (await import(/* @vite-ignore */ name)) as T;
}

/** Memory can be shared in Node and in pages that are cross-origin isolated. */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer === "function" &&
  (isNode() || (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true);

/** Cores that this process may use. */
export async function availableCores(): Promise<number> {
  if (isNode()) return (await importBuiltin<typeof import("node:os")>("node:os")).availableParallelism();
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
}
