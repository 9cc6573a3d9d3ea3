/** Numbers of one kind, a row a sample. */
export interface Rows {
  data: Float32Array;
  rows: number;
  cols: number;
}

/** Weights of a gate over two embeddings; matrices are inputs × outputs, row by row. */
export interface GateWeights {
  units: number;
  classes: number;
  imageMean: Float32Array;
  imageScale: Float32Array;
  soundMean: Float32Array;
  soundScale: Float32Array;
  /** Image → units, sound → units, both → the gate of each unit, units → classes; a bias each. */
  image: Float32Array;
  imageBias: Float32Array;
  sound: Float32Array;
  soundBias: Float32Array;
  gateImage: Float32Array;
  gateSound: Float32Array;
  gateBias: Float32Array;
  out: Float32Array;
  outBias: Float32Array;
}

/**
 * Classes of samples by a gated multimodal unit: h = z · tanh(image) + (1 − z) · tanh(sound), where z, of each unit, is decided by both. A sense that
 * is missing has no say: h is the other's alone.
 *
 * @param image, sound embeddings; undefined for a sense that is missing from all samples
 * @returns samples × classes, rows of sum 1
 * Source: Arevalo et al. 2017, "Gated multimodal units for information fusion".
 */
export function gatedProbabilities(
  weights: GateWeights,
  image: Rows | undefined,
  sound: Rows | undefined,
): Float32Array {
  const { units, classes } = weights;
  const rows = (image ?? sound)?.rows ?? 0;
  const seen = image && standardised(image, weights.imageMean, weights.imageScale);
  const heard = sound && standardised(sound, weights.soundMean, weights.soundScale);
  const out = new Float32Array(rows * classes);
  const scores = new Float64Array(classes);
  for (let n = 0; n < rows; n++) {
    scores.set(weights.outBias);
    for (let u = 0; u < units; u++) {
      const a = seen ? Math.tanh(dot(seen, n, weights.image, u, units) + weights.imageBias[u]) : 0;
      const b = heard ? Math.tanh(dot(heard, n, weights.sound, u, units) + weights.soundBias[u]) : 0;
      let z = seen ? 1 : 0;
      if (seen && heard) {
        const sum = dot(seen, n, weights.gateImage, u, units) + dot(heard, n, weights.gateSound, u, units);
        z = 1 / (1 + Math.exp(-sum - weights.gateBias[u]));
      }
      const h = z * a + (1 - z) * b;
      for (let c = 0; c < classes; c++) scores[c] += h * weights.out[u * classes + c];
    }
    const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    const shares = scores.map((s) => Math.exp(s - most));
    const total = shares.reduce((a, b) => a + b, 0);
    for (let c = 0; c < classes; c++) out[n * classes + c] = shares[c] / total;
  }
  return out;
}

/** Rows brought to mean 0 and deviation 1 by what training saw. */
export function standardised({ data, rows, cols }: Rows, mean: Float32Array, scale: Float32Array): Rows {
  return { data: data.map((v, i) => (v - mean[i % cols]) * scale[i % cols]), rows, cols };
}

function dot({ data, cols }: Rows, row: number, matrix: Float32Array, column: number, width: number): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) sum += data[row * cols + j] * matrix[j * width + column];
  return sum;
}
