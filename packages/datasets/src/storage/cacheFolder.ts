import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Folder for what can be made again: `$EARSHOT_CACHE`, else `~/.cache/earshot`. */
export function cacheFolder(): string {
  return process.env.EARSHOT_CACHE ? resolve(process.env.EARSHOT_CACHE) : join(homedir(), ".cache", "earshot");
}
