/** Audio that waits for a connection: so much and no more, the oldest goes first. */
export interface Backlog {
  readonly heldSec: number;
  /** Adds a message of so many seconds; returns the seconds that had to go. */
  push(bytes: Uint8Array, seconds: number): number;
  /** Takes everything. */
  take(): Uint8Array[];
  /** Throws everything away; returns how many seconds it was. */
  clear(): number;
}

/** @param maxSec audio held at most, s */
export function createBacklog(maxSec: number): Backlog {
  let waiting: { bytes: Uint8Array; seconds: number }[] = [];
  let held = 0;
  const clear = () => {
    const seconds = held;
    waiting = [];
    held = 0;
    return seconds;
  };
  return {
    get heldSec() {
      return held;
    },
    push(bytes, seconds) {
      waiting.push({ bytes, seconds });
      held += seconds;
      let lost = 0;
      // Sums of many pieces are off by a little.
      while (held > maxSec + 1e-9) {
        const oldest = waiting.shift();
        if (!oldest) break;
        held -= oldest.seconds;
        lost += oldest.seconds;
      }
      return lost;
    },
    take() {
      const all = waiting.map((item) => item.bytes);
      clear();
      return all;
    },
    clear,
  };
}
