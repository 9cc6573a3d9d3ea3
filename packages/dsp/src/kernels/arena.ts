/** Plans where things lie in a kernel's memory, before it exists; then writes them. */
export interface Arena {
  /** Room for `bytes`, aligned for SIMD; its address. */
  reserve(bytes: number): number;
  /** Room for numbers to be written once the memory exists. */
  place(values: ArrayLike<number>, kind?: "f32" | "u32"): number;
  readonly size: number;
  write(memory: WebAssembly.Memory): void;
}

/** Static data of the module lies below. */
const base = 4096;
/** Kernels may read and write some numbers beyond the end of a row. */
const slack = 64;

export function createArena(): Arena {
  let top = base;
  const pending: { at: number; values: ArrayLike<number>; kind: "f32" | "u32" }[] = [];
  const reserve = (bytes: number) => {
    const at = top;
    top = (top + bytes + slack + 15) & ~15;
    return at;
  };
  return {
    reserve,
    place(values, kind = "f32") {
      const at = reserve(values.length * 4);
      pending.push({ at, values, kind });
      return at;
    },
    get size() {
      return top;
    },
    write(memory) {
      for (const { at, values, kind } of pending) {
        const view = kind === "f32" ? new Float32Array(memory.buffer, at) : new Uint32Array(memory.buffer, at);
        view.set(values);
      }
      pending.length = 0;
    },
  };
}
