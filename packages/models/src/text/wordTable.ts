/** Distinct words as numbers 0, 1, 2 …, found by their characters without making strings. */
export interface WordTable {
  readonly size: number;
  /** Number of text[start, end), whose hash is `hash`; −1 if unknown. */
  find(text: string, start: number, end: number, hash: number): number;
  /** The same, numbering words that are new. */
  intern(text: string, start: number, end: number, hash: number): number;
  word(id: number): string;
}

/** UTF-16 units turned into text at a time. */
const mostUnits = 8192;

/** Next step of the hash of a word, begun at 0, over its UTF-16 units. */
export const hashStep = (hash: number, unit: number): number => (Math.imul(hash ^ unit, 0x01000193) + 0x9e3779b9) | 0;

/** An empty table: open addressing, characters in one pool. */
export function createWordTable(): WordTable {
  let slots = new Int32Array(1 << 12);
  let hashes = new Int32Array(1 << 11);
  let starts = new Int32Array((1 << 11) + 1);
  let pool = new Uint16Array(1 << 14);
  let size = 0;

  const locate = (text: string, start: number, end: number, hash: number): number => {
    const mask = slots.length - 1;
    let at = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = slots[at] - 1;
      if (id < 0) return ~at;
      if (hashes[id] === hash && starts[id + 1] - starts[id] === end - start) {
        let p = starts[id];
        let i = start;
        while (i < end && pool[p] === text.charCodeAt(i)) {
          i++;
          p++;
        }
        if (i === end) return id;
      }
      at = (at + 1) & mask;
    }
  };

  const grow = (): void => {
    slots = new Int32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < size; id++) {
      let at = (hashes[id] ^ (hashes[id] >>> 15)) & mask;
      while (slots[at]) at = (at + 1) & mask;
      slots[at] = id + 1;
    }
    const longer = new Int32Array(slots.length / 2);
    longer.set(hashes.subarray(0, size));
    hashes = longer;
    const bounds = new Int32Array(slots.length / 2 + 1);
    bounds.set(starts.subarray(0, size + 1));
    starts = bounds;
  };

  return {
    get size() {
      return size;
    },
    find(text, start, end, hash) {
      const found = locate(text, start, end, hash);
      return found < 0 ? -1 : found;
    },
    intern(text, start, end, hash) {
      const found = locate(text, start, end, hash);
      if (found >= 0) return found;
      slots[~found] = size + 1;
      hashes[size] = hash;
      const from = starts[size];
      const to = from + end - start;
      if (to > pool.length) {
        const wider = new Uint16Array(Math.max(pool.length * 2, to));
        wider.set(pool);
        pool = wider;
      }
      for (let i = start, p = from; i < end; i++, p++) pool[p] = text.charCodeAt(i);
      starts[++size] = to;
      if (size * 2 >= slots.length) grow();
      return size - 1;
    },
    word(id) {
      // In parts: a call takes no more than some ten thousand arguments.
      let text = "";
      for (let at = starts[id]; at < starts[id + 1]; at += mostUnits) {
        text += String.fromCharCode(...pool.subarray(at, Math.min(at + mostUnits, starts[id + 1])));
      }
      return text;
    },
  };
}
