import { isAbsolute, relative, resolve } from "node:path";
import { type MakeSpoofOptions, makeSpoof } from "@earshot/datasets/node";
import type { Context } from "../cli/context.js";
import { UserError } from "../cli/errors.js";
import { openAnyRecordings } from "../data/openAnyRecordings.js";

export interface SpoofCommandOptions {
  out: string;
  methods?: string;
  versions: "all" | "one";
  sampleRate: number;
  seed: number;
  threads?: number;
}

/** `earshot spoof DIR` */
export async function spoofCommand(root: string, options: SpoofCommandOptions, { screen }: Context): Promise<void> {
  const { out, methods, versions, sampleRate, seed, threads } = options;
  const inside = relative(resolve(root), resolve(out));
  if (!inside.startsWith("..") && !isAbsolute(inside)) {
    throw new UserError(
      `--out ${out} lies in ${root}: what is made there would be taken for speech the next time; choose a folder outside it.`,
    );
  }
  const { items, title } = await openAnyRecordings(root);
  const bar = screen.progress("spoofing");
  const { records, failed, reused } = await makeSpoof(items, {
    out: resolve(out),
    versions,
    sampleRate,
    seed,
    ...(methods && {
      methods: methods.split(",").map((name) => name.trim()) as NonNullable<MakeSpoofOptions["methods"]>,
    }),
    ...(threads !== undefined && { threads }),
    onProgress: (done) => bar.update(done),
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
    screen.printJson({ out: resolve(out), corpus: title, bonaFide, systems: counts, failed: failed.length, reused });
    return;
  }
  screen.print(
    `${bonaFide} bona fide and ${records.length - bonaFide} spoofed files of ${title} in ${out}, with protocol.tsv${reused > 0 ? `; ${reused} of them were there already` : ""}`,
  );
  const width = Math.max(...systems.map((name) => name.length)) + 2;
  for (const [name, count] of Object.entries(counts)) screen.print(`  ${name.padEnd(width)}${count}`);
}
