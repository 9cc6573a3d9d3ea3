import type { LoadedModel } from "../session/model.js";
import { openModel } from "../session/openModel.js";
import type { WorkerReply, WorkerRequest } from "./messages.js";

/** What an inference worker does: loads the models once, then answers one batch after another. */
export function answerRequests(
  answer: (reply: WorkerReply, transfer?: ArrayBuffer[]) => void,
): (request: WorkerRequest) => void {
  const models = new Map<string, LoadedModel>();
  let own = new Float32Array(0);

  const handle = async (request: WorkerRequest): Promise<void> => {
    if (request.type === "load") {
      try {
        for (const source of request.models) {
          const model = await openModel(source);
          if (models.has(model.info.name)) {
            throw new Error(`startServer: two models are called ${model.info.name}; give one of them another name.`);
          }
          models.set(model.info.name, model);
        }
        const loaded = [...models.values()];
        const native = loaded.filter((model) => model.native).map((model) => model.info.name);
        answer({ type: "loaded", infos: loaded.map((model) => model.info), native });
      } catch (error) {
        answer({ type: "unloadable", message: messageOf(error) });
      }
      return;
    }
    const { id, model, count, frames } = request;
    try {
      // Models get memory of this thread alone: not all libraries take shared memory, and a model may write on what it is given.
      if (own.length < frames.length) own = new Float32Array(frames.length);
      own.set(frames);
      const given = await models.get(model)?.predictProba(own.subarray(0, frames.length), count);
      if (!given) throw new Error(`there is no model "${model}" in this worker`);
      const probabilities = Float32Array.from(given);
      answer({ type: "result", id, probabilities }, [probabilities.buffer]);
    } catch (error) {
      answer({ type: "failed", id, message: messageOf(error) });
    }
  };

  // One after the other: a model may hold buffers that two predictions must not share.
  let queue: Promise<void> = Promise.resolve();
  return (request) => {
    queue = queue.then(() => handle(request));
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
