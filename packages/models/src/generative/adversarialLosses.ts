import { tf } from "@earshot/engine";

/** How the game is scored. */
export type AdversarialLoss = "nonSaturating" | "hinge" | "wasserstein";

export const adversarialLosses: readonly AdversarialLoss[] = ["nonSaturating", "hinge", "wasserstein"];

const mean = (x: tf.Tensor): tf.Scalar => tf.mean(x);

/**
 * What the discriminator makes small.
 *
 * @param real scores of recordings, @param fake of made-up ones; higher is more real
 * Source: Goodfellow 2014 (nonSaturating); Lim & Ye 2017 (hinge); Arjovsky 2017 (wasserstein, which wants a gradient penalty).
 */
export function discriminatorLoss(loss: AdversarialLoss, real: tf.Tensor, fake: tf.Tensor): tf.Scalar {
  if (loss === "nonSaturating") return tf.add(mean(tf.softplus(tf.neg(real))), mean(tf.softplus(fake)));
  if (loss === "hinge") return tf.add(mean(tf.relu(tf.sub(1, real))), mean(tf.relu(tf.add(1, fake))));
  return tf.sub(mean(fake), mean(real));
}

/** What the generator makes small. */
export function generatorLoss(loss: AdversarialLoss, fake: tf.Tensor): tf.Scalar {
  return loss === "nonSaturating" ? mean(tf.softplus(tf.neg(fake))) : tf.neg(mean(fake));
}

/** Which gradients are penalised: between real and fake towards norm 1 (WGAN-GP), or at the real ones towards 0 (R1). */
export type GradientPenalty = "wganGp" | "r1";

/** Half the way over which a slope is measured: long enough for single precision, short beside the kinks of the network. */
const reach = 0.03;

/**
 * A penalty on the discriminator's gradient with respect to its input, whose own gradient needs no second derivative.
 *
 * The norm of a gradient g is its slope along u = g / |g|, and d|g|/dθ = u · dg/dθ with u held still. So u comes from one way back,
 * the slope from the difference of two scores along it, and only that difference is differentiated: exact where the network is
 * piecewise linear between them, else to the square of the reach. *Measured* against PyTorch's double backward in the tests.
 *
 * @param score of pictures, [n, …] → [n, 1]
 * @param at where, [n, …]
 * @returns mean (|g| − 1)² for wganGp, mean |g|² for r1
 * Source: Gulrajani et al. 2017; Mescheder, Geiger & Nowozin 2018.
 */
export function gradientPenalty(kind: GradientPenalty, score: (x: tf.Tensor) => tf.Tensor, at: tf.Tensor): tf.Scalar {
  const step = slopeStep(score, at);
  const slope = tf.div(tf.sub(score(tf.add(at, step)), score(tf.sub(at, step))), 2 * reach);
  return tf.mean(tf.square(kind === "wganGp" ? tf.sub(slope, 1) : slope));
}

/** A step of length `reach` along each sample's gradient, as plain numbers: nothing is differentiated through it. */
function slopeStep(score: (x: tf.Tensor) => tf.Tensor, at: tf.Tensor): tf.Tensor {
  const gradient = tf.tidy(() => tf.grad((x: tf.Tensor) => tf.sum(score(x)) as tf.Scalar)(at));
  const g = gradient.dataSync().slice();
  gradient.dispose();
  const n = at.shape[0];
  const size = g.length / n;
  for (let i = 0; i < n; i++) {
    let squares = 0;
    for (let k = i * size; k < (i + 1) * size; k++) squares += g[k] * g[k];
    const scale = reach / (Math.sqrt(squares) + 1e-12);
    for (let k = i * size; k < (i + 1) * size; k++) g[k] *= scale;
  }
  return tf.tensor(g, at.shape);
}
