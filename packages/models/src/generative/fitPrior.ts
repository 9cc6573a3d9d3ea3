import { tf } from "@earshot/engine";
import { cholesky, scatter } from "../core/linalg.js";
import type { Looker } from "./critic.js";
import type { Generator } from "./generator.js";
import type { GeneratorSettings } from "./options.js";
import { batchOf, type Sounds } from "./player.js";
import type { Prior } from "./prior.js";
import { spreadOf } from "./spread.js";
import { stretch } from "./stretch.js";
import { createTexture } from "./texture.js";

/** Share of a class' covariance that comes from all classes: few recordings know few directions. */
const shrinkage = 0.3;

interface VaeNetworks {
  encoder: Looker;
  generator: Generator;
}

/**
 * A normal distribution of the noise behind the recordings of each class. Drawing from it rather than from the unit sphere fills no holes
 * that training never met.
 *
 * Source: Ghosh et al. 2020, ex-post density estimation; Ledoit & Wolf 2004 for the idea of shrinking.
 */
export function fitPrior(networks: VaeNetworks, sounds: Sounds, settings: GeneratorSettings): Prior {
  const { encoder } = networks;
  const { latent, batchSize } = settings;
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
    texture: fitTexture(networks.generator, sounds, means, settings),
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

/** Recordings of a class whose grain is looked at: more would tell the same. */
const looked = 40;

/**
 * Ripples of what the decoder leaves out of recordings, in units of the spread that it claims. Grain that hangs together as that of recordings
 * survives the way to sound, which smooths grain that does not.
 *
 * @param means noise behind each recording, n × latent
 */
function fitTexture(
  generator: Generator,
  sounds: Sounds,
  means: Float64Array,
  { latent, batchSize }: GeneratorSettings,
): Float32Array {
  const { data, shape, codes, classes, n } = sounds;
  const size = shape[0] * shape[1];
  const texture = createTexture(shape);
  const sums = new Float64Array(classes * size);
  const counts = new Int32Array(classes);
  const chosen = Array.from({ length: n }, (_, i) => i).filter((i) => counts[codes[i]]++ < looked);
  const residual = new Float32Array(size);
  for (let from = 0; from < chosen.length; from += batchSize) {
    const index = chosen.slice(from, from + batchSize);
    const noise = Float32Array.from({ length: index.length * latent }, (_, j) => {
      return means[index[Math.floor(j / latent)] * latent + (j % latent)];
    });
    const said = tf.tidy(() => {
      const { labels } = batchOf(sounds, index);
      const out = generator.apply(tf.tensor2d(noise, [index.length, latent]), labels, false);
      return [tf.tanh(stretch(out, 3, 0, 1)), tf.exp(spreadOf(stretch(out, 3, 1, 1)))];
    });
    const [clear, spreads] = said.map((t) => t.dataSync());
    for (const [row, i] of index.entries()) {
      for (let k = 0; k < size; k++) {
        residual[k] = (data[i * size + k] - clear[row * size + k]) / spreads[row * size + k];
      }
      texture.add(residual, sums.subarray(codes[i] * size, (codes[i] + 1) * size));
    }
    tf.dispose(said);
  }
  // The decoder says how strong the grain is, these say how it hangs together.
  const totals = Array.from(counts, (_, c) => sums.subarray(c * size, (c + 1) * size).reduce((a, b) => a + b, 0));
  return Float32Array.from(sums, (sum, j) => (sum * size) / Math.max(totals[Math.floor(j / size)], 1e-12));
}
