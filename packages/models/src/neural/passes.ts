import { createRandom } from "../core/random.js";
import { augmentBatch } from "./augment.js";
import { scoresOf, softmaxRows } from "./evaluate.js";
import type { Network } from "./network.js";
import type { NeuralSettings } from "./options.js";
import type { Samples } from "./samples.js";
import { PASSES } from "./streams.js";

/**
 * Class probabilities, averaged over `settings.passes` looks at each sample: as it is, then changed as while training by distort, warp
 * and shift, drawn from the seed. The same samples get the same probabilities, alone or beside others.
 *
 * @returns n × classes
 */
export function averagedProbabilities(
  network: Network,
  samples: Samples,
  classes: number,
  { passes, augment, seed }: NeuralSettings,
): Float32Array {
  const data = scoresOf(network, samples, classes);
  softmaxRows(data, classes);
  const { distort, warp, shift } = augment ?? {};
  if (passes === 1 || !(distort || warp || shift)) return data;
  const changes = { ...(distort && { distort }), ...(warp && { warp }), ...(shift && { shift }) };
  const { n, size, shape } = samples;
  for (let pass = 1; pass < passes; pass++) {
    const changed = { ...samples, data: samples.data.slice() };
    for (let i = 0; i < n; i++) {
      const one = changed.data.subarray(i * size, (i + 1) * size);
      augmentBatch(
        { data: one, targets: new Float32Array(0), n: 1, shape },
        changes,
        createRandom(seed, PASSES + pass),
      );
    }
    const more = scoresOf(network, changed, classes);
    softmaxRows(more, classes);
    for (let k = 0; k < data.length; k++) data[k] += more[k];
  }
  for (let k = 0; k < data.length; k++) data[k] /= passes;
  return data;
}
