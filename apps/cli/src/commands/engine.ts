import { spawn } from "node:child_process";
import {
  type EngineInfo,
  type EngineName,
  engineNames,
  isInstalled,
  isNative,
  listEngines,
  nativeEngines,
} from "@earshot/engine";
import { type InstallProgress, installEngine } from "@earshot/engine/install";
import pc from "picocolors";
import type { Context } from "../cli/context.js";
import type { Progress } from "../cli/screen.js";

export interface EngineOptions {
  threads?: number;
  /** This one alone, in this process. */
  only?: EngineName;
}

/** `earshot engine`: which engines load here, and how fast a reference step is on each. */
export async function engineCommand({ threads, only }: EngineOptions, { screen, signal }: Context): Promise<void> {
  if (only && !engineNames.includes(only)) {
    throw new RangeError(`engine: unknown engine "${only}"; known are ${engineNames.join(", ")}.`);
  }
  const engines: EngineInfo[] = [];
  for (const name of only ? [only] : engineNames) {
    signal.throwIfAborted();
    // A process holds one TensorFlow, and a damaged one may crash: each has a process of its own.
    const apart = !only && isNative(name) && (await isInstalled(name));
    engines.push(apart ? await listApart(name, signal) : (await listEngines({ names: [name], threads }))[0]);
  }
  // What `train` takes: one for GPUs where it loads, which here means that it finds a GPU.
  const usual = engines.find((e) => e.loads && isNative(e.name) && nativeEngines[e.name].gpu)?.name ?? "wasm";
  if (screen.json) {
    screen.printJson({ engines, default: usual });
    return;
  }
  for (const engine of engines) screen.print(`${lineOf(engine)}${engine.name === usual ? "  (default)" : ""}`);
  screen.print();
  screen.print(pc.dim("A step: a 3×3 convolution of 8 pictures of 32×32, 8 to 16 channels, and both its gradients."));
  if (!only && engines.some((e) => !e.loads)) {
    screen.print(pc.dim("`earshot engine install NAME` looks first whether this machine has what an engine needs."));
  }
}

function lineOf({ name, loads, reason = "", version, threads, simd, stepMs = 0, gflops = 0 }: EngineInfo): string {
  const label = pc.bold(name.padEnd(15));
  if (!loads) return `${label}${pc.dim(reason.replace(/^useEngine: /, ""))}`;
  const many = threads === 1 ? "1 thread" : `${threads} threads`;
  const how = name === "wasm" ? `${many}, ${simd} SIMD` : `version ${version}`;
  return `${label}${stepMs.toFixed(2).padStart(8)} ms a step${gflops.toFixed(gflops < 1 ? 3 : 1).padStart(8)} GFLOP/s  ${pc.dim(how)}`;
}

/** The same command for one engine, in a process of its own. */
async function listApart(name: EngineName, signal: AbortSignal): Promise<EngineInfo> {
  const args = [...process.execArgv, process.argv[1], "engine", "--only", name, "--json"];
  const child = spawn(process.execPath, args, { signal, stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const code = await new Promise<number | string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (status, killed) => resolve(status ?? killed ?? 1));
  });
  try {
    return (JSON.parse(text) as { engines: EngineInfo[] }).engines[0];
  } catch {
    const reason = `${name} ended its process (${code}); install it again with \`earshot engine install ${name}\`.`;
    return { name, loads: false, reason };
  }
}

const titles: Record<InstallProgress["stage"], string> = {
  download: "downloading (MB)",
  unpack: "unpacking",
  build: "building",
};

/** `earshot engine install NAME` */
export async function engineInstallCommand(
  name: string,
  { force = false }: { force?: boolean },
  { screen, signal }: Context,
): Promise<void> {
  let bar: { stage: string; shown: Progress } | undefined;
  const onProgress = ({ stage, done, total }: InstallProgress): void => {
    const unit = stage === "download" ? 1e6 : 1;
    if (bar?.stage !== stage) {
      bar?.shown.end();
      bar = { stage, shown: screen.progress(titles[stage], Math.round(total / unit)) };
    }
    bar.shown.update(Math.round(done / unit));
  };
  try {
    const { folder, version, gpu } = await installEngine(name, { force, signal, onProgress });
    bar?.shown.end();
    if (screen.json) screen.printJson({ name, folder, version, gpu });
    else {
      const where = gpu ? "it finds a GPU, and training uses it from now on" : "it computes on the CPU";
      screen.print(`${pc.bold(name)} is installed in ${folder}: TensorFlow ${version}; ${where}.`);
    }
  } catch (error) {
    bar?.shown.end();
    throw error;
  }
}
