import { tf, useEngine } from "@earshot/engine";
import { median, startPeers } from "@earshot/testing/peers";
import { createRandom } from "../src/core/random.js";
import { createDiffusion } from "../src/generative/diffusion.js";
import { createGan } from "../src/generative/gan.js";
import { readGeneratorOptions } from "../src/generative/options.js";
import { batchOf, disposePlayer, stepRandom } from "../src/generative/player.js";
import { createVae } from "../src/generative/vae.js";

/** What is learned in a step: networks, pictures and batch of a recipe. */
const ways = [
  { method: "gan", create: createGan, recipe: "digits-gan", shape: [48, 64], batchSize: 32 },
  { method: "vae", create: createVae, recipe: "digits-gan", shape: [48, 64], batchSize: 32 },
  { method: "diffusion", create: createDiffusion, recipe: "sounds-gan", shape: [64, 64], batchSize: 16 },
] as const;

/** One row a way of learning: a training step beside PyTorch's, the recipe's networks, one thread each, turn by turn. */
export async function generativeRows({ rounds = 7, steps = 3 } = {}) {
  await useEngine({ threads: 1 });
  const peer = startPeers<{ seconds: number; cpu: number }>("generative");
  const rows = [];
  try {
    for (const { method, create, recipe, shape, batchSize: n } of ways) {
      const settings = readGeneratorOptions("bench", { method, latent: 32 });
      const rng = createRandom(1);
      const data = Float32Array.from({ length: n * shape[0] * shape[1] }, () => 2 * rng.next() - 1);
      const sounds = { data, n, shape, codes: Int32Array.from({ length: n }, (_, i) => i % 10), classes: 10 };
      const player = create(settings, sounds);
      const index = Array.from({ length: n }, (_, i) => i);
      let number = 0;
      const step = () =>
        tf.tidy(() => {
          player.step(batchOf(sounds, index), stepRandom(settings, number), number++);
        });
      for (let i = 0; i < 4; i++) step();
      const [own, ownCpu, theirs, theirCpu]: number[][] = [[], [], [], []];
      for (let round = 0; round < rounds; round++) {
        const [wall, cpu] = [performance.now(), process.cpuUsage()];
        for (let i = 0; i < steps; i++) step();
        const used = process.cpuUsage(cpu);
        own.push((performance.now() - wall) / steps);
        ownCpu.push((used.user + used.system) / 1000 / steps);
        const answer = await peer?.ask({ work: method, steps });
        if (answer) {
          theirs.push(1000 * answer.seconds);
          theirCpu.push(1000 * answer.cpu);
        }
      }
      disposePlayer(player);
      const sorted = [...own].sort((a, b) => a - b);
      rows.push({
        work: `training step, ${method} of ${recipe}, batch ${n}`,
        ours: median(own),
        peer: peer ? median(theirs) : null,
        peerName: "PyTorch channels_last",
        unit: "ms",
        ratio: peer ? median(theirs) / median(own) : null,
        cpuRatio: peer ? median(theirCpu) / median(ownCpu) : null,
        cpu: median(ownCpu),
        peerCpu: peer ? median(theirCpu) : null,
        spread: (sorted[sorted.length - 1] - sorted[0]) / median(own),
        score: null,
        peerScore: null,
      });
    }
  } finally {
    peer?.end();
  }
  return rows;
}
