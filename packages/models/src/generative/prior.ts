/** Where the recordings of each class lie in the noise: means, and lower triangles that give their covariance. */
export interface Prior {
  /** classes × latent. */
  means: Float32Array;
  /** classes × latent × latent. */
  roots: Float32Array;
  /** How the grain of each class hangs together, classes × frames × bands: strengths of its ripples, 1 on average. */
  texture: Float32Array;
}

/** The ripples of a class, of spectrograms with so many values. */
export const strengthsOf = ({ texture }: Prior, code: number, size: number): Float32Array =>
  texture.subarray(code * size, (code + 1) * size);

/** Unit noise of a class as noise that its recordings could have. */
export function placeNoise(
  { means, roots }: Pick<Prior, "means" | "roots">,
  values: Float32Array,
  code: number,
): Float32Array {
  const latent = values.length;
  return Float32Array.from(values, (_, row) => {
    let sum = means[code * latent + row];
    for (let k = 0; k <= row; k++) sum += roots[(code * latent + row) * latent + k] * values[k];
    return sum;
  });
}
