import { importBuiltin, isNode } from "./host.js";

/** Engines on TensorFlow's own library, which are installed apart: `installEngine`. */
export type NativeName = "native" | "gpu";

export const nativePackages: Record<NativeName, { name: string; version: string }> = {
  native: { name: "@tensorflow/tfjs-node", version: "4.22.0" },
  gpu: { name: "@tensorflow/tfjs-node-gpu", version: "4.22.0" },
};

/** Folder into which an engine is installed: below `$EARSHOT_CACHE`, or the user's cache folder. */
export async function engineFolder(name: NativeName): Promise<string> {
  const [{ join }, { homedir }] = await Promise.all([
    importBuiltin<typeof import("node:path")>("node:path"),
    importBuiltin<typeof import("node:os")>("node:os"),
  ]);
  const base = process.env.EARSHOT_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "earshot");
  return join(base, "engines", name);
}

/**
 * Loads an engine from the program's own dependencies or from where `installEngine` put it. Its copy of TensorFlow.js and ours share
 * one registry of backends, which is global.
 *
 * @throws Error saying why it does not load and what to do
 */
export async function loadNative(name: NativeName): Promise<void> {
  const { name: packageName } = nativePackages[name];
  if (!isNode()) throw new Error(`useEngine: ${name} runs in Node only; use wasm here.`);
  const [{ createRequire }, { join }, util] = await Promise.all([
    importBuiltin<typeof import("node:module")>("node:module"),
    importBuiltin<typeof import("node:path")>("node:path"),
    importBuiltin<{ default: Record<string, unknown> }>("node:util"),
  ]);
  // The package calls two functions that Node 23 removed.
  util.default.isNullOrUndefined ??= (v: unknown) => v === null || v === undefined;
  util.default.isArray ??= Array.isArray;
  const reasons: string[] = [];
  for (const folder of [process.cwd(), await engineFolder(name)]) {
    try {
      createRequire(join(folder, "package.json"))(packageName);
      return;
    } catch (error) {
      reasons.push(String((error as Error).message).split("\n")[0]);
    }
  }
  throw new Error(
    `useEngine: ${packageName} does not load (${reasons[reasons.length - 1]}); install it with \`earshot engine install ${name}\`.`,
  );
}
