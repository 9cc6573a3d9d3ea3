import { importBuiltin, isNode } from "./host.js";
import { engineFolder, loadNative, type NativeName, nativePackages } from "./nativeEngine.js";

/** What each engine needs, said before and after a failed installation. */
export const engineNeeds: Record<NativeName, string> = {
  native: "Node 20 or 22, a network (it downloads some 200 MB of libtensorflow), and a compiler if no binary fits",
  gpu: "Node 20 or 22, an NVIDIA GPU with CUDA 11.2 and cuDNN 8.1, and a network (it downloads some 400 MB of libtensorflow)",
};

export interface InstallOptions {
  /** Gets every line that the installer prints. */
  onLine?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Installs TensorFlow's own library as an engine into the user's cache folder, with npm, and loads it once. Nothing changes in the
 * program's dependencies.
 *
 * @returns the folder
 * @throws RangeError for an unknown name; Error with the installer's last words and what the engine needs
 */
export async function installEngine(name: string, { onLine, signal }: InstallOptions = {}): Promise<string> {
  if (!Object.hasOwn(nativePackages, name)) {
    throw new RangeError(
      `installEngine: unknown engine "${name}"; known are ${Object.keys(nativePackages).join(" and ")}.`,
    );
  }
  if (!isNode()) throw new Error("installEngine: engines can be installed in Node only.");
  const engine = name as NativeName;
  const { name: packageName, version } = nativePackages[engine];
  const folder = await engineFolder(engine);
  const [{ mkdir, writeFile }, { join }] = await Promise.all([
    importBuiltin<typeof import("node:fs/promises")>("node:fs/promises"),
    importBuiltin<typeof import("node:path")>("node:path"),
  ]);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  const last: string[] = [];
  const code = await runNpm(
    ["install", "--no-audit", "--no-fund", `${packageName}@${version}`],
    folder,
    signal,
    (line) => {
      last.push(line);
      if (last.length > 3) last.shift();
      onLine?.(line);
    },
  );
  if (code !== 0) {
    throw new Error(
      `installEngine: npm ended with ${code} (${last.join(" / ") || "no output"}); ${engine} needs ${engineNeeds[engine]}.`,
    );
  }
  try {
    await loadNative(engine);
  } catch (error) {
    throw new Error(
      `installEngine: installed, but ${(error as Error).message} ${engine} needs ${engineNeeds[engine]}.`,
    );
  }
  return folder;
}

async function runNpm(
  args: string[],
  cwd: string,
  signal: AbortSignal | undefined,
  onLine: (line: string) => void,
): Promise<number> {
  const [{ spawn }, { createInterface }] = await Promise.all([
    importBuiltin<typeof import("node:child_process")>("node:child_process"),
    importBuiltin<typeof import("node:readline")>("node:readline"),
  ]);
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const child = spawn(npm, args, { cwd, signal, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLine);
  return await new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`installEngine: npm does not start (${error.message}).`)));
    child.on("close", (code) => resolve(code ?? 1));
  });
}
