import { defineClassifier, type Matrix, type SyncClassifier, tensor } from "@earshot/models";

const nearest = defineClassifier({
  kind: "patternNearest",
  options: {},
  learn({ x, codes }: { x: Matrix; codes: Int32Array }) {
    return {
      samples: tensor(Float64Array.from(x.data), [x.rows, x.cols]),
      codes: tensor(Float64Array.from(codes)),
    };
  },
  probabilities(x: Matrix, { samples, codes }, _options, k) {
    const [rows, cols] = samples.shape;
    const out = new Float64Array(x.rows * k);
    for (let i = 0; i < x.rows; i++) {
      const least = new Float64Array(k).fill(Infinity);
      for (let r = 0; r < rows; r++) {
        const distance = chiSquare(x.data, i * cols, samples.data, r * cols, cols);
        least[codes.data[r]] = Math.min(least[codes.data[r]], distance);
      }
      // Shares that fall with the distance; only their order means something.
      const closest = Math.min(...least);
      const shares = least.map((d) => Math.exp(closest - d));
      const sum = shares.reduce((a, b) => a + b, 0);
      for (let c = 0; c < k; c++) out[i * k + c] = shares[c] / sum;
    }
    return out;
  },
});

/** The person of the nearest histogram by χ², as OpenCV's LBPH recogniser decides. */
export function patternNearest(): SyncClassifier {
  return nearest.build();
}

/** Σ 2 (a − b)² / (a + b): OpenCV's HISTCMP_CHISQR_ALT. */
function chiSquare(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const total = a[i + k] + b[j + k];
    if (total > 0) sum += (2 * (a[i + k] - b[j + k]) ** 2) / total;
  }
  return sum;
}
