/** Python's rounding, so that lengths and bins agree with librosa's. */
export function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1;
}
