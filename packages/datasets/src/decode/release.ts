/** Frees a decoder's memory; one that a damaged stream has left in disorder cannot even do that, and is left to the garbage collector. */
export function release(decoder: { free(): void }): void {
  try {
    decoder.free();
  } catch {
    // What was wrong has been told already.
  }
}
