import { readFile } from "node:fs/promises";
import { type ModelSource, openBrowser, openModel, startServer } from "@earshot/live";
import type { Context } from "../cli/context.js";
import { UsageError } from "../cli/errors.js";
import { duration } from "../cli/screen.js";
import { chooseModels } from "../live/chooseModels.js";
import { type Heard, listen } from "../live/listen.js";
import { openSource, type SourceOptions } from "../live/openSource.js";

export interface LiveCommandOptions extends SourceOptions {
  port: number;
  host: string;
  /** False with `--no-open`. */
  open: boolean;
  tokenFile?: string;
  tlsCert?: string;
  tlsKey?: string;
  insecure?: boolean;
  origin: string[];
  workers: number;
  sensitivity: number;
  gate?: boolean;
  /** A JSON line for every prediction, on stdout. */
  lines?: boolean;
}

/** `earshot live [RUN…]` */
export async function liveCommand(
  names: readonly string[],
  options: LiveCommandOptions,
  context: Context,
): Promise<void> {
  const models = chooseModels(names);
  if (options.source === "browser") await serve(models, options, context);
  else await hear(models, options, context);
}

/** Serves the page and the WebSocket until it is interrupted. */
async function serve(models: ModelSource[], options: LiveCommandOptions, { screen, signal }: Context): Promise<void> {
  const { host, port, open, insecure, origin, workers, sensitivity, gate } = options;
  const token = options.tokenFile === undefined ? undefined : (await readFile(options.tokenFile, "utf8")).trim();
  const server = await startServer({
    models,
    host,
    port,
    workers,
    origins: origin,
    session: { sensitivity, ...(gate !== undefined && { gate }) },
    ...(token !== undefined && { token }),
    ...(insecure && { insecure }),
    ...(await tlsOf(options)),
  });
  const titles = server.models.map((model) => model.title);
  if (screen.json) screen.printJson({ url: server.url, models: server.models.map(({ name }) => name) });
  else screen.print(`Listening on ${server.url} with ${titles.join(", ")}. Ctrl-C ends it.`);
  if (open && !screen.json) openBrowser(server.url);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.drain();
}

async function tlsOf({ tlsCert, tlsKey }: LiveCommandOptions): Promise<{ tls?: { cert: string; key: string } }> {
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new UsageError("TLS needs both --tls-cert and --tls-key, PEM files.");
  }
  const [cert, key] = await Promise.all([readFile(tlsCert, "utf8"), readFile(tlsKey, "utf8")]);
  return { tls: { cert, key } };
}

/** Listens without a server: to a microphone of this machine, a file, or raw PCM. */
async function hear(sources: ModelSource[], options: LiveCommandOptions, { screen, signal }: Context): Promise<void> {
  const { sensitivity, gate, lines = false, fast } = options;
  const source = await openSource(options, screen);
  const models = await Promise.all(sources.map((model) => openModel(model)));
  try {
    const predictions: Heard[] = [];
    const ends = options.source !== "mic" && options.source !== "-";
    const listened = await listen(
      source,
      models,
      {
        signal,
        session: {
          sensitivity,
          ...(gate !== undefined && { gate }),
          // Nobody waits for a file: no window of it is dropped.
          ...(ends && fast && { capacity: 1_000_000 }),
        },
        onHeard: (heard) => {
          if (lines) process.stdout.write(`${JSON.stringify(heard)}\n`);
          // A microphone has no end: what it said is told by --lines, or not kept.
          else if (screen.json && ends) predictions.push(heard);
        },
      },
      screen,
    );
    if (lines) return;
    if (screen.json) screen.printJson({ ...listened, ...(ends && { windows: predictions }) });
    else {
      const { audioSec, predictions: windows, notJudged, dropped } = listened;
      const unlike = notJudged > 0 ? `, ${notJudged} not: silent, or much quieter or louder than training` : "";
      const lost = dropped > 0 ? `, ${dropped} dropped` : "";
      screen.note(`${duration(audioSec)} heard, ${windows - notJudged} windows judged${unlike}${lost}.`);
    }
  } finally {
    for (const model of models) model.dispose();
  }
}
