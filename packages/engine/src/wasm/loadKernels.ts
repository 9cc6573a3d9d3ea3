import { kernels, lengths } from "./kernels.generated.js";

/** A kernel does [start, end) of its range; further arguments are its own. */
export type Kernel = (start: number, end: number, worker: number, ...args: number[]) => void;
export type Kernels = Record<string, Kernel>;

/** `(module (func (result v128) … f32x4.relaxed_madd))`: what a host without relaxed SIMD refuses. */
const RELAXED_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0],
  ...[65, 0, 253, 17, 65, 0, 253, 17, 65, 0, 253, 17, 253, 133, 2, 11],
);
/** The same with `i32x4.splat` alone: plain SIMD. */
const SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 17, 11],
);

/** Whether this host can compile fused multiply–add on vectors. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(RELAXED_PROBE);
export const hasSimd = (): boolean => typeof WebAssembly === "object" && WebAssembly.validate(SIMD_PROBE);

/**
 * Compiles the embedded kernels.
 *
 * @param options.relaxed the build with fused multiply–add; results then depend on the processor
 * @param options.shared for a shared memory; the builds are, and the flag of their import is cleared where the memory is not
 */
export async function loadKernels({
  relaxed,
  shared,
}: {
  relaxed: boolean;
  shared: boolean;
}): Promise<WebAssembly.Module> {
  const bytes = ownTurns(await inflate(kernels), relaxed);
  if (!shared) bytes[memoryFlags(bytes)] = 1;
  return await WebAssembly.compile(bytes);
}

export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
}

/** Bytes from zlib's format in base64. */
async function inflate(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const binary = atob(text);
  const packed = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  const { writable, readable } = new DecompressionStream("deflate");
  const writer = writable.getWriter();
  void writer.write(packed);
  void writer.close();
  // A Response would gather the parts too, but Node takes longer to load it than the kernels to inflate.
  const parts: Uint8Array[] = [];
  for (const reader = readable.getReader(); ; ) {
    const { value, done } = await reader.read();
    if (done) break;
    parts.push(value);
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** One of the two builds, which lie there in turns. */
function ownTurns(all: Uint8Array, relaxed: boolean): Uint8Array<ArrayBuffer> {
  const { plain, relaxed: other, turn } = lengths;
  const out = new Uint8Array(relaxed ? other : plain);
  for (let at = 0, i = 0; at < all.length; i += turn) {
    const [first, second] = [plain, other].map((length) => Math.min(turn, Math.max(0, length - i)));
    out.set(
      relaxed ? all.subarray(at + first, at + first + second) : all.subarray(at, at + first),
      Math.min(i, out.length),
    );
    at += first + second;
  }
  return out;
}

/** Offset of the limits' flags (3: shared with a maximum) of the imported memory `env.memory`, the module's only import. */
function memoryFlags(bytes: Uint8Array): number {
  const name = [3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121, 2];
  for (let i = 8; i < bytes.length - name.length; i++) {
    if (name.every((b, k) => bytes[i + k] === b)) return i + name.length;
  }
  throw new Error("engine: the embedded kernels import no memory; the package is damaged, install it again.");
}
