import { UserError } from "../cli/errors.js";
import { checkedName } from "./mlflowFolder.js";
import { finiteEntries, type Tracker } from "./tracker.js";

export interface MlflowServerOptions {
  /** The tracking server, "http://127.0.0.1:5000". */
  url: string;
  /** Experiment's name; made if the server has none of that name. */
  experiment: string;
  /** Run's name. */
  run: string;
  /** Milliseconds since 1970, for tests; default `Date.now`. */
  now?: () => number;
  /** Longest wait for an answer, milliseconds; default 10,000. */
  timeoutMs?: number;
}

const outcomes = { finished: "FINISHED", failed: "FAILED", interrupted: "KILLED" } as const;

/**
 * Tells an MLflow tracking server by its REST interface (2.0): settings, figures, pictures, outcome.
 *
 * @throws UserError if the server cannot be reached or refuses; the sentence names the address and what it said
 */
export async function mlflowServerTracker(options: MlflowServerOptions): Promise<Tracker> {
  const { experiment, run, now = Date.now } = options;
  const call = caller(options);
  const experimentId = await findExperiment(call, experiment);
  const created = (await call("POST", "mlflow/runs/create", {
    experiment_id: experimentId,
    start_time: now(),
    run_name: run,
    tags: [{ key: "mlflow.source.name", value: "earshot" }],
  })) as { run: { info: { run_id: string; artifact_uri: string } } };
  const { run_id: runId, artifact_uri: artifacts } = created.run.info;
  return {
    async settings(values) {
      const params = Object.entries(values).map(([key, value]) => ({
        key: checkedName(key),
        value: String(value).slice(0, 6000),
      }));
      // The interface takes a hundred at a time.
      for (let at = 0; at < params.length; at += 100) {
        await call("POST", "mlflow/runs/log-batch", { run_id: runId, params: params.slice(at, at + 100) });
      }
    },
    async scalars(step, values) {
      const metrics = finiteEntries(values).map(([key, value]) => ({
        key: checkedName(key),
        value,
        timestamp: now(),
        step,
      }));
      if (metrics.length > 0) await call("POST", "mlflow/runs/log-batch", { run_id: runId, metrics });
    },
    async image(name, step, png) {
      // Only a server that keeps artifacts itself takes them over the same address.
      if (!artifacts.startsWith("mlflow-artifacts:")) return;
      const path = artifacts.replace(/^mlflow-artifacts:\/*/, "");
      await call("PUT", `mlflow-artifacts/artifacts/${path}/${encodeURI(checkedName(name))}-${step}.png`, png);
    },
    async close(outcome) {
      await call("POST", "mlflow/runs/update", { run_id: runId, status: outcomes[outcome], end_time: now() });
    },
  };
}

type Call = (method: "GET" | "POST" | "PUT", path: string, body?: object | Uint8Array) => Promise<unknown>;

class ServerError extends UserError {
  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

async function findExperiment(call: Call, name: string): Promise<string> {
  try {
    const query = `mlflow/experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    const found = (await call("GET", query)) as { experiment: { experiment_id: string } };
    return found.experiment.experiment_id;
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== "RESOURCE_DOES_NOT_EXIST") throw error;
    return ((await call("POST", "mlflow/experiments/create", { name })) as { experiment_id: string }).experiment_id;
  }
}

function caller({ url, timeoutMs = 10_000 }: MlflowServerOptions): Call {
  const base = url.replace(/\/+$/, "");
  return async (method, path, body) => {
    const binary = body instanceof Uint8Array;
    const response = await fetch(`${base}/api/2.0/${path}`, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body && {
        body: binary ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
        headers: { "Content-Type": binary ? "image/png" : "application/json" },
      }),
    }).catch((error: Error) => {
      const reason = (error.cause as Error | undefined)?.message ?? error.message;
      throw new UserError(`No MLflow server answers at ${base} (${reason}); start one with \`mlflow server\`.`);
    });
    const text = await response.text();
    const answer = parsed(text);
    if (!response.ok) {
      const { error_code: code, message = text.slice(0, 200) } = answer as { error_code?: string; message?: string };
      throw new ServerError(`The MLflow server at ${base} refused ${path}: ${response.status} ${message}`, code);
    }
    return answer;
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text || "{}");
  } catch {
    return {};
  }
}
