/** Guards for public entry points: one sentence with function, parameter, rule and value. */

export function requirePositive(fn: string, name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RangeError(`${fn}: ${name} must be a positive number, got ${value}.`);
  }
}

export function requireInRange(fn: string, name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`${fn}: ${name} must be in [${low}, ${high}], got ${value}.`);
  }
}

export function requireCount(fn: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${fn}: ${name} must be a whole number of at least 1, got ${value}.`);
  }
}
