import type { Sos, SosSection } from "./sos.js";

/** A complex number; designs are small, so clarity wins over speed here. */
export type Complex = readonly [re: number, im: number];

/** Zeros, poles and gain of a filter, analogue or digital. */
export interface Zpk {
  zeros: Complex[];
  poles: Complex[];
  gain: number;
}

export const mul = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
export const sub = (a: Complex, b: Complex): Complex => [a[0] - b[0], a[1] - b[1]];
export const scale = (a: Complex, by: number): Complex => [a[0] * by, a[1] * by];
export const div = (a: Complex, b: Complex): Complex => {
  const norm = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / norm, (a[1] * b[0] - a[0] * b[1]) / norm];
};
export const abs = (a: Complex): number => Math.hypot(a[0], a[1]);
export const complexSqrt = (a: Complex): Complex => {
  const r = abs(a);
  const re = Math.sqrt(Math.max(0, (r + a[0]) / 2));
  return [re, Math.sign(a[1] || 1) * Math.sqrt(Math.max(0, (r - a[0]) / 2))];
};
const product = (values: Complex[]): Complex => values.reduce(mul, [1, 0]);

/** Analogue to digital by the bilinear transform s = 2·fs·(z − 1)/(z + 1), as `scipy.signal.bilinear_zpk`. */
export function bilinearZpk({ zeros, poles, gain }: Zpk, fs: number): Zpk {
  const fs2: Complex = [2 * fs, 0];
  const map = (s: Complex): Complex => div([fs2[0] + s[0], s[1]], sub(fs2, s));
  const ratio = div(product(zeros.map((z) => sub(fs2, z))), product(poles.map((p) => sub(fs2, p))));
  const atNyquist = Array.from({ length: poles.length - zeros.length }, (): Complex => [-1, 0]);
  return { zeros: [...zeros.map(map), ...atNyquist], poles: poles.map(map), gain: gain * ratio[0] };
}

/**
 * Second-order sections of a digital filter: each pole with the nearest zero, the pole nearest the unit circle last.
 * The rules, and so the sections, are those of `scipy.signal.zpk2sos(pairing="nearest")`.
 */
export function zpkToSos({ zeros, poles, gain }: Zpk): Sos {
  const n = Math.max(zeros.length, poles.length);
  const even = n + (n % 2);
  const pad = (v: Complex[]): Complex[] => [...v, ...Array.from({ length: even - v.length }, (): Complex => [0, 0])];
  const z = oneOfEachPair(pad(zeros));
  const p = oneOfEachPair(pad(poles));
  const sections: SosSection[] = [];
  while (p.length > 0) {
    const p1 = take(
      p,
      worst(p, () => true),
    );
    const realPoles = p.filter(isReal).length;
    if (!isReal(p1) && p.length + 1 === z.length && realPoles === 1 && z.filter(isReal).length === 1) {
      const z1 = take(
        z,
        nearest(z, p1, (v) => !isReal(v)),
      );
      sections.push(section(z1, conj(z1), p1, conj(p1)));
      continue;
    }
    const p2 = isReal(p1) ? take(p, worst(p, isReal)) : conj(p1);
    const z1 = take(
      z,
      nearest(z, p1, () => true),
    );
    const z2 = isReal(z1) ? take(z, nearest(z, p1, isReal)) : conj(z1);
    sections.push(section(z1, z2, p1, p2));
  }
  sections.reverse();
  const [b0, b1, b2, a0, a1, a2] = sections[0] ?? [1, 0, 0, 1, 0, 0];
  return [[b0 * gain, b1 * gain, b2 * gain, a0, a1, a2], ...sections.slice(1)];
}

const conj = (a: Complex): Complex => [a[0], -a[1]];
const isReal = (a: Complex): boolean => a[1] === 0;

function section(z1: Complex, z2: Complex, p1: Complex, p2: Complex): SosSection {
  return [1, -(z1[0] + z2[0]), mul(z1, z2)[0], 1, -(p1[0] + p2[0]), mul(p1, p2)[0]];
}

/** Complex ones first, of each pair the one above the axis, then the real ones, each group rising. */
function oneOfEachPair(values: Complex[]): Complex[] {
  const tolerance = 100 * Number.EPSILON;
  const byRe = (a: Complex, b: Complex): number => a[0] - b[0] || a[1] - b[1];
  const flat = values.map((v): Complex => (Math.abs(v[1]) <= tolerance * abs(v) ? [v[0], 0] : v));
  return [...flat.filter((v) => v[1] > 0).sort(byRe), ...flat.filter(isReal).sort(byRe)];
}

function take(values: Complex[], at: number): Complex {
  return at < 0 ? [0, 0] : values.splice(at, 1)[0];
}

function best(values: Complex[], among: (v: Complex) => boolean, cost: (v: Complex) => number): number {
  let at = -1;
  let lowest = Number.POSITIVE_INFINITY;
  for (const [i, v] of values.entries()) {
    // A tie within rounding goes to the first, so that the pairing does not depend on the last digit.
    if (among(v) && cost(v) < lowest - 1e-15) {
      lowest = cost(v);
      at = i;
    }
  }
  return at;
}

const worst = (values: Complex[], among: (v: Complex) => boolean): number =>
  best(values, among, (v) => Math.abs(1 - abs(v)));
const nearest = (values: Complex[], to: Complex, among: (v: Complex) => boolean): number =>
  best(values, among, (v) => abs(sub(v, to)));
