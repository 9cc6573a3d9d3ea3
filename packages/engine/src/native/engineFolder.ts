import { importBuiltin, isNode } from "../setup/host.js";
import { type NativeName, nativeEngines } from "./engines.js";

/** Folder that holds all installed engines: below `$EARSHOT_CACHE`, or the user's cache folder. */
export async function enginesFolder(): Promise<string> {
  const [{ join }, { homedir }] = await Promise.all([
    importBuiltin<typeof import("node:path")>("node:path"),
    importBuiltin<typeof import("node:os")>("node:os"),
  ]);
  const base = process.env.EARSHOT_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "earshot");
  return join(base, "engines");
}

/** Where an engine's parts are. */
export interface EngineParts {
  /** Folder of the npm package that drives the library. */
  packageFolder: string;
  /** The addon for Node that is linked to the library. */
  addon: string;
}

/** Below an engine's folder: the addon that `installEngine` builds against a wheel's library. */
export const BUILT_ADDON = "lib/napi-v8/tfjs_binding.node";

/**
 * Finds an engine where `installEngine` puts it, or among the program's own dependencies; reads no more than a few folders.
 *
 * @param folders where to look (default: the engine's own folder, then the program's)
 * @returns undefined if it is not installed, or its install script has not run
 */
export async function findEngine(name: NativeName, folders?: string[]): Promise<EngineParts | undefined> {
  const [{ createRequire }, { dirname, join }, { existsSync }] = await Promise.all([
    importBuiltin<typeof import("node:module")>("node:module"),
    importBuiltin<typeof import("node:path")>("node:path"),
    importBuiltin<typeof import("node:fs")>("node:fs"),
  ]);
  const { package: packageName, library } = nativeEngines[name];
  const own = join(await enginesFolder(), name);
  for (const folder of folders ?? (library === "script" ? [own, process.cwd()] : [own])) {
    try {
      const manifest = createRequire(join(folder, "package.json")).resolve(`${packageName}/package.json`);
      const packageFolder = dirname(manifest);
      const addon = join(library === "wheels" ? folder : packageFolder, BUILT_ADDON);
      if (existsSync(addon)) return { packageFolder, addon };
    } catch {
      // Not here; perhaps in the next folder.
    }
  }
  return undefined;
}

/** Whether an engine on TensorFlow's library is installed, by `installEngine` or by the program; whether it loads is not tried. */
export const isInstalled = async (name: NativeName): Promise<boolean> =>
  isNode() && (await findEngine(name)) !== undefined;
