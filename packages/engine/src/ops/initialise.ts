/** How weights begin: variance from fan-in and fan-out, uniform or normal (the latter cut at two deviations, as Keras). */
export type Initialiser =
  | "zeros"
  | "ones"
  | "glorotUniform"
  | "glorotNormal"
  | "heUniform"
  | "heNormal"
  | "lecunUniform"
  | "lecunNormal"
  | "orthogonal";

/** Uniform numbers in [0, 1). */
export type Uniform = () => number;

/**
 * Numbers of a new weight.
 *
 * @param kind which distribution
 * @param shape [...kernel, inputs, outputs]; of rank 1, its length is both
 * @param uniform seeded source: the same numbers in, the same weights out, on every machine
 * Source: Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998, Saxe et al. 2014.
 */
export function initialise(kind: Initialiser, shape: readonly number[], uniform: Uniform): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  if (kind === "zeros") return new Float32Array(size);
  if (kind === "ones") return new Float32Array(size).fill(1);
  if (kind === "orthogonal") return orthogonal(shape, uniform);
  const { fanIn, fanOut } = fans(shape);
  const mean = kind.startsWith("glorot") ? (fanIn + fanOut) / 2 : fanIn;
  const variance = (kind.startsWith("he") ? 2 : 1) / mean;
  if (kind.endsWith("Uniform")) {
    const limit = Math.sqrt(3 * variance);
    return Float32Array.from({ length: size }, () => (2 * uniform() - 1) * limit);
  }
  if (!kind.endsWith("Normal")) {
    throw new RangeError(
      `initialise: unknown kind "${kind}"; known are zeros, ones, orthogonal, glorot-, he- and lecunUniform or -Normal.`,
    );
  }
  // Cutting at two deviations shrinks the variance by 0.7737; the scale makes up for it.
  const deviation = Math.sqrt(variance) / 0.87962566103423978;
  return Float32Array.from({ length: size }, () => cutNormal(uniform) * deviation);
}

function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const field = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  return { fanIn: field * shape[shape.length - 2], fanOut: field * shape[shape.length - 1] };
}

function normal(uniform: Uniform): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function cutNormal(uniform: Uniform): number {
  for (;;) {
    const x = normal(uniform);
    if (Math.abs(x) < 2) return x;
  }
}

/** Rows (or columns, if fewer) of a random normal matrix made orthonormal by Gram–Schmidt, twice for accuracy. */
function orthogonal(shape: readonly number[], uniform: Uniform): Float32Array {
  const cols = shape[shape.length - 1] ?? 1;
  const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  const [count, length] = rows < cols ? [rows, cols] : [cols, rows];
  const basis: Float64Array[] = [];
  while (basis.length < count) {
    const v = Float64Array.from({ length }, () => normal(uniform));
    for (let pass = 0; pass < 2; pass++) {
      for (const b of basis) {
        const along = v.reduce((s, x, i) => s + x * b[i], 0);
        for (let i = 0; i < length; i++) v[i] -= along * b[i];
      }
    }
    const norm = Math.hypot(...v);
    if (norm > 1e-6) basis.push(v.map((x) => x / norm));
  }
  const out = new Float32Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) out[r * cols + c] = rows < cols ? basis[r][c] : basis[c][r];
  }
  return out;
}
