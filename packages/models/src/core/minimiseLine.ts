const golden = 0.5 * (3 - Math.sqrt(5));

/**
 * Where a function with one valley in [from, to] is lowest, by parabolas and golden sections.
 *
 * @param tol of the place (default 1e-9)
 * Source: Brent 1973, `localmin`.
 */
export function minimiseLine(f: (x: number) => number, from: number, to: number, tol = 1e-9): number {
  let a = from;
  let b = to;
  let x = a + golden * (b - a);
  let w = x;
  let v = x;
  let fx = f(x);
  let fw = fx;
  let fv = fx;
  let step = 0;
  let last = 0;
  for (let iteration = 0; iteration < 200; iteration++) {
    const middle = (a + b) / 2;
    const near = tol * Math.abs(x) + 1e-10;
    if (Math.abs(x - middle) <= 2 * near - (b - a) / 2) break;
    const parabola = Math.abs(last) > near ? vertex(x, w, v, fx, fw, fv) : Number.NaN;
    if (Number.isFinite(parabola) && Math.abs(parabola) < Math.abs(last / 2) && x + parabola > a && x + parabola < b) {
      last = step;
      step = parabola;
      if (x + step - a < 2 * near || b - (x + step) < 2 * near) step = x < middle ? near : -near;
    } else {
      last = x < middle ? b - x : a - x;
      step = golden * last;
    }
    const u = x + (Math.abs(step) >= near ? step : step > 0 ? near : -near);
    const fu = f(u);
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return x;
}

/** From x to the lowest point of the parabola through three points. */
function vertex(x: number, w: number, v: number, fx: number, fw: number, fv: number): number {
  const r = (x - w) * (fx - fv);
  const q = (x - v) * (fx - fw);
  return -((x - v) * q - (x - w) * r) / (2 * (q - r));
}
