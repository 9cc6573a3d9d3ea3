import { kernelBytes } from "./kernels.generated.js";

/** The SIMD kernels of `assembly/`, with a memory of their own. Addresses are in bytes. */
export interface Kernels {
  memory: WebAssembly.Memory;
  dots(a: number, b: number, out: number, rowsA: number, rowsB: number, width: number): void;
  rbf(dots: number, normsA: number, normsB: number, rowsA: number, rowsB: number, gamma: number): void;
  detrend(
    x: number,
    counts: number,
    out: number,
    frames: number,
    cols: number,
    before: number,
    after: number,
    used: number,
  ): void;
  highMoments(x: number, n: number, out: number): void;
  histogram(
    bins: number,
    samples: number,
    n: number,
    gh: number,
    ordered: number,
    out: number,
    rows: number,
    cols: number,
  ): void;
  subtract(parent: number, child: number, n: number): void;
  sparseDot(
    indptr: number,
    indices: number,
    values: number,
    from: number,
    to: number,
    w: number,
    bias: number,
    out: number,
  ): void;
  sparseAdd(
    indptr: number,
    indices: number,
    values: number,
    from: number,
    to: number,
    residuals: number,
    gradient: number,
  ): void;
}

let compiled: WebAssembly.Module | null | undefined;
let shared: Kernels | null | undefined;

/** Kernels with a memory that nobody else uses, or null where WebAssembly SIMD is missing. */
export function createKernels(): Kernels | null {
  try {
    // Compiled once; small enough (< 4 kB) for the main thread of a page.
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBytes), (c) => c.charCodeAt(0)));
    return new WebAssembly.Instance(compiled).exports as unknown as Kernels;
  } catch {
    // No SIMD, or a page whose policy forbids WebAssembly: callers have a plain path.
    return null;
  }
}

/** Kernels whose memory is scratch space: what is in it lasts until the caller returns. */
export function kernels(): Kernels | null {
  if (shared === undefined) shared = createKernels();
  return shared;
}

/** Room for so many bytes from address 0. The views of earlier calls are void afterwards. */
export function reserve({ memory }: Kernels, bytes: number): Float64Array {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return new Float64Array(memory.buffer);
}
