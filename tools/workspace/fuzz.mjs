import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { fuzz, keepInputs } from "../testing/src/fuzz/index.ts";

// pnpm fuzz [--executions N] [--seed N] [--only TARGET] [--keep]: random damage to what strangers may send us, target by target; ends with 1 at a
// crash, a slow answer or a wild allocation. --keep adds inputs that ended in a new way to the corpora that tests run again.
const { values } = parseArgs({
  options: {
    executions: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1337" },
    only: { type: "string", default: "" },
    keep: { type: "boolean", default: false },
  },
});
const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");

// Decoders from npm print what they dislike; here that is every other file.
console.error = () => undefined;
// Ten million stack traces would cost more than what they are of.
Error.stackTraceLimit = 0;

const rooms = ["packages", "apps"].flatMap((folder) =>
  readdirSync(join(root, folder)).map((room) => join(root, folder, room, "fuzz", "targets.ts")),
);
let failures = 0;
for (const file of rooms.filter((path) => existsSync(path))) {
  const url = pathToFileURL(file).href;
  const { fuzzTargets } = await import(url);
  for (const target of await fuzzTargets()) {
    if (!target.name.includes(values.only)) continue;
    const count = Math.max(1, Math.round(Number(values.executions) * (target.share ?? 1)));
    const record = await fuzz(target, count, Number(values.seed));
    failures += record.failures.length;
    for (const { execution, what, bytes } of record.failures) {
      console.log(`${target.name}, execution ${execution}: ${what}`);
      console.log(`  ${Buffer.from(bytes.subarray(0, 4096)).toString("base64")}`);
    }
    const { executions, accepted, refused, slowestMs, seconds, novel } = record;
    const kept = values.keep ? `, ${keepInputs(url, target.name, novel)} kept` : "";
    console.log(
      `${target.name}, seed ${values.seed}: ${executions} executions, ${accepted} accepted, ${refused} refused, slowest ${slowestMs.toFixed(1)} ms, ${seconds.toFixed(1)} s${kept}`,
    );
  }
}
process.exit(failures > 0 ? 1 : 0);
