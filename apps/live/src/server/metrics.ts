import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Inference } from "../inference/inference.js";

/** Counters of the hot path: plain numbers, read when somebody asks for metrics. */
export interface Tally {
  connections: number;
  streams: number;
  messages: number;
  audioSec: number;
}

export interface Metrics {
  registry: Registry;
  tally: Tally;
  connected: Counter;
  refused: Counter<"code">;
  errors: Counter<"code">;
  predictions: Counter<"model">;
  dropped: Counter;
  gated: Counter;
  lag: Histogram<"model">;
  batch: Histogram<"model">;
  batchMs: Histogram<"model">;
  workersLost: Counter;
}

const lagBuckets = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];

/** The metrics of one server, in a registry of their own. */
export function createMetrics(inference: () => Inference | undefined, shed: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const tally: Tally = { connections: 0, streams: 0, messages: 0, audioSec: 0 };
  const counter = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Counter<T>({ name: `earshot_${name}`, help, labelNames, registers });
  const read = (name: string, help: string, value: () => number, Kind: typeof Gauge | typeof Counter = Gauge) =>
    new Kind({
      name: `earshot_${name}`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  read("connections", "Connections open now.", () => tally.connections);
  read("streams", "Connections that send audio now.", () => tally.streams);
  read("inference_pending", "Windows waiting for or in inference.", () => inference()?.pending ?? 0);
  read("windows_shed_share", "Share of windows let go because the server is short of time.", shed);
  read("messages_total", "Messages received.", () => tally.messages, Counter);
  read("audio_seconds_total", "Audio received, s.", () => tally.audioSec, Counter);
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `earshot_${name}`, help, labelNames: ["model"] as const, buckets, registers });
  return {
    registry,
    tally,
    connected: counter("connections_total", "Connections accepted."),
    refused: counter("refused_total", "Connections refused, by reason.", ["code"]),
    errors: counter("errors_total", "Connections ended by an error, by its code.", ["code"]),
    predictions: counter("predictions_total", "Predictions sent.", ["model"]),
    dropped: counter("windows_dropped_total", "Windows dropped because a model or the server could not keep up."),
    gated: counter("windows_gated_total", "Windows left out because nobody could be heard."),
    lag: histogram("lag_seconds", "From the last sample of a window to its prediction.", lagBuckets),
    batch: histogram("batch_windows", "Windows in an inference call.", [1, 2, 4, 8, 16, 32, 64]),
    batchMs: histogram("batch_seconds", "Duration of an inference call.", lagBuckets),
    workersLost: counter("workers_lost_total", "Inference workers that had to be replaced."),
  };
}
