import { type Allocator, createAllocator } from "./allocator.js";

const PAGE = 65536;
const MAX_PAGES = 65536;
/** Growing in steps of 16 MB: growth is slow, and pages that nobody touched cost nothing. */
const GROWTH = 256;

/** The memory that tensors, kernels and all threads share, and who owns which part of it. */
export interface Heap extends Allocator {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  /** Numbers at an address; valid until the memory grows where it is not shared, so ask again after an allocation. */
  f32(address: number, length: number): Float32Array;
  f64(address: number, length: number): Float64Array;
  i32(address: number, length: number): Int32Array;
  /** Runs with a block of scratch, which goes back even when `use` throws. */
  withScratch<T>(bytes: number, use: (address: number) => T): T;
}

/**
 * @param options.shared a memory that other threads may map (needs SharedArrayBuffer)
 * @throws RangeError when an allocation would pass the 4 GB that WebAssembly can address, or the host has no more
 */
export function createHeap({ shared }: { shared: boolean }): Heap {
  const memory = new WebAssembly.Memory({ initial: GROWTH, maximum: MAX_PAGES, shared });
  const ensure = (bytes: number): void => {
    const have = memory.buffer.byteLength;
    if (bytes <= have) return;
    const missing = Math.ceil((bytes - have) / PAGE);
    const room = MAX_PAGES - have / PAGE;
    try {
      if (missing > room) throw new RangeError("no room");
      memory.grow(Math.min(room, Math.max(missing, GROWTH)));
    } catch {
      throw new RangeError(
        `engine: tensors need ${(bytes / 2 ** 20).toFixed(0)} MB, and the heap cannot grow beyond ${(have / 2 ** 20).toFixed(0)} MB` +
          `${missing > room ? " (WebAssembly addresses 4 GB)" : " here"}; lower the batch size, or dispose of tensors that are not needed.`,
      );
    }
  };
  const allocator = createAllocator(ensure);
  const withScratch = <T>(bytes: number, use: (address: number) => T): T => {
    const address = allocator.allocate(bytes);
    try {
      return use(address);
    } finally {
      allocator.free(address);
    }
  };
  return {
    memory,
    shared,
    allocate: allocator.allocate,
    free: allocator.free,
    get used() {
      return allocator.used;
    },
    get blocks() {
      return allocator.blocks;
    },
    f32: (address, length) => new Float32Array(memory.buffer, address, length),
    f64: (address, length) => new Float64Array(memory.buffer, address, length),
    i32: (address, length) => new Int32Array(memory.buffer, address, length),
    withScratch,
  };
}
