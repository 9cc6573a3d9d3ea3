/** Magnitudes and powers have no sign; decibels do, and are the usual mistake. */
export function requireNonNegative(fn: string, name: string, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] < 0) {
      throw new RangeError(`${fn}: ${name} must be at least 0, got ${values[i]} at index ${i}; were these decibels?`);
    }
  }
}
