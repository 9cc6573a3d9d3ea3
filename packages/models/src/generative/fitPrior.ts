import { tf } from "@earshot/engine";
import { cholesky, scatter } from "../core/linalg.js";
import type { Looker } from "./critic.js";
import type { GeneratorSettings } from "./options.js";
import { batchOf, type Sounds } from "./player.js";
import type { Prior } from "./prior.js";

/** Share of a class' covariance that comes from all classes: few recordings know few directions. */
const shrinkage = 0.3;

/**
 * A normal distribution of the noise behind the recordings of each class. Drawing from it rather than from the unit sphere fills no holes
 * that training never met.
 *
 * Source: Ghosh et al. 2020, ex-post density estimation; Ledoit & Wolf 2004 for the idea of shrinking.
 */
export function fitPrior(encoder: Looker, sounds: Sounds, { latent, batchSize }: GeneratorSettings): Prior {
  const { n, classes, codes } = sounds;
  const means = new Float64Array(n * latent);
  const variances = new Float64Array(n * latent);
  for (let from = 0; from < n; from += batchSize) {
    const index = Array.from({ length: Math.min(batchSize, n - from) }, (_, i) => from + i);
    tf.tidy(() => {
      const { x, labels } = batchOf(sounds, index);
      const rows = encoder.apply(x, labels).dataSync();
      for (let i = 0; i < index.length; i++) {
        for (let k = 0; k < latent; k++) {
          means[(from + i) * latent + k] = rows[2 * i * latent + k];
          variances[(from + i) * latent + k] = Math.exp(rows[(2 * i + 1) * latent + k]);
        }
      }
    });
  }
  const covariances: Float64Array[] = [];
  const pooled = new Float64Array(latent * latent);
  const prior: Prior = {
    means: new Float32Array(classes * latent),
    roots: new Float32Array(classes * latent * latent),
  };
  for (let c = 0; c < classes; c++) {
    const rows = Array.from({ length: n }, (_, i) => i).filter((i) => codes[i] === c);
    const own = Float64Array.from({ length: rows.length * latent }, (_, j) => {
      return means[rows[Math.floor(j / latent)] * latent + (j % latent)];
    });
    const centre = new Float64Array(latent);
    for (let j = 0; j < own.length; j++) centre[j % latent] += own[j] / rows.length;
    prior.means.set(centre, c * latent);
    const covariance = scatter(own, rows.length, latent, centre).map((v) => v / rows.length);
    for (let k = 0; k < latent; k++) {
      for (const i of rows) covariance[k * latent + k] += variances[i * latent + k] / rows.length;
    }
    covariances.push(covariance);
    for (let j = 0; j < pooled.length; j++) pooled[j] += covariance[j] / classes;
  }
  for (const [c, covariance] of covariances.entries()) {
    const mixed = covariance.map((v, j) => (1 - shrinkage) * v + shrinkage * pooled[j]);
    for (let k = 0; k < latent; k++) mixed[k * latent + k] += 1e-6;
    const root = cholesky(mixed, latent);
    if (!root) throw new RangeError("fitPrior: the noise of a class has no covariance; was training stable?");
    prior.roots.set(root, c * latent * latent);
  }
  return prior;
}
