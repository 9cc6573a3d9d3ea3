import { type NativeName, nativeEngines } from "../native/engines.js";
import { hasNvidiaDriver } from "../setup/chooseEngine.js";
import { importBuiltin } from "../setup/host.js";
import { reasonOf } from "./download.js";
import { runCommand, runNpm } from "./runCommand.js";
import { wheels } from "./wheels.js";

/** Where tfjs-node's install script gets its library from, unless the environment says otherwise. */
const libraryHost = (): string => process.env.TFJS_NODE_CDN_STORAGE ?? "https://storage.googleapis.com/";
/** Unpacked libraries, the archives they came in and what the build leaves for a while, by the archives' size. */
const UNPACKED = 4;

const runs = async (command: string, ...args: string[]): Promise<boolean> =>
  (await runCommand(command, args)).code === 0;

/**
 * What an engine's installation lacks on this machine, each as a clause; nothing is changed, and little is downloaded.
 *
 * @param folder where it would go
 */
export async function checkNeeds(name: NativeName, folder: string): Promise<string[]> {
  const engine = nativeEngines[name];
  const missing = await (engine.library === "script" ? scriptNeeds() : buildNeeds(name, folder));
  if ((await runNpm(["--version"], {})).code !== 0) missing.push("npm does not start");
  if (engine.gpu && !(await hasNvidiaDriver())) missing.push("no NVIDIA driver is found");
  else if (name === "gpu") missing.push(...(await cudaNeeds()));
  return missing;
}

async function scriptNeeds(): Promise<string[]> {
  const missing: string[] = [];
  const major = Number(process.versions.node.split(".")[0]);
  if (major > 22) missing.push(`Node is ${process.versions.node} and must be 20 to 22`);
  try {
    await fetch(libraryHost(), { method: "HEAD", signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    const why = reasonOf(error as Error);
    missing.push(`${new URL(libraryHost()).host}, where TensorFlow's library comes from, cannot be reached (${why})`);
  }
  return missing;
}

/** CUDA 11 for tfjs-node-gpu, as far as the loader's list tells. */
async function cudaNeeds(): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const { code, lines } = await runCommand("ldconfig", ["-p"]);
  const paths = (process.env.LD_LIBRARY_PATH ?? "").split(":").filter(Boolean);
  const { readdirSync } = await importBuiltin<typeof import("node:fs")>("node:fs");
  const named = paths.flatMap((path) => {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  });
  const found = (library: string): boolean => [...lines, ...named].some((line) => line.includes(library));
  if (code !== 0 && named.length === 0) return [];
  return ["libcudart.so.11", "libcudnn.so.8"].filter((l) => !found(l)).map((l) => `${l} is not among the libraries`);
}

async function buildNeeds(name: NativeName, folder: string): Promise<string[]> {
  const missing: string[] = [];
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  const glibc = report?.header?.glibcVersionRuntime;
  if (process.platform !== "linux" || process.arch !== "x64") {
    missing.push(`this is ${process.platform} on ${process.arch} and must be linux on x64`);
  } else if (!glibc) {
    missing.push("this Linux has no glibc");
  } else if (Number(glibc.split(".")[0]) === 2 && Number(glibc.split(".")[1]) < 27) {
    missing.push(`glibc is ${glibc} and must be 2.27 or newer`);
  }
  if (!(await runs(python(), "-c", "import sys; sys.exit(sys.version_info < (3, 8))"))) {
    missing.push("Python 3.8 or newer is not found (python3)");
  }
  if (!(await runs("make", "--version"))) missing.push("make is not found");
  if (!(await runs(process.env.CXX ?? "g++", "--version")))
    missing.push("no C++ compiler is found (g++, or what CXX names)");
  const { statfs } = await importBuiltin<typeof import("node:fs/promises")>("node:fs/promises");
  const { bavail, bsize } = await statfs(folder);
  const needed = UNPACKED * (wheels[name] ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
  if (bavail * bsize < needed) {
    const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
    missing.push(`${folder} has ${gigabytes(bavail * bsize)} GB free and needs ${gigabytes(needed)}`);
  }
  return missing;
}

/** The Python that node-gyp runs. */
export const python = (): string => process.env.PYTHON ?? "python3";
