import { tf, useEngine } from "@earshot/engine";
import { median, startPeers } from "@earshot/testing/peers";
import { createRandom } from "../src/core/random.js";
import { createGan } from "../src/generative/gan.js";
import { readGeneratorOptions } from "../src/generative/options.js";
import { batchOf, disposePlayer, stepRandom } from "../src/generative/player.js";
import { createVae } from "../src/generative/vae.js";

/** One row a way of learning: a training step beside PyTorch's, networks of digits-gan, one thread each, turn by turn. */
export async function generativeRows({ rounds = 7, steps = 3 } = {}) {
  await useEngine({ threads: 1 });
  const peer = startPeers<{ seconds: number; cpu: number }>("generative");
  const rows = [];
  try {
    for (const method of ["gan", "vae"] as const) {
      const settings = readGeneratorOptions("bench", { method, latent: 32 });
      const rng = createRandom(1);
      const [n, shape] = [32, [48, 64] as const];
      const data = Float32Array.from({ length: n * 48 * 64 }, () => 2 * rng.next() - 1);
      const sounds = { data, n, shape, codes: Int32Array.from({ length: n }, (_, i) => i % 10), classes: 10 };
      const player = (method === "gan" ? createGan : createVae)(settings, sounds);
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
        work: `training step, ${method} of digits-gan, batch 32`,
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
