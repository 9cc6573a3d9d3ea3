import { type FileHandle, mkdir, open } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { imageValue, record, scalarValue, summaryEvent, textValue, versionEvent } from "./eventFile.js";
import { finiteEntries, type Tracker } from "./tracker.js";

export interface TensorboardOptions {
  /** Folder of this run; `tensorboard --logdir` takes it or one above. */
  folder: string;
  /** Milliseconds since 1970, for tests; default `Date.now`. */
  now?: () => number;
}

/**
 * Writes an event file that TensorBoard shows while it grows: figures as curves, pictures, and settings as a table.
 *
 * Each call appends whole records and waits until the system has them: a run that is killed leaves a file that reads to its
 * end.
 *
 * @throws the system's error if the folder or file cannot be written
 */
export async function tensorboardTracker({ folder, now = Date.now }: TensorboardOptions): Promise<Tracker> {
  await mkdir(folder, { recursive: true });
  const seconds = () => now() / 1000;
  const stamp = String(Math.floor(seconds())).padStart(10, "0");
  const file: FileHandle = await open(join(folder, `events.out.tfevents.${stamp}.${hostname()}.${process.pid}.0`), "a");
  const write = async (event: Uint8Array) => {
    await file.appendFile(record(event));
  };
  await write(versionEvent(seconds()));
  return {
    async settings(values) {
      const rows = Object.entries(values).map(([name, value]) => `| ${cell(name)} | ${cell(String(value))} |`);
      await write(
        summaryEvent(seconds(), 0, [textValue("settings", ["| setting | value |", "|---|---|", ...rows].join("\n"))]),
      );
    },
    async scalars(step, values) {
      const entries = finiteEntries(values);
      if (entries.length === 0) return;
      await write(
        summaryEvent(
          seconds(),
          step,
          entries.map(([name, value]) => scalarValue(name, value)),
        ),
      );
    },
    async image(name, step, png) {
      await write(summaryEvent(seconds(), step, [imageValue(name, png)]));
    },
    async close() {
      await file.sync();
      await file.close();
    },
  };
}

/** Text that does not end a table's cell. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
