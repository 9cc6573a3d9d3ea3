/**
 * Butterflies of the double-precision Stockham transform: every stage reads one buffer and writes the other in sorted order, so no bit
 * reversal follows. A stage turns `s` interleaved transforms of length n into r·s of length n / r; twiddles lie in the order of use.
 */
export interface Stage {
  radix: number;
  /** Length of the remaining transforms divided by the radix. */
  m: number;
  /** How many are interleaved. */
  s: number;
  /** cos, sin of 2π·p·k/n for p in 0..m-1 and k in 1..radix-1; forward transforms use cos − i·sin. */
  twiddles: Float64Array;
  /** cos, sin of 2π·k/radix, for radices without a routine of their own. */
  roots: Float64Array;
}

/** Splits n into radices 4, 2, 3, 5 and other primes, in the order of the stages. */
export function planStages(n: number): Stage[] {
  const stages: Stage[] = [];
  let s = 1;
  let rest = n;
  for (const radix of factorise(n)) {
    const m = rest / radix;
    const twiddles = new Float64Array(2 * m * (radix - 1));
    for (let p = 0, at = 0; p < m; p++) {
      for (let k = 1; k < radix; k++) {
        const angle = (2 * Math.PI * ((p * k) % rest)) / rest;
        twiddles[at++] = Math.cos(angle);
        twiddles[at++] = Math.sin(angle);
      }
    }
    const roots = new Float64Array(2 * radix);
    for (let k = 0; k < radix; k++) {
      roots[2 * k] = Math.cos((2 * Math.PI * k) / radix);
      roots[2 * k + 1] = Math.sin((2 * Math.PI * k) / radix);
    }
    stages.push({ radix, m, s, twiddles, roots });
    rest = m;
    s *= radix;
  }
  return stages;
}

/** Radices of n in the order of the stages: fours first, then 2, 3, 5 and the other primes. */
export function factorise(n: number): number[] {
  const radices: number[] = [];
  let rest = n;
  for (const radix of [4, 2, 3, 5]) {
    while (rest % radix === 0) {
      radices.push(radix);
      rest /= radix;
    }
  }
  for (let prime = 7; rest > 1; prime += 2) {
    while (rest % prime === 0) {
      radices.push(prime);
      rest /= prime;
    }
  }
  return radices;
}

type Buffer = Float64Array;

export function runStage(stage: Stage, xr: Buffer, xi: Buffer, yr: Buffer, yi: Buffer): void {
  if (stage.radix === 4) radix4(stage, xr, xi, yr, yi);
  else if (stage.radix === 2) radix2(stage, xr, xi, yr, yi);
  else if (stage.radix === 3) radix3(stage, xr, xi, yr, yi);
  else anyRadix(stage, xr, xi, yr, yi);
}

function radix4({ m, s, twiddles }: Stage, xr: Buffer, xi: Buffer, yr: Buffer, yi: Buffer): void {
  const step = s * m;
  for (let p = 0, t = 0; p < m; p++, t += 6) {
    const w1r = twiddles[t];
    const w1i = twiddles[t + 1];
    const w2r = twiddles[t + 2];
    const w2i = twiddles[t + 3];
    const w3r = twiddles[t + 4];
    const w3i = twiddles[t + 5];
    let o = 4 * s * p;
    for (let a = s * p, end = a + s; a < end; a++, o++) {
      const b = a + step;
      const c = b + step;
      const d = c + step;
      const sumR = xr[a] + xr[c];
      const sumI = xi[a] + xi[c];
      const difR = xr[a] - xr[c];
      const difI = xi[a] - xi[c];
      const oddR = xr[b] + xr[d];
      const oddI = xi[b] + xi[d];
      // −i · (b − d)
      const rotR = xi[b] - xi[d];
      const rotI = xr[d] - xr[b];
      yr[o] = sumR + oddR;
      yi[o] = sumI + oddI;
      let r = difR + rotR;
      let i = difI + rotI;
      yr[o + s] = r * w1r + i * w1i;
      yi[o + s] = i * w1r - r * w1i;
      r = sumR - oddR;
      i = sumI - oddI;
      yr[o + 2 * s] = r * w2r + i * w2i;
      yi[o + 2 * s] = i * w2r - r * w2i;
      r = difR - rotR;
      i = difI - rotI;
      yr[o + 3 * s] = r * w3r + i * w3i;
      yi[o + 3 * s] = i * w3r - r * w3i;
    }
  }
}

function radix2({ m, s, twiddles }: Stage, xr: Buffer, xi: Buffer, yr: Buffer, yi: Buffer): void {
  const step = s * m;
  for (let p = 0; p < m; p++) {
    const wr = twiddles[2 * p];
    const wi = twiddles[2 * p + 1];
    let o = 2 * s * p;
    for (let a = s * p, end = a + s; a < end; a++, o++) {
      const b = a + step;
      const r = xr[a] - xr[b];
      const i = xi[a] - xi[b];
      yr[o] = xr[a] + xr[b];
      yi[o] = xi[a] + xi[b];
      yr[o + s] = r * wr + i * wi;
      yi[o + s] = i * wr - r * wi;
    }
  }
}

const sin60 = Math.sqrt(3) / 2;

function radix3({ m, s, twiddles }: Stage, xr: Buffer, xi: Buffer, yr: Buffer, yi: Buffer): void {
  const step = s * m;
  for (let p = 0, t = 0; p < m; p++, t += 4) {
    const w1r = twiddles[t];
    const w1i = twiddles[t + 1];
    const w2r = twiddles[t + 2];
    const w2i = twiddles[t + 3];
    let o = 3 * s * p;
    for (let a = s * p, end = a + s; a < end; a++, o++) {
      const b = a + step;
      const c = b + step;
      const sumR = xr[b] + xr[c];
      const sumI = xi[b] + xi[c];
      const midR = xr[a] - 0.5 * sumR;
      const midI = xi[a] - 0.5 * sumI;
      const rotR = sin60 * (xi[b] - xi[c]);
      const rotI = sin60 * (xr[c] - xr[b]);
      yr[o] = xr[a] + sumR;
      yi[o] = xi[a] + sumI;
      let r = midR + rotR;
      let i = midI + rotI;
      yr[o + s] = r * w1r + i * w1i;
      yi[o + s] = i * w1r - r * w1i;
      r = midR - rotR;
      i = midI - rotI;
      yr[o + 2 * s] = r * w2r + i * w2i;
      yi[o + 2 * s] = i * w2r - r * w2i;
    }
  }
}

function anyRadix({ radix, m, s, twiddles, roots }: Stage, xr: Buffer, xi: Buffer, yr: Buffer, yi: Buffer): void {
  const step = s * m;
  for (let p = 0; p < m; p++) {
    const t = 2 * p * (radix - 1);
    for (let q = 0; q < s; q++) {
      const a = s * p + q;
      const o = radix * s * p + q;
      for (let k = 0; k < radix; k++) {
        let r = xr[a];
        let i = xi[a];
        for (let j = 1, turn = k; j < radix; j++, turn += k) {
          if (turn >= radix) turn -= radix;
          const c = roots[2 * turn];
          const d = roots[2 * turn + 1];
          const at = a + j * step;
          r += xr[at] * c + xi[at] * d;
          i += xi[at] * c - xr[at] * d;
        }
        const wr = k === 0 ? 1 : twiddles[t + 2 * k - 2];
        const wi = k === 0 ? 0 : twiddles[t + 2 * k - 1];
        yr[o + k * s] = r * wr + i * wi;
        yi[o + k * s] = i * wr - r * wi;
      }
    }
  }
}
