import { parseArgs } from "node:util";
import { simulate } from "./simulate.js";

// pnpm simulate [--hours 4] [--runs 1] [--seed 1]: runs of so many simulated hours each, seed after seed; ends with 1 at the first violated
// invariant, whose seed replays it.
const { values } = parseArgs({
  options: {
    hours: { type: "string", default: "4" },
    runs: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
  },
});
const hours = Number(values.hours);
const total: Record<string, number> = {};
const began = process.cpuUsage();
for (let i = 0; i < Number(values.runs); i++) {
  const seed = Number(values.seed) + i;
  const { violations, ...told } = await simulate(seed, hours);
  for (const [key, value] of Object.entries(told)) {
    total[key] = key.startsWith("most") ? Math.max(total[key] ?? 0, value) : (total[key] ?? 0) + value;
  }
  console.error(JSON.stringify(told));
  if (violations.length > 0) {
    console.log(
      `seed ${seed} violates:\n  ${violations.join("\n  ")}\nreplay: pnpm simulate --seed ${seed} --hours ${hours}`,
    );
    process.exit(1);
  }
}
const { seed: _, ...sums } = total;
const { user, system } = process.cpuUsage(began);
console.log(
  JSON.stringify({
    ...sums,
    cpuSec: Math.round((user + system) / 1e6),
    rssMb: Math.round(process.memoryUsage().rss / 1e6),
  }),
);
process.exit(0);
