/** One model's windows of one connection: so many of them pass that the share is kept, evenly spread, the first one always. */
export function createSieve(share: () => number): () => boolean {
  let credit = 1;
  return () => {
    credit = Math.min(1, credit + 1 - share());
    if (credit < 1) return false;
    credit -= 1;
    return true;
  };
}
