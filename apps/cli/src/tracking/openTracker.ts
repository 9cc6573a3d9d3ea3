import { join } from "node:path";
import { UsageError } from "../cli/errors.js";
import { mlflowFolderTracker } from "./mlflowFolder.js";
import { mlflowServerTracker } from "./mlflowServer.js";
import { tensorboardTracker } from "./tensorboard.js";
import { type Tracker, trackAll } from "./tracker.js";

export interface TrackedRun {
  /** The run's folder: event files go to `tensorboard/` below it. */
  folder: string;
  /** The run's name. */
  name: string;
  /** The recipe's name: MLflow's experiment. */
  experiment: string;
}

/**
 * What `--track` asks for: "tensorboard", "mlflow" (a folder `mlruns` here), "mlflow=FOLDER" or "mlflow=http://…"; several
 * are told one after the other. None at all gives a tracker that tells nobody.
 *
 * @throws UsageError for anything else
 */
export async function openTracker(wanted: readonly string[], run: TrackedRun): Promise<Tracker> {
  const trackers: Tracker[] = [];
  for (const wish of wanted) {
    const [kind, target] = splitOnce(wish);
    const common = { experiment: run.experiment, run: run.name };
    if (kind === "tensorboard") {
      trackers.push(await tensorboardTracker({ folder: target ?? join(run.folder, "tensorboard") }));
    } else if (kind === "mlflow") {
      const server = target && /^https?:\/\//.test(target);
      trackers.push(
        server
          ? await mlflowServerTracker({ ...common, url: target })
          : await mlflowFolderTracker({ ...common, folder: target ?? "mlruns" }),
      );
    } else {
      throw new UsageError(
        `--track must be tensorboard, tensorboard=FOLDER, mlflow, mlflow=FOLDER or mlflow=http://HOST:PORT, got ${wish}.`,
      );
    }
  }
  return trackAll(trackers);
}

function splitOnce(wish: string): [string, string | undefined] {
  const at = wish.indexOf("=");
  return at < 0 ? [wish, undefined] : [wish.slice(0, at), wish.slice(at + 1)];
}
