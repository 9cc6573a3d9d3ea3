import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "@earshot/models";
import { redisPath } from "@earshot/testing/redis";
import { killQueue } from "./queue.js";
import { killServer } from "./server.js";
import { killTrainer } from "./trainer.js";

// pnpm kills [--kills 200] [--seed 1] [--only trainer|queue|server]: kill -9 at random moments of trainings, of workers and Redis while they extract,
// and of the live server while it is listened to; what was killed is started again, and what comes out in the end is compared with what
// nobody disturbed. Runs what is built. Ends with 1 at the first difference.

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});
const kills = Number(values.kills);
const rng = createRandom(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), "earshot-kills-"));
/** Half of the kills are those of the queue, where two kinds of process may die. */
const parts = [
  { name: "trainer", share: 0.3, run: killTrainer },
  { name: "queue", share: 0.5, run: killQueue },
  { name: "server", share: 0.2, run: killServer },
];
let total = 0;
try {
  for (const { name, share, run } of parts) {
    if (values.only !== "" && values.only !== name) continue;
    if (name === "queue" && !redisPath) {
      console.log("queue: there is no redis-server on this machine.");
      continue;
    }
    const wanted = Math.round(kills * (values.only === "" ? share : 1));
    const began = performance.now();
    const told = await run(join(folder, name), wanted, rng);
    total += told.kills;
    console.log(`${name}: ${told.kills} kills, ${told.what}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  console.log(`${total} kills, nothing lost (seed ${values.seed}).`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
