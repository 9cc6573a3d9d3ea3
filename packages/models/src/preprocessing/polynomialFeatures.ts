import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { aSwitch, aWhole } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";

/** Options of {@link polynomialFeatures}. */
export interface PolynomialFeaturesOptions {
  /** Highest number of factors (default 2). */
  degree?: number;
  /** Products of different columns alone (default false). */
  interactionOnly?: boolean;
  /** A column of ones in front (default true). */
  includeBias?: boolean;
}

const readers = { degree: aWhole(2, { min: 1, max: 10 }), interactionOnly: aSwitch(false), includeBias: aSwitch(true) };

const transformer = defineTransformer({
  kind: "polynomialFeatures",
  options: readers,
  learn(x: Matrix, { degree, interactionOnly, includeBias }) {
    const products: number[][] = includeBias ? [[]] : [];
    let last: number[][] = [[]];
    for (let d = 0; d < degree; d++) {
      last = last.flatMap((product) => {
        const from = product.length === 0 ? 0 : product[product.length - 1] + (interactionOnly ? 1 : 0);
        return Array.from({ length: Math.max(0, x.cols - from) }, (_, j) => [...product, from + j]);
      });
      products.push(...last);
    }
    // Each product as its columns, padded with −1.
    const columns = Int32Array.from(products.flatMap((p) => [...p, ...Array<number>(degree - p.length).fill(-1)]));
    return { columns: tensor(columns, [products.length, degree]) };
  },
  apply(x: Matrix, { columns }): Matrix {
    const [cols, degree] = columns.shape;
    const data = new Float64Array(x.rows * cols);
    for (let i = 0; i < x.rows; i++) {
      for (let p = 0; p < cols; p++) {
        let product = 1;
        for (let d = 0; d < degree; d++) {
          const j = columns.data[p * degree + d];
          if (j >= 0) product *= x.data[i * x.cols + j];
        }
        data[i * cols + p] = product;
      }
    }
    return { data, rows: x.rows, cols };
  },
});

/**
 * All products of up to `degree` columns: 1, a, b, a², ab, b² …
 *
 * @throws Error for transforming before fit; RangeError for features that are not finite
 * Equals scikit-learn 1.9 `PolynomialFeatures`, order included (golden tests).
 */
export function polynomialFeatures(options?: PolynomialFeaturesOptions): SyncTransformer {
  return transformer.build(options);
}

export const polynomialFeaturesKind = transformer.registered;
