import {
  type AudioSource,
  inThread,
  type LiveEvent,
  type LoadedModel,
  type SessionConfig,
  session,
} from "@earshot/live";
import pc from "picocolors";
import type { Screen } from "../cli/screen.js";

/** What a model said of a window, with names. */
export interface Heard {
  model: string;
  startSec: number;
  endSec: number;
  probabilities: Record<string, number>;
  events: LiveEvent[];
  /** Why the window is unlike anything in training, where it is. */
  notJudged?: string;
}

export interface Listened {
  source: string;
  audioSec: number;
  predictions: number;
  /** Of these, windows unlike anything in training: their probabilities should not be relied on. */
  notJudged: number;
  /** Windows that a model was too slow for. */
  dropped: number;
  events: ({ model: string } & LiveEvent)[];
}

export interface ListenOptions {
  session: SessionConfig;
  /** Told of every prediction. */
  onHeard?: (heard: Heard) => void;
  signal: AbortSignal;
}

/**
 * Listens to a source until it ends or the signal is raised, showing events as they come.
 *
 * @throws what the source or a model throws
 */
export async function listen(
  source: AudioSource,
  models: readonly LoadedModel[],
  { session: config, onHeard = () => {}, signal }: ListenOptions,
  screen: Screen,
): Promise<Listened> {
  const running = session(source, models.map(inThread), config);
  const classes = new Map(models.map(({ info }) => [info.name, info.classes]));
  const events: Listened["events"] = [];
  const verdicts = new Map<string, string>();
  let unjudged = 0;
  const progress = screen.progress(`Listening to ${source.name}`);
  const tell = (model: string, event: LiveEvent): void => {
    events.push({ model, ...event });
    const line = lineOf(model, event);
    if (line) progress.print(line);
  };
  await new Promise<void>((resolve, reject) => {
    const subscription = running.predictions$.subscribe({
      next: ({ model, startSec, endSec, probabilities, notJudged, events: begun }) => {
        const names = classes.get(model) ?? [];
        const said = { model, startSec, endSec, probabilities: named(names, probabilities), events: begun };
        onHeard({ ...said, ...(notJudged !== undefined && { notJudged }) });
        if (notJudged !== undefined) unjudged++;
        for (const event of begun) tell(model, event);
        const top = probabilities.indexOf(Math.max(...probabilities));
        const verdict = `${names[top]} ${Math.round(100 * probabilities[top])} %`;
        verdicts.set(model, `${model} ${notJudged === undefined ? verdict : `not judged: ${notJudged}`}`);
        progress.update(running.counters.audioSec, [...verdicts.values()].join(" · "));
      },
      error: reject,
      complete: resolve,
    });
    const stop = (): void => {
      subscription.unsubscribe();
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  }).finally(() => progress.end());
  for (const { model, event } of running.endings()) tell(model, event);
  const { audioSec, predictions, dropped } = running.counters;
  return { source: source.name, audioSec, predictions, notJudged: unjudged, dropped, events };
}

const named = (names: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, values[i]]));

/** One line an event, when it is over: from, to, what, how sure at most. */
function lineOf(model: string, event: LiveEvent): string | undefined {
  if (event.kind === "start") return undefined;
  const { startSec, endSec, label, probability } = event;
  const time = `${startSec.toFixed(2).padStart(8)} – ${endSec.toFixed(2).padStart(7)} s`;
  return `${pc.dim(time)}  ${model.padEnd(8)}  ${pc.bold(label)}  ${Math.round(100 * probability)} %`;
}
