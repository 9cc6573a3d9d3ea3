import { type Matrix, pca } from "@earshot/models";
import { requireRange } from "../images/image.js";

/** Leaves a share of the energy of pictures: what their first principal directions hold. */
export interface EnergyFilter {
  readonly mean: Float32Array;
  /** Directions × columns. */
  readonly components: Float32Array;
  /** Share of the variance that is left. */
  readonly kept: number;
}

/** Directions that are looked for first: pictures hold most of their energy in fewer. */
const FEW = 32;

/**
 * Learns which directions hold the wanted share of the pictures' energy (variance): as few as reach it, as scikit-learn's
 * `PCA(n_components=0.25)` keeps. `kept: 0.25` removes 75 %, the protocol of AV-MNIST.
 *
 * @param pictures a row each, those of training alone
 * @throws RangeError if `kept` is not in (0, 1), or there are fewer than two pictures
 * Source: Vielzeuf et al. 2018, "CentralNet".
 */
export function energyFilter(
  pictures: Matrix,
  { kept = 0.25, seed = 0 }: { kept?: number; seed?: number } = {},
): EnergyFilter {
  const fn = "energyFilter";
  requireRange(fn, "kept", kept, 1e-6, 1 - 1e-6);
  if (pictures.rows < 2) throw new RangeError(`${fn}: needs at least two pictures, got ${pictures.rows}.`);
  const { cols } = pictures;
  const total = totalVariance(pictures);
  const few = Math.min(FEW, pictures.rows - 1, cols);
  const quick = directionsOf(pca({ nComponents: few, solver: "randomized", seed }), pictures);
  const enough = quick.variances.reduce((a, b) => a + b, 0) >= kept * total;
  const { mean, components, variances } = enough ? quick : directionsOf(pca(), pictures);
  let [count, sum] = [0, 0];
  while (count < variances.length && sum < kept * total) sum += variances[count++];
  return {
    mean: Float32Array.from(mean),
    components: Float32Array.from(components.subarray(0, count * cols)),
    kept: sum / total,
  };
}

/**
 * Pictures with the rest of their energy gone.
 *
 * @returns rows as long as they came
 * @throws RangeError if the rows have another length than those the filter was learned on
 */
export function keepEnergy({ data, rows, cols }: Matrix, { mean, components }: EnergyFilter): Matrix {
  if (cols !== mean.length) throw new RangeError(`keepEnergy: rows must have ${mean.length} values, got ${cols}.`);
  const out = new Float32Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    out.set(mean, i * cols);
    for (let r = 0; r < components.length / cols; r++) {
      let along = 0;
      for (let j = 0; j < cols; j++) along += (data[i * cols + j] - mean[j]) * components[r * cols + j];
      for (let j = 0; j < cols; j++) out[i * cols + j] += along * components[r * cols + j];
    }
  }
  return { data: out, rows, cols };
}

function totalVariance({ data, rows, cols }: Matrix): number {
  let total = 0;
  for (let j = 0; j < cols; j++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < rows; i++) {
      const v = data[i * cols + j];
      sum += v;
      squares += v * v;
    }
    total += (squares - (sum * sum) / rows) / (rows - 1);
  }
  return total;
}

type Learned = Record<"mean" | "components" | "variances", { data: Float64Array }>;

function directionsOf(transformer: ReturnType<typeof pca>, pictures: Matrix): Record<keyof Learned, Float64Array> {
  const state = transformer.fit(pictures).getState() as { learned?: Learned };
  const { mean, components, variances } = state.learned ?? (state as unknown as Learned);
  return { mean: mean.data, components: components.data, variances: variances.data };
}
