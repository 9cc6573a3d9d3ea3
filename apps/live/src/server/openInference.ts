import type { Worker } from "node:worker_threads";
import { type Inference, startInference } from "../inference/inference.js";
import type { Metrics } from "./metrics.js";
import type { LiveServerOptions, Logger } from "./options.js";
import { checkPace } from "./servedModels.js";

/** Loads the models into their workers and tries them. */
export async function openInference(
  options: LiveServerOptions,
  metrics: Metrics,
  logger: Logger,
  spawn?: () => Worker,
): Promise<Inference> {
  const { models, workers, maxBatch, batchWaitMs, inferenceTimeoutMs: timeoutMs } = options;
  const inference = await startInference({
    models,
    workers,
    maxBatch,
    batchWaitMs,
    timeoutMs,
    spawn,
    onBatch: (model, count, ms) => {
      metrics.batch.observe({ model }, count);
      metrics.batchMs.observe({ model }, ms / 1000);
    },
    onWorkerLost: (reason) => {
      metrics.workersLost.inc();
      logger.warn({ reason }, "inference worker replaced");
    },
  });
  try {
    await checkPace(inference);
  } catch (error) {
    await inference.close();
    throw error;
  }
  return inference;
}
