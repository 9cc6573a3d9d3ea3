import { unpackModel } from "@earshot/models";
import { Subject } from "rxjs";
import type { AudioChunk } from "../core/types.js";
import { doneMessage, predictionMessage, publicInfo } from "../protocol/answers.js";
import type { Done, ModelInfo, PredictionMessage } from "../protocol/messages.js";
import { loadedModel } from "../session/loadedModel.js";
import { inThread, type LiveModel } from "../session/model.js";
import { session } from "../session/session.js";
import { noCounts } from "../sources/types.js";

/** From the page. */
export type OfflineRequest =
  | {
      type: "start";
      models: readonly string[];
      /** Where the models' folders are served. */
      base: string;
      token?: string;
      sampleRate: number;
      sensitivity: number;
      latencySec?: number;
      gate: boolean;
    }
  | { type: "audio"; samples: Float32Array }
  | { type: "eof" };

/** To the page. */
export type OfflineReply =
  | { type: "ready"; models: ModelInfo[] }
  | PredictionMessage
  | Done
  | { type: "failed"; message: string };

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<OfflineRequest>) => void) | null;
  postMessage(reply: OfflineReply): void;
};

const chunks$ = new Subject<AudioChunk>();
let sampleRate = 16_000;
let seen = 0;
/** Audio that came while the models were loading; loading takes seconds at most. */
let early: OfflineRequest[] | undefined = [];

scope.onmessage = ({ data: request }) => {
  if (request.type === "start") void start(request).catch(fail);
  else if (early) early.push(request);
  else hear(request);
};

function hear(request: OfflineRequest): void {
  if (request.type === "eof") chunks$.complete();
  if (request.type !== "audio") return;
  const startSec = seen / sampleRate;
  seen += request.samples.length;
  chunks$.next({ startSec, sampleRate, samples: request.samples, receivedMs: performance.now() });
}

async function start(request: Extract<OfflineRequest, { type: "start" }>): Promise<void> {
  const headers: Record<string, string> = request.token ? { Authorization: `Bearer ${request.token}` } : {};
  const models = await Promise.all(request.models.map((name) => fetchModel(request.base, name, headers)));
  ({ sampleRate } = request);
  const { sensitivity, latencySec, gate } = request;
  const config = { sensitivity, gate, ...(latencySec !== undefined && { latencySec }), capacity: 64 };
  const listener = session({ name: "page", chunks$, counters: noCounts() }, models, config);
  const classes = new Map(models.map(({ info }) => [info.name, info.classes]));
  listener.predictions$.subscribe({
    next: (prediction) => scope.postMessage(predictionMessage(prediction, classes.get(prediction.model) ?? [])),
    error: fail,
    complete: () => scope.postMessage(doneMessage(listener)),
  });
  scope.postMessage({ type: "ready", models: models.map(({ info }) => publicInfo(info)) });
  const waiting = early ?? [];
  early = undefined;
  for (const one of waiting) hear(one);
}

async function fetchModel(base: string, name: string, headers: Record<string, string>): Promise<LiveModel> {
  const files: Record<string, Uint8Array> = {};
  for (const file of ["model.json", "weights.safetensors"]) {
    const response = await fetch(new URL(`${encodeURIComponent(name)}/${file}`, base), { headers });
    if (!response.ok) throw new Error(`The model ${name} could not be fetched (${response.status}).`);
    files[file] = new Uint8Array(await response.arrayBuffer());
  }
  const { model, manifest } = await unpackModel(files);
  return inThread(loadedModel(model, manifest, { name }));
}

function fail(error: unknown): void {
  scope.postMessage({ type: "failed", message: error instanceof Error ? error.message : String(error) });
}
