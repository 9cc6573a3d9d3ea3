/** How often each run of 1 to `most` tokens occurs; the runs of n tokens at index n − 1. */
export function ngramCounts(tokens: readonly string[], most: number): Map<string, number>[] {
  return Array.from({ length: most }, (_, i) => {
    const counts = new Map<string, number>();
    for (let at = 0; at + i < tokens.length; at++) {
      // A separator that no token can hold: tokens have no control characters after splitting at white space.
      const gram = tokens.slice(at, at + i + 1).join("\u0001");
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    return counts;
  });
}
