/**
 * Numbers of the points worth drawing: those of a curve that lie further than `tolerance` from a straight line through
 * their neighbours (Ramer–Douglas–Peucker). A curve of a million points and one of its few hundred corners look the same.
 *
 * @param x, y in the same unit, such as shares of the axis
 */
export function thin(x: ArrayLike<number>, y: ArrayLike<number>, tolerance: number): number[] {
  const n = x.length;
  if (n < 3) return Array.from({ length: n }, (_, i) => i);
  const keep = new Uint8Array(n);
  keep[0] = keep[n - 1] = 1;
  const stack: [number, number][] = [[0, n - 1]];
  for (let part = stack.pop(); part; part = stack.pop()) {
    const [from, to] = part;
    const far = farthest(x, y, from, to);
    if (far.distance <= tolerance) continue;
    keep[far.at] = 1;
    stack.push([from, far.at], [far.at, to]);
  }
  return Array.from(keep.keys()).filter((i) => keep[i]);
}

function farthest(x: ArrayLike<number>, y: ArrayLike<number>, from: number, to: number) {
  const dx = x[to] - x[from];
  const dy = y[to] - y[from];
  const length = Math.hypot(dx, dy);
  let distance = 0;
  let at = from;
  for (let i = from + 1; i < to; i++) {
    const ex = x[i] - x[from];
    const ey = y[i] - y[from];
    const d = length > 0 ? Math.abs(ex * dy - ey * dx) / length : Math.hypot(ex, ey);
    if (d > distance) {
      distance = d;
      at = i;
    }
  }
  return { distance, at };
}
