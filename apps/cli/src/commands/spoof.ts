import { availableParallelism } from "node:os";
import { isAbsolute, relative, resolve } from "node:path";
import type { PlanSpoofOptions } from "@earshot/datasets/node";
import type { Context } from "../cli/context.js";
import { UserError } from "../cli/errors.js";
import { openAnyRecordings } from "../data/openAnyRecordings.js";
import { runOn } from "../queue/distribute.js";
import { runHere } from "../queue/runHere.js";
import { spoofAll } from "../spoof/spoofAll.js";
import { openRoot } from "../storage/bucketStorage.js";
import { wholeAddress } from "../storage/place.js";
import { isS3Url } from "../storage/s3Url.js";

export interface SpoofCommandOptions {
  out: string;
  methods?: string;
  versions: "all" | "one";
  sampleRate: number;
  seed: number;
  threads?: number;
  /** Where other machines take the work from. */
  queue?: string;
}

/** `earshot spoof DIR` */
export async function spoofCommand(root: string, options: SpoofCommandOptions, context: Context): Promise<void> {
  const { out, methods, versions, sampleRate, seed, threads = availableParallelism(), queue } = options;
  const { screen, signal } = context;
  if (liesIn(out, root)) {
    throw new UserError(
      `--out ${out} lies in ${root}: what is made there would be taken for speech the next time; choose a folder outside it.`,
    );
  }
  const files = await openRoot(root);
  const { items, title } = await openAnyRecordings(files);
  const bar = screen.progress("spoofing");
  const { records, failed, reused } = await spoofAll(items, {
    out: wholeAddress(out),
    runner: queue === undefined ? runHere(threads) : runOn(queue),
    versions,
    sampleRate,
    seed,
    signal,
    ...(typeof files !== "string" && { tag: files.tag }),
    ...(methods && {
      methods: methods.split(",").map((name) => name.trim()) as NonNullable<PlanSpoofOptions["methods"]>,
    }),
    onProgress: (done) => bar.update(done),
    onTrouble: (reason) => screen.warn(`jobs fail, others go on: ${reason}`),
  }).finally(() => bar.end());
  const systems = [...new Set(records.filter(({ key }) => key === "spoof").map(({ system }) => system))].sort();
  const counts = Object.fromEntries(
    systems.map((name) => [name, records.filter(({ system }) => system === name).length]),
  );
  for (const { id, system, reason } of failed.slice(0, 5)) screen.warn(`${id} by ${system}: ${reason}`);
  if (records.length === 0)
    throw new UserError(`None of ${items.length} recordings of ${root} could be used; the first: ${failed[0]?.reason}`);
  const bonaFide = records.length - Object.values(counts).reduce((a, b) => a + b, 0);
  if (screen.json) {
    screen.printJson({
      out: wholeAddress(out),
      corpus: title,
      bonaFide,
      systems: counts,
      failed: failed.length,
      reused,
    });
    return;
  }
  screen.print(
    `${bonaFide} bona fide and ${records.length - bonaFide} spoofed files of ${title} in ${out}, with protocol.tsv${reused > 0 ? `; ${reused} of them were there already` : ""}`,
  );
  const width = Math.max(...systems.map((name) => name.length)) + 2;
  for (const [name, count] of Object.entries(counts)) screen.print(`  ${name.padEnd(width)}${count}`);
}

/** Is one folder, or what begins with one URL, in the other? */
function liesIn(out: string, root: string): boolean {
  if (isS3Url(out) || isS3Url(root))
    return `${wholeAddress(out)}/`.startsWith(`${wholeAddress(root).replace(/\/$/, "")}/`);
  const inside = relative(resolve(root), resolve(out));
  return !inside.startsWith("..") && !isAbsolute(inside);
}
