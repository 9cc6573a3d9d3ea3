/** One section, b0 b1 b2 a0 a1 a2 with a0 = 1: a row of SciPy's `sos` arrays. */
export type SosSection = readonly [b0: number, b1: number, b2: number, a0: number, a1: number, a2: number];

/** A filter as second-order sections, applied one after another; plain JSON, double precision. */
export type Sos = readonly SosSection[];

/** Coefficients in one flat row a section (b0 b1 b2 a1 a2), divided by a0: what the inner loops read. */
export function packSos(fn: string, sos: Sos): Float64Array {
  if (sos.length === 0) throw new RangeError(`${fn}: sos must have at least one section, got 0.`);
  const packed = new Float64Array(5 * sos.length);
  for (const [i, row] of sos.entries()) {
    const bad = row.length === 6 && row[3] !== 0 ? row.findIndex((v) => !Number.isFinite(v)) : 0;
    if (bad >= 0) {
      throw new RangeError(`${fn}: sos section ${i} must be six finite numbers with a0 other than 0, got [${row}].`);
    }
    const [b0, b1, b2, a0, a1, a2] = row;
    packed.set([b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0], 5 * i);
  }
  return packed;
}

/** Filter state after an endless input of 1, two numbers a section: SciPy's `sosfilt_zi`. */
export function steadyState(packed: Float64Array): Float64Array {
  const zi = new Float64Array((2 * packed.length) / 5);
  let level = 1;
  for (let s = 0; s < packed.length / 5; s++) {
    const [b0, b1, b2, a1, a2] = packed.subarray(5 * s, 5 * s + 5);
    const out = (level * (b0 + b1 + b2)) / (1 + a1 + a2);
    zi[2 * s] = out - b0 * level;
    zi[2 * s + 1] = b2 * level - a2 * out;
    level = out;
  }
  return zi;
}

/** Runs a filter in double over float samples, block by block, without allocating. */
export interface SosRunner {
  /** Two numbers a section; set it to start from elsewhere than silence. */
  readonly state: Float64Array;
  /** Filters `input` into `out` (which may be the same array), going on from `state`. */
  run(input: ArrayLike<number>, out: Float32Array | Float64Array): void;
}

export function createSosRunner(packed: Float64Array): SosRunner {
  const state = new Float64Array((2 * packed.length) / 5);
  const block = new Float64Array(512);
  return {
    state,
    run(input, out) {
      for (let start = 0; start < input.length; start += block.length) {
        const length = Math.min(block.length, input.length - start);
        for (let i = 0; i < length; i++) block[i] = input[start + i];
        for (let s = 0; s < state.length / 2; s++) runSection(packed, state, s, block, length);
        for (let i = 0; i < length; i++) out[start + i] = block[i];
      }
    },
  };
}

/** Transposed direct form II, in place. */
function runSection(packed: Float64Array, state: Float64Array, s: number, block: Float64Array, length: number): void {
  const k = 5 * s;
  const b0 = packed[k];
  const b1 = packed[k + 1];
  const b2 = packed[k + 2];
  const a1 = packed[k + 3];
  const a2 = packed[k + 4];
  let z1 = state[2 * s];
  let z2 = state[2 * s + 1];
  for (let t = 0; t < length; t++) {
    const x = block[t];
    const y = b0 * x + z1;
    z1 = b1 * x - a1 * y + z2;
    z2 = b2 * x - a2 * y;
    block[t] = y;
  }
  state[2 * s] = z1;
  state[2 * s + 1] = z2;
}
