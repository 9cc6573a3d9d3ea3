/** Guards for public entry points: one sentence with function, parameter, rule and value. */

interface MatrixLike {
  data: ArrayLike<number>;
  rows: number;
  cols: number;
}

export function requireMatrix(fn: string, name: string, { data, rows, cols }: MatrixLike): void {
  if (!(rows >= 1 && cols >= 1)) throw new RangeError(`${fn}: ${name} must not be empty, got ${rows} × ${cols}.`);
  if (data.length !== rows * cols) {
    throw new RangeError(`${fn}: ${name} is ${rows} × ${cols} but holds ${data.length} numbers.`);
  }
}

export function requireItems(fn: string, name: string, length: number): void {
  if (!(length > 0)) throw new RangeError(`${fn}: ${name} must hold at least one item, got ${length}.`);
}

export function requireFinite(fn: string, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${fn}: ${name} must be finite, got ${values[i]} at index ${i}.`);
    }
  }
}

export function requireOneOf(fn: string, name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) {
    throw new RangeError(`${fn}: ${name} must be one of ${known.join(", ")}, got ${value}.`);
  }
}

export function requireSameLength(fn: string, name: string, length: number, other: string, otherLength: number): void {
  if (length !== otherLength) throw new RangeError(`${fn}: ${name} has ${length} items and ${other} ${otherLength}.`);
}

export function requirePositive(fn: string, name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`${fn}: ${name} must be above 0, got ${value}.`);
}
