import { spawn } from "node:child_process";
import { access, constants, mkdir, readdir, statfs } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { cacheFolder, detectCorpus } from "@earshot/datasets/node";
import { isInstalled, nativeNames, useEngine } from "@earshot/engine";
import { listMicrophones } from "@earshot/live";

/** One thing that was looked at. */
export interface Check {
  name: string;
  /** `missing` is optional equipment; `broken` keeps Earshot from its work. */
  state: "there" | "missing" | "broken";
  /** What was found. */
  found: string;
  /** What it is good for. */
  use: string;
  /** The command that brings it, where it is not there. */
  mend?: string;
}

/** Everything that Earshot uses of a machine, in the order in which people need it. */
export async function checkMachine(): Promise<Check[]> {
  return [
    node(),
    await engine(),
    await gpu(),
    await program("ffmpeg", ["-version"], "reads m4a, WMA, AIFF and the sound and pictures of videos", "ffmpeg"),
    await program("espeak-ng", ["--version"], "speaks more voices for spoofing and training", "espeak-ng"),
    await microphones(),
    await redis(),
    await data(),
    await cache(),
  ];
}

function node(): Check {
  const use = `runs Earshot; ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  const found = process.version;
  if (Number(process.versions.node.split(".")[0]) >= 20) return { name: "Node", state: "there", found, use };
  return { name: "Node", state: "broken", found, use, mend: "install Node 20 or newer" };
}

async function engine(): Promise<Check> {
  const use = "trains networks";
  try {
    const { threads, simd } = await useEngine({ prefer: "wasm" });
    return { name: "engine", state: "there", found: `wasm, ${threads} threads, ${simd} SIMD`, use };
  } catch (error) {
    return { name: "engine", state: "broken", found: messageOf(error), use, mend: "install Earshot again" };
  }
}

async function gpu(): Promise<Check> {
  const use = "trains large networks faster";
  const seen = await output("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"]);
  if (!seen) return { name: "GPU", state: "missing", found: "no NVIDIA GPU", use };
  const name = seen.trim().split("\n")[0];
  for (const native of nativeNames) {
    if (await isInstalled(native)) return { name: "GPU", state: "there", found: `${name}, engine ${native}`, use };
  }
  return { name: "GPU", state: "missing", found: `${name}, no engine`, use, mend: "earshot engine install cuda12" };
}

async function program(name: string, args: string[], use: string, packageName: string): Promise<Check> {
  const text = await output(name, args);
  if (text === undefined)
    return { name, state: "missing", found: "not installed", use, mend: installWith(packageName) };
  const version = /\d+(\.\d+)+/.exec(text)?.[0] ?? "installed";
  return { name, state: "there", found: version, use };
}

async function microphones(): Promise<Check> {
  const [name, use] = ["naudiodon", "hears a microphone without a browser"];
  try {
    const found = await listMicrophones();
    const list = found.length > 0 ? found.map((microphone) => microphone.name).join(", ") : "no microphone";
    return { name, state: "there", found: list, use };
  } catch {
    return { name, state: "missing", found: "not installed", use, mend: "npm install naudiodon" };
  }
}

async function redis(): Promise<Check> {
  const use = "shares work between machines (--queue)";
  for (const server of ["redis-server", "valkey-server"]) {
    const version = await output(server, ["--version"]);
    if (version) return { name: "Redis", state: "there", found: `${server} ${/\d+(\.\d+)+/.exec(version)?.[0]}`, use };
  }
  const mend = `${installWith("redis-server")}, or name a server elsewhere`;
  return { name: "Redis", state: "missing", found: "no server on this machine", use, mend };
}

async function data(): Promise<Check> {
  const [name, use] = ["data", "is learned from where a command names none"];
  const root = process.env.EARSHOT_DATA;
  if (!root)
    return { name, state: "missing", found: "EARSHOT_DATA is not set", use, mend: "export EARSHOT_DATA=FOLDER" };
  try {
    const names = await readdir(root);
    const kind = await detectCorpus(root).catch(() => undefined);
    const found = kind ? `${root}: ${kind}` : `${root}: ${names.length} files and folders`;
    return { name, state: "there", found, use };
  } catch (error) {
    return {
      name,
      state: "broken",
      found: messageOf(error),
      use,
      mend: "let EARSHOT_DATA name a folder that can be read",
    };
  }
}

async function cache(): Promise<Check> {
  const folder = cacheFolder();
  const use = "keeps features and extracted archives";
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const free = `${((bavail * bsize) / 2 ** 30).toFixed(1)} GiB free`;
    return { name: "cache", state: "there", found: `${folder}, ${free}`, use };
  } catch (error) {
    return {
      name: "cache",
      state: "broken",
      found: messageOf(error),
      use,
      mend: "let EARSHOT_CACHE name a folder of yours",
    };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** How this kind of machine installs a program. */
function installWith(name: string): string {
  if (process.platform === "darwin") return `brew install ${name.replace("-server", "")}`;
  if (process.platform === "win32") return `choco install ${name.replace("-server", "-64")}`;
  return `sudo apt-get install ${name}`;
}

/** What a program prints, or undefined where it cannot be run. */
function output(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"], timeout: 5000 });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => resolve(code === 0 ? text : undefined));
  });
}
