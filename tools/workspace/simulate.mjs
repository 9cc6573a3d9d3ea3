import { parseArgs } from "node:util";
import { simulate as simulateQueue } from "../../apps/cli/simulation/simulate.ts";
import { simulate as simulateServer } from "../../apps/live/simulation/simulate.ts";

// npx pnpm simulate [--only server|queue] [--hours 4] [--runs 1] [--seed 1]: the live server and its clients, and the queue with its commands and
// workers, for so many simulated hours each, seed after seed; ends with 1 at the first violated invariant, whose seed replays it.
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    hours: { type: "string", default: "4" },
    runs: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
  },
});
const simulations = { server: simulateServer, queue: simulateQueue };
if (values.only !== undefined && !(values.only in simulations)) {
  console.error(`--only is server or queue, got ${values.only}.`);
  process.exit(2);
}
const hours = Number(values.hours);
for (const [name, simulate] of Object.entries(simulations)) {
  if (values.only !== undefined && values.only !== name) continue;
  const total = {};
  const began = process.cpuUsage();
  for (let i = 0; i < Number(values.runs); i++) {
    const seed = Number(values.seed) + i;
    const { violations, ...told } = await simulate(seed, hours);
    for (const [key, value] of Object.entries(told)) {
      total[key] = key.startsWith("most") ? Math.max(total[key] ?? 0, value) : (total[key] ?? 0) + value;
    }
    console.error(JSON.stringify({ [name]: told }));
    if (violations.length > 0) {
      console.log(`seed ${seed} violates:\n  ${violations.join("\n  ")}`);
      console.log(`replay: npx pnpm simulate --only ${name} --seed ${seed} --hours ${hours}`);
      process.exit(1);
    }
  }
  const { seed: _, ...sums } = total;
  const { user, system } = process.cpuUsage(began);
  const cpuSec = Math.round((user + system) / 1e6);
  console.log(JSON.stringify({ [name]: { ...sums, cpuSec, rssMb: Math.round(process.memoryUsage().rss / 1e6) } }));
}
process.exit(0);
