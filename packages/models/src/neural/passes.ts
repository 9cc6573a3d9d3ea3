import { createRandom } from "../core/random.js";
import type { Awaitable } from "../core/types.js";
import { augmentBatch } from "./augment.js";
import { toProbabilities } from "./loss.js";
import type { NeuralSettings } from "./options.js";
import type { Samples } from "./samples.js";
import { PASSES } from "./streams.js";

/**
 * Class probabilities, averaged over `settings.passes` looks at each sample: as it is, mirrored where flips are learned, then changed as
 * while training by flip, crop, distort, warp and shift, drawn from the seed. The same samples get the same probabilities, alone or beside others.
 *
 * @param scoresOf what the network says of samples, n × classes
 * @returns n × classes
 */
export async function averagedProbabilities(
  scoresOf: (samples: Samples) => Awaitable<Float32Array>,
  samples: Samples,
  classes: number,
  { passes, augment, seed, loss }: NeuralSettings,
): Promise<Float32Array> {
  const look = async (given: Samples): Promise<Float32Array> => {
    const scores = await scoresOf(given);
    toProbabilities(loss, scores, classes);
    return scores;
  };
  const data = await look(samples);
  const { flip, crop, distort, warp, shift } = augment ?? {};
  if (passes === 1 || !(flip || crop || distort || warp || shift)) return data;
  const moves = { ...(flip && { flip }), ...(crop && { crop }) };
  const changes = { ...moves, ...(distort && { distort }), ...(warp && { warp }), ...(shift && { shift }) };
  const { n, size, shape } = samples;
  for (let pass = 1; pass < passes; pass++) {
    const changed = { ...samples, data: samples.data.slice() };
    for (let i = 0; i < n; i++) {
      const one = changed.data.subarray(i * size, (i + 1) * size);
      augmentBatch(
        { data: one, targets: new Float32Array(0), n: 1, shape },
        pass === 1 && flip ? { flip: 1 } : changes,
        createRandom(seed, PASSES + pass),
      );
    }
    const more = await look(changed);
    for (let k = 0; k < data.length; k++) data[k] += more[k];
  }
  for (let k = 0; k < data.length; k++) data[k] /= passes;
  return data;
}
