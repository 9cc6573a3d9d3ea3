import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { type ModelState, packState, unpackState } from "@earshot/models";
import { UserError } from "../cli/errors.js";
import { earshotVersion } from "./environment.js";
import type { RunFolder } from "./runFolder.js";
import { writeJson, writeWhole } from "./wholeFile.js";

/** A file of a stage, with what its bytes must be. */
interface StageFile {
  file: string;
  bytes: number;
  sha256: string;
}

/** How far one fit is: a network between two epochs, or a model that is done. */
interface Stage {
  epoch?: number;
  training?: StageFile;
  model?: StageFile;
}

/** `checkpoint/progress.json`: everything that is needed to go on, with the states in files beside it. */
interface ProgressFile {
  format: "earshot-checkpoint";
  version: number;
  earshot: string;
  /** Of ids, labels and sounds of the items. */
  data: string;
  /** Of `log.jsonl`, up to the epochs that the stages hold. */
  logBytes: number;
  /** Of work so far. */
  seconds: number;
  stages: Record<string, Stage>;
}

/** What a run has stored, and where its fits store more. */
export interface Checkpoints {
  /** Seconds of work before this process. */
  readonly seconds: number;
  /** Whether there is anything to go on from. */
  readonly any: boolean;
  /** Ties the checkpoints to the items. @throws UserError if what is stored is of other items */
  setData(fingerprint: string): void;
  stage(name: string): StageStore;
  /** Removes the models of stages that are done, once the run is. Training states stay, so that it can be extended. */
  finish(): Promise<void>;
}

/** Where one fit stores how far it is. */
export interface StageStore {
  /** Epochs stored. */
  readonly epoch: number;
  /** State to go on from. @throws UserError if its file is damaged */
  training(): Promise<ModelState | undefined>;
  /** Model of a fit that was done. @throws UserError if its file is damaged */
  model(): Promise<ModelState | undefined>;
  /** Takes the state after an epoch, and writes it unless one was written a moment ago. */
  note(state: ModelState): Promise<void>;
  /** Writes what was noted last. @returns whether there is anything stored */
  flush(): Promise<boolean>;
  keepModel(state: ModelState): Promise<void>;
}

const version = 1;

/** Writing may take this share of the time. */
const share = 0.05;

/**
 * The checkpoints of a run folder: `checkpoint/progress.json`, which always names whole files, whenever the process ends.
 *
 * @param everySec pause between two checkpoints at least; whatever it is, going on ends at the same bits
 * @throws UserError if they are of another version
 */
export async function openCheckpoints(
  folder: RunFolder,
  { everySec, clock }: { everySec: number; clock: () => number },
): Promise<Checkpoints> {
  const progressPath = folder.path("checkpoint", "progress.json");
  const stored = await readProgress(progressPath);
  const progress: ProgressFile = stored ?? {
    format: "earshot-checkpoint",
    version,
    earshot: earshotVersion(),
    data: "",
    logBytes: 0,
    seconds: 0,
    stages: {},
  };
  const before = progress.seconds;
  await folder.cutLog(progress.logBytes);
  await removeStrangers(folder, progress);

  const read = async (own: StageFile | undefined): Promise<ModelState | undefined> => {
    if (!own) return undefined;
    const path = folder.path("checkpoint", own.file);
    const bytes = existsSync(path) ? await readFile(path) : undefined;
    if (!bytes || bytes.length !== own.bytes || sha256(bytes) !== own.sha256) {
      const state = bytes ? `is damaged (${bytes.length} of ${own.bytes} bytes)` : "is missing";
      throw new UserError(`${path} ${state}; remove ${folder.path("checkpoint")} to train from the start.`);
    }
    return unpackState(bytes, path);
  };
  const write = async (file: string, state: ModelState): Promise<StageFile> => {
    const bytes = packState(state);
    await writeWhole(folder.path("checkpoint", file), bytes);
    return { file, bytes: bytes.length, sha256: sha256(bytes) };
  };
  /** The names change first, then files that are named no more go: whatever happens between, what is named is there. */
  const commit = async (name: string, stage: Stage): Promise<void> => {
    const old = progress.stages[name];
    progress.stages[name] = stage;
    progress.seconds = Math.round(1000 * (before + clock())) / 1000;
    progress.logBytes = await folder.syncLog();
    await writeJson(progressPath, progress);
    for (const file of [old?.training?.file, old?.model?.file]) {
      if (file && file !== stage.training?.file && file !== stage.model?.file) {
        await rm(folder.path("checkpoint", file), { force: true });
      }
    }
  };

  return {
    seconds: before,
    get any() {
      return Object.keys(progress.stages).length > 0;
    },
    setData(fingerprint) {
      if (progress.data && progress.data !== fingerprint) {
        throw new UserError(
          `${folder.dir} was begun on other items than these (a recording, a label or the choice of items has changed); train again with another --out.`,
        );
      }
      progress.data = fingerprint;
    },
    stage(name) {
      let pending: ModelState | undefined;
      let writtenAt = performance.now();
      let pause = 1000 * everySec;
      const flush = async (): Promise<boolean> => {
        if (pending) {
          const [from, state] = [performance.now(), pending];
          const epoch = Number(state.epoch);
          await commit(name, { epoch, training: await write(`${name}-${epoch}.safetensors`, state) });
          if (pending === state) pending = undefined;
          writtenAt = performance.now();
          pause = everySec > 0 ? Math.max(1000 * everySec, (writtenAt - from) / share) : 0;
        }
        return progress.stages[name] !== undefined;
      };
      return {
        epoch: progress.stages[name]?.epoch ?? 0,
        training: () => read(progress.stages[name]?.training),
        model: () => read(progress.stages[name]?.model),
        async note(state) {
          pending = state;
          if (performance.now() - writtenAt >= pause) await flush();
        },
        flush,
        async keepModel(state) {
          await commit(name, { model: await write(`${name}.safetensors`, state) });
        },
      };
    },
    async finish() {
      for (const [name, { model: _, ...stage }] of Object.entries(progress.stages)) {
        if (stage.training) await commit(name, stage);
        else delete progress.stages[name];
      }
      if (Object.keys(progress.stages).length === 0)
        await rm(folder.path("checkpoint"), { recursive: true, force: true });
    },
  };
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function readProgress(path: string): Promise<ProgressFile | undefined> {
  if (!existsSync(path)) return undefined;
  let read: Partial<ProgressFile> | null;
  try {
    read = JSON.parse(await readFile(path, "utf8"));
  } catch {
    read = null;
  }
  if (read?.format !== "earshot-checkpoint" || typeof read.stages !== "object" || typeof read.logBytes !== "number") {
    throw new UserError(`${path} is no checkpoint of Earshot; remove its folder to train from the start.`);
  }
  if (read.version !== version || read.earshot !== earshotVersion()) {
    throw new UserError(
      `${path} was written by Earshot ${read.earshot} (format ${read.version}), this is ${earshotVersion()} (format ${version}); go on with that version, or train again with another --out.`,
    );
  }
  return read as ProgressFile;
}

/** Files that a killed process left half-written or no longer named. */
async function removeStrangers(folder: RunFolder, { stages }: ProgressFile): Promise<void> {
  const named = new Set(["progress.json"]);
  for (const { training, model } of Object.values(stages)) {
    for (const own of [training, model]) if (own) named.add(own.file);
  }
  await mkdir(folder.path("checkpoint"), { recursive: true });
  for (const file of await readdir(folder.path("checkpoint"))) {
    if (!named.has(file)) await rm(folder.path("checkpoint", file), { recursive: true, force: true });
  }
}
