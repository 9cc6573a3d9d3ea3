/** Sorts the first n numbers in place. */
export function insertionSort(keys: Uint32Array, n: number): void {
  for (let s = 1; s < n; s++) {
    const key = keys[s];
    let at = s - 1;
    while (at >= 0 && keys[at] > key) {
      keys[at + 1] = keys[at];
      at--;
    }
    keys[at + 1] = key;
  }
}
