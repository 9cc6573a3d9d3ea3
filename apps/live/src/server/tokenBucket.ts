/** Lets through so much a second, after a burst. */
export interface TokenBucket {
  /** Takes `amount` if it is there. */
  take(amount: number, nowMs: number): boolean;
  /** Whether it is full: nobody has taken from it for a while. */
  full(nowMs: number): boolean;
}

/**
 * A rate limit that allows bursts.
 *
 * @param rate refill a second, > 0
 * @param burst what it holds, > 0; it starts full
 */
export function createTokenBucket(rate: number, burst: number): TokenBucket {
  let level = burst;
  let lastMs = Number.NaN;
  const refill = (nowMs: number) => {
    if (nowMs > lastMs) level = Math.min(burst, level + ((nowMs - lastMs) / 1000) * rate);
    lastMs = nowMs;
  };
  return {
    take(amount, nowMs) {
      refill(nowMs);
      if (amount > level) return false;
      level -= amount;
      return true;
    },
    full(nowMs) {
      refill(nowMs);
      return level >= burst;
    },
  };
}
