import { randomBytes } from "node:crypto";
import { appendFile, mkdir, readdir, readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";
import { UserError } from "../cli/errors.js";
import { writeWhole } from "../run/wholeFile.js";
import { finiteEntries, type Tracker } from "./tracker.js";

export interface MlflowFolderOptions {
  /** The store, usually `mlruns`. */
  folder: string;
  /** Experiment's name; made if the store has none of that name. */
  experiment: string;
  /** Run's name. */
  run: string;
  /** Milliseconds since 1970, for tests; default `Date.now`. */
  now?: () => number;
}

const outcomes = { finished: 3, failed: 4, interrupted: 5 } as const;

/**
 * Writes a run in MLflow's file layout (`mlruns/EXPERIMENT/RUN/{params,metrics,tags,artifacts}`), to look at with
 * `mlflow ui --backend-store-uri FOLDER`, with no server while training.
 *
 * @throws UserError if a name cannot be a file name there; the system's error if the store cannot be written
 */
export async function mlflowFolderTracker(options: MlflowFolderOptions): Promise<Tracker> {
  const { folder, experiment, run, now = Date.now } = options;
  const store = resolve(folder);
  const experimentId = await findExperiment(store, experiment, now());
  const runId = randomBytes(16).toString("hex");
  const dir = join(store, experimentId, runId);
  const started = now();
  const user = userName();
  const writeMeta = (status: number, endTime: number | null) =>
    writeWhole(
      join(dir, "meta.yaml"),
      stringify({
        artifact_uri: pathToFileURL(join(dir, "artifacts")).href,
        end_time: endTime,
        entry_point_name: "",
        experiment_id: experimentId,
        lifecycle_stage: "active",
        run_id: runId,
        run_name: run,
        run_uuid: runId,
        source_name: "",
        source_type: 4,
        source_version: "",
        start_time: started,
        status,
        tags: [],
        user_id: user,
      }),
    );
  for (const part of ["params", "metrics", "tags", "artifacts"]) await mkdir(join(dir, part), { recursive: true });
  await writeWhole(join(dir, "tags", "mlflow.runName"), run);
  await writeWhole(join(dir, "tags", "mlflow.user"), user);
  await writeWhole(join(dir, "tags", "mlflow.source.name"), "earshot");
  const RUNNING = 1;
  await writeMeta(RUNNING, null);
  return {
    async settings(values) {
      for (const [name, value] of Object.entries(values)) {
        await writeWhole(join(dir, "params", checkedName(name)), String(value).slice(0, 6000));
      }
    },
    async scalars(step, values) {
      for (const [name, value] of finiteEntries(values)) {
        const path = join(dir, "metrics", checkedName(name));
        await mkdir(join(path, ".."), { recursive: true });
        await appendFile(path, `${now()} ${value} ${step}\n`);
      }
    },
    async image(name, step, png) {
      await writeWhole(join(dir, "artifacts", `${checkedName(name)}-${step}.png`), png);
    },
    close: (outcome) => writeMeta(outcomes[outcome], now()),
  };
}

/** The experiment's folder by its name, made where there is none. */
async function findExperiment(store: string, name: string, now: number): Promise<string> {
  await mkdir(store, { recursive: true });
  for (const entry of await readdir(store, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith(".")) continue;
    const meta = await readFile(join(store, entry.name, "meta.yaml"), "utf8").catch(() => undefined);
    if (meta && (parse(meta) as { name?: string })?.name === name) return entry.name;
  }
  // Eighteen digits, as MLflow numbers its own.
  const id = String(10n ** 17n + (BigInt(`0x${randomBytes(7).toString("hex")}`) % (9n * 10n ** 17n)));
  await writeWhole(
    join(store, id, "meta.yaml"),
    stringify({
      artifact_location: pathToFileURL(join(store, id)).href,
      creation_time: now,
      experiment_id: id,
      last_update_time: now,
      lifecycle_stage: "active",
      name,
    }),
  );
  return id;
}

/** Names become paths: only what MLflow allows, and nothing that leaves the folder. */
export function checkedName(name: string): string {
  const parts = name.split("/");
  if (!/^[\w.\- /:]+$/.test(name) || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new UserError(
      `MLflow cannot take the name ${JSON.stringify(name)}: letters, digits, "_", "-", ".", ":", "/" and blanks alone.`,
    );
  }
  return name;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
