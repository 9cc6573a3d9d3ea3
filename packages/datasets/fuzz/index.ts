import { parseArgs } from "node:util";
import { createRng } from "@earshot/dsp";
import { mutate } from "./mutate.js";
import { type FuzzTarget, fuzzTargets } from "./targets.js";

// pnpm fuzz [--executions N] [--seed N] [--only TARGET]: random damage to files of every kind; ends with 1 at the first crash, slow answer or wild allocation.
const { values } = parseArgs({
  options: {
    executions: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1337" },
    only: { type: "string", default: "" },
  },
});
const executions = Number(values.executions);
const seed = Number(values.seed);

// The decoders from npm print what they dislike; here that is every other file.
console.error = () => undefined;

// Ten million stack traces would cost more than what they are of.
Error.stackTraceLimit = 0;

const write = (line: string): boolean => process.stdout.write(`${line}\n`);
const report: string[] = [];
let failures = 0;
for (const target of fuzzTargets().filter((t) => t.name.includes(values.only)))
  report.push(await fuzz(target, Math.max(1, Math.round(executions * target.share))));
write([`seed ${seed}, ${executions} executions`, ...report].join("\n"));
process.exit(failures > 0 ? 1 : 0);

async function fuzz(target: FuzzTarget, count: number): Promise<string> {
  const { name, seeds, run, allows, limitMs } = target;
  const rng = createRng(seed);
  const began = performance.now();
  let accepted = 0;
  let slowest = 0;
  for (let i = 0; i < count; i++) {
    const bytes = mutate(seeds[rng.integer(0, seeds.length - 1)], seeds[rng.integer(0, seeds.length - 1)], rng);
    const start = performance.now();
    try {
      const result = run(bytes);
      // Ten million needless turns of the event loop would take longer than the decoding.
      const held = typeof result === "number" ? result : await result;
      accepted++;
      // Every format here holds at least a bit a sample; Opus and FLAC can hold silence in less, within their own limits.
      if (held > 2 ** 20 + 4096 * bytes.length) fail(name, i, bytes, `${held} bytes came out of ${bytes.length}`);
    } catch (error) {
      if (!allows(error))
        fail(name, i, bytes, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
    const took = performance.now() - start;
    if (took > slowest) slowest = took;
    // A pause of the machine is not the decoder's: what is slow must be slow again.
    if (took > limitMs && (await timeAgain(run, bytes)) > limitMs) fail(name, i, bytes, `${took.toFixed(0)} ms`);
  }
  const seconds = (performance.now() - began) / 1000;
  return `${name}: ${count} executions, ${accepted} accepted, ${count - accepted} refused, slowest ${slowest.toFixed(1)} ms, ${seconds.toFixed(1)} s`;
}

async function timeAgain(run: FuzzTarget["run"], bytes: Uint8Array): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    try {
      await run(bytes);
    } catch {
      // How it ends was looked at before.
    }
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

function fail(name: string, execution: number, bytes: Uint8Array, what: string): void {
  failures++;
  write(`${name}, execution ${execution}: ${what}\n  ${Buffer.from(bytes.subarray(0, 4096)).toString("base64")}`);
  if (failures > 20) process.exit(1);
}
