/** Blocks begin and end on cache lines, so that two threads never write the same line of two tensors. */
const ALIGNMENT = 64;
/** The first cache line stays unused: 0 is no address. */
const FIRST = 64;

export interface Allocator {
  /** Address of a block of at least `bytes`; the memory grows when nothing free fits. */
  allocate(bytes: number): number;
  /** Gives a block back; neighbours that are free become one block. */
  free(address: number): void;
  /** Bytes in use, with rounding. */
  readonly used: number;
  /** Blocks in use. */
  readonly blocks: number;
}

/**
 * Best fit over an address-ordered list of free blocks, joined at once when neighbours are freed. A training step asks for the
 * same sizes again and again, so the list stays short and the memory stops growing after the first step.
 *
 * @param ensure makes the memory at least that many bytes long, or throws
 */
export function createAllocator(ensure: (bytes: number) => void): Allocator {
  const sizes = new Map<number, number>();
  const starts: number[] = [];
  const lengths: number[] = [];
  let top = FIRST;
  let used = 0;

  const bestFit = (bytes: number): number => {
    let best = -1;
    for (let i = 0; i < lengths.length; i++) {
      if (lengths[i] >= bytes && (best < 0 || lengths[i] < lengths[best])) best = i;
      if (best >= 0 && lengths[best] === bytes) break;
    }
    return best;
  };

  const take = (index: number, bytes: number): number => {
    const address = starts[index];
    if (lengths[index] === bytes) {
      starts.splice(index, 1);
      lengths.splice(index, 1);
    } else {
      starts[index] += bytes;
      lengths[index] -= bytes;
    }
    return address;
  };

  const give = (address: number, bytes: number): void => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] < address) low = middle + 1;
      else high = middle;
    }
    const joinsBefore = low > 0 && starts[low - 1] + lengths[low - 1] === address;
    const joinsAfter = low < starts.length && address + bytes === starts[low];
    if (joinsBefore && joinsAfter) {
      lengths[low - 1] += bytes + lengths[low];
      starts.splice(low, 1);
      lengths.splice(low, 1);
    } else if (joinsBefore) {
      lengths[low - 1] += bytes;
    } else if (joinsAfter) {
      starts[low] = address;
      lengths[low] += bytes;
    } else {
      starts.splice(low, 0, address);
      lengths.splice(low, 0, bytes);
    }
    const last = starts.length - 1;
    if (starts[last] + lengths[last] === top) {
      top = starts[last];
      starts.pop();
      lengths.pop();
    }
  };

  return {
    allocate(wanted) {
      const bytes = Math.max(ALIGNMENT, Math.ceil(wanted / ALIGNMENT) * ALIGNMENT);
      const index = bestFit(bytes);
      let address: number;
      if (index >= 0) address = take(index, bytes);
      else {
        ensure(top + bytes);
        address = top;
        top += bytes;
      }
      sizes.set(address, bytes);
      used += bytes;
      return address;
    },
    free(address) {
      const bytes = sizes.get(address);
      if (bytes === undefined) throw new Error(`free: ${address} is not the address of a block in use.`);
      sizes.delete(address);
      used -= bytes;
      give(address, bytes);
    },
    get used() {
      return used;
    },
    get blocks() {
      return sizes.size;
    },
  };
}
