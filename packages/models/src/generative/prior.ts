/** Where the recordings of each class lie in the noise: means, and lower triangles that give their covariance. */
export interface Prior {
  /** classes × latent. */
  means: Float32Array;
  /** classes × latent × latent. */
  roots: Float32Array;
}

/** Unit noise of a class as noise that its recordings could have. */
export function placeNoise({ means, roots }: Prior, values: Float32Array, code: number): Float32Array {
  const latent = values.length;
  return Float32Array.from(values, (_, row) => {
    let sum = means[code * latent + row];
    for (let k = 0; k <= row; k++) sum += roots[(code * latent + row) * latent + k] * values[k];
    return sum;
  });
}
