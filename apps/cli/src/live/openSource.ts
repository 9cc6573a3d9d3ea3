import { stat } from "node:fs/promises";
import { decode } from "@earshot/datasets/node";
import { type AudioSource, fileSource, listMicrophones, naudiodonSource, pcmSource } from "@earshot/live";
import type { Screen } from "../cli/screen.js";

export interface SourceOptions {
  /** `mic`, `-` for raw PCM on stdin, or a file. */
  source: string;
  /** Number or name (part of it) of the microphone. */
  device?: string;
  /** Sample rate of raw PCM and of the microphone, Hz. */
  rate: number;
  /** A file as fast as it can be worked on, not in real time. */
  fast: boolean;
}

/**
 * The source that `--source` names.
 *
 * @throws Error naming the microphone or the file that is not there
 */
export async function openSource({ source, device, rate, fast }: SourceOptions, screen: Screen): Promise<AudioSource> {
  if (source === "-") return pcmSource(process.stdin, { sampleRate: rate });
  if (source === "mic") {
    const deviceId = device === undefined ? undefined : await microphone(device);
    return naudiodonSource({
      sampleRate: rate,
      ...(deviceId !== undefined && { deviceId }),
      onRestart: (reason) => screen.warn(`The microphone was opened again: ${reason}.`),
    });
  }
  // Now, and not when somebody subscribes: a wrong path is told before models are loaded.
  await stat(source);
  return fileSource(source, { decode: (bytes) => decode(bytes), pace: fast ? "fast" : "realtime" });
}

async function microphone(wanted: string): Promise<number> {
  const known = await listMicrophones();
  const found = known.find(
    ({ id, name }) => String(id) === wanted || name.toLowerCase().includes(wanted.toLowerCase()),
  );
  if (found) return found.id;
  const list = known.map(({ id, name }) => `${id} ${name}`).join(", ");
  throw new RangeError(
    `There is no microphone "${wanted}"; ${list ? `there are: ${list}.` : "this machine has none."}`,
  );
}
