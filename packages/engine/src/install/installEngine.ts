import { enginesFolder, findEngine } from "../native/engineFolder.js";
import { isNative, type NativeName, nativeEngines, nativeNames, TFJS_NODE } from "../native/engines.js";
import { importBuiltin, isNode } from "../setup/host.js";
import { buildFromWheels, must } from "./buildFromWheels.js";
import { checkNeeds } from "./checkNeeds.js";
import { runCommand, runNpm } from "./runCommand.js";

/** How far an installation is: bytes of a download, archives unpacked, steps of a build. */
export interface InstallProgress {
  stage: "download" | "unpack" | "build";
  done: number;
  total: number;
}

/** Options of {@link installEngine}. */
export interface InstallOptions {
  /** Gets every line that npm and the compiler print. */
  onLine?: (line: string) => void;
  onProgress?: (progress: InstallProgress) => void;
  signal?: AbortSignal;
  /** Goes on although something that the engine needs is missing, such as a GPU while an image is built (default false). */
  force?: boolean;
}

/** What the steps of an installation share. */
export interface Installing extends Omit<InstallOptions, "force"> {
  /** Where the engine grows; it moves to its place when it is whole. */
  folder: string;
  /** Archives; they stay after a failure, so that the next try goes on. */
  downloads: string;
}

/** What {@link installEngine} put where. */
export interface InstalledEngine {
  folder: string;
  /** Of TensorFlow's library. */
  version: string;
  gpu: boolean;
}

/**
 * Installs TensorFlow's own library as an engine into the user's cache folder. What it needs is checked first; it is built aside, loaded
 * once in a process of its own, and only then takes its place, so a failure leaves the engine as it was. Nothing changes in the program's
 * dependencies.
 *
 * @throws RangeError for an unknown name; Error that says what is missing, or which step failed and why, and what the engine needs
 */
export async function installEngine(name: string, options: InstallOptions = {}): Promise<InstalledEngine> {
  if (!isNative(name)) {
    const known = `${nativeNames.slice(0, -1).join(", ")} and ${nativeNames[nativeNames.length - 1]}`;
    throw new RangeError(`installEngine: unknown engine "${name}"; known are ${known}.`);
  }
  if (!isNode()) throw new Error("installEngine: engines can be installed in Node only.");
  const [{ mkdir, rename, rm }, { join }] = await Promise.all([
    importBuiltin<typeof import("node:fs/promises")>("node:fs/promises"),
    importBuiltin<typeof import("node:path")>("node:path"),
  ]);
  const { force = false, ...run } = options;
  const { needs, library } = nativeEngines[name];
  const engines = await enginesFolder();
  await mkdir(engines, { recursive: true });
  await clearAbandoned(engines);
  const missing = force ? [] : await checkNeeds(name, engines);
  if (missing.length) {
    throw new Error(
      `installEngine: ${name} cannot be installed here: ${missing.join("; ")}. It needs ${needs}; { force: true } tries it all the same.`,
    );
  }
  const installing: Installing = {
    ...run,
    folder: join(engines, `${name}.${process.pid}.partial`),
    downloads: join(engines, "downloads"),
  };
  const place = join(engines, name);
  try {
    await mkdir(installing.folder, { recursive: true });
    await (library === "wheels" ? buildFromWheels(name, installing) : runScript(name, installing));
    const loaded = await loadOnce(name, installing);
    await rm(place, { recursive: true, force: true });
    await rename(installing.folder, place);
    await rm(installing.downloads, { recursive: true, force: true });
    return { folder: place, ...loaded };
  } catch (error) {
    await rm(installing.folder, { recursive: true, force: true });
    run.signal?.throwIfAborted();
    throw new Error(`installEngine: ${name} was not installed: ${(error as Error).message}. It needs ${needs}.`);
  }
}

/** tfjs-node as its authors install it: npm runs its script, which downloads the library. */
async function runScript(name: NativeName, { folder, ...run }: Installing): Promise<void> {
  const [{ writeFile }, { join }] = await Promise.all([
    importBuiltin<typeof import("node:fs/promises")>("node:fs/promises"),
    importBuiltin<typeof import("node:path")>("node:path"),
  ]);
  const manifest = {
    private: true,
    dependencies: { [nativeEngines[name].package]: TFJS_NODE, "@tensorflow/tfjs-core": TFJS_NODE },
    // Yes to this package's script alone, where npm asks.
    allowScripts: { [nativeEngines[name].package]: true },
    overrides: { "@tensorflow/tfjs": `npm:@tensorflow/tfjs-core@${TFJS_NODE}` },
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  run.onProgress?.({ stage: "build", done: 0, total: 1 });
  await must(
    "npm install",
    runNpm(["install", "--no-audit", "--no-fund", "--foreground-scripts"], { ...run, cwd: folder }),
  );
  run.onProgress?.({ stage: "build", done: 1, total: 1 });
}

/** Loads addon and package in another process, which may crash without harm, and computes −1. */
const TRIAL = `
const [, addon, folder] = process.argv;
const b = require(addon);
for (const part of ["nodejs_kernel_backend", "register_all_kernels"]) require(folder + "/dist/" + part);
const x = b.createTensor([1], b.TF_FLOAT, new Float32Array([1]));
const [y] = b.executeOp("Neg", [{ name: "T", type: b.TF_ATTR_TYPE, value: b.TF_FLOAT }], [x], 1);
if (b.tensorDataSync(y.id)[0] !== -1) throw new Error("it computes nonsense");
console.log("loaded " + JSON.stringify({ version: b.TF_Version, gpu: b.isUsingGpuDevice() }));
`;

async function loadOnce(name: NativeName, { folder, signal }: Installing): Promise<{ version: string; gpu: boolean }> {
  const parts = await findEngine(name, [folder]);
  if (!parts) throw new Error("its install script left no addon");
  const running = runCommand(process.execPath, ["-e", TRIAL, parts.addon, parts.packageFolder], {
    signal,
    env: { TF_CPP_MIN_LOG_LEVEL: "2" },
  });
  const last = (await must("the first load", running)).find((line) => line.startsWith("loaded "));
  if (!last) throw new Error("the first load said nothing");
  return JSON.parse(last.slice("loaded ".length));
}

/** Removes what installations that were killed have left, those of living processes excepted. */
async function clearAbandoned(engines: string): Promise<void> {
  const [{ readdir, rm }, { join }] = await Promise.all([
    importBuiltin<typeof import("node:fs/promises")>("node:fs/promises"),
    importBuiltin<typeof import("node:path")>("node:path"),
  ]);
  for (const entry of await readdir(engines)) {
    const pid = Number(/\.(\d+)\.partial$/.exec(entry)?.[1]);
    if (pid && pid !== process.pid && !isAlive(pid)) await rm(join(engines, entry), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
