import { kernelBytes } from "./kernels.generated.js";

/** The SIMD kernels of `assembly/`, with a memory of their own. Addresses are in bytes. */
export interface Kernels {
  memory: WebAssembly.Memory;
  dots(a: number, b: number, out: number, rowsA: number, rowsB: number, width: number): void;
  rbf(dots: number, normsA: number, normsB: number, rowsA: number, rowsB: number, gamma: number): void;
}

let loaded: Kernels | null | undefined;

/** The kernels, or null where WebAssembly SIMD is missing; compiled once, small enough (< 4 kB) for the main thread of a page. */
export function kernels(): Kernels | null {
  if (loaded !== undefined) return loaded;
  try {
    const bytes = Uint8Array.from(atob(kernelBytes), (c) => c.charCodeAt(0));
    loaded = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Kernels;
  } catch {
    // No SIMD, or a page whose policy forbids WebAssembly: callers have a plain path.
    loaded = null;
  }
  return loaded;
}

/** Room for so many bytes from address 0. The views of earlier calls are void afterwards. */
export function reserve({ memory }: Kernels, bytes: number): Float64Array {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return new Float64Array(memory.buffer);
}
