import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/** Files and folders that systems leave behind and no corpus means. */
export const isClutter = (name: string): boolean => name.startsWith(".") || name === "__MACOSX" || name === "Thumbs.db";

/**
 * All files below a folder, hidden ones left out; links are followed, each folder once.
 *
 * @returns paths relative to the folder, with "/", sorted by code units
 */
export function listFiles(root: string): string[] {
  const files: string[] = [];
  const seen = new Set<string>([realpathSync(root)]);
  const walk = (folder: string, prefix: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (isClutter(entry.name)) continue;
      const name = prefix + entry.name;
      let isFolder = entry.isDirectory();
      let isFile = entry.isFile();
      if (entry.isSymbolicLink()) {
        const path = join(folder, entry.name);
        const stat = statSync(path, { throwIfNoEntry: false });
        isFile = stat?.isFile() ?? false;
        if (stat?.isDirectory()) {
          const real = realpathSync(path);
          isFolder = !seen.has(real);
          seen.add(real);
        }
      }
      if (isFolder) walk(join(folder, entry.name), `${name}/`);
      else if (isFile) files.push(name);
    }
  };
  walk(root, "");
  return files.sort();
}

/** The folder that all files share, with its "/", or "" where they share none. */
export function commonFolder(files: readonly string[]): string {
  if (files.length === 0) return "";
  // Sorted: what the first and the last share, all share.
  const first = files[0].split("/").slice(0, -1);
  const last = files[files.length - 1].split("/").slice(0, -1);
  let depth = 0;
  while (depth < first.length && depth < last.length && first[depth] === last[depth]) depth++;
  return first
    .slice(0, depth)
    .map((part) => `${part}/`)
    .join("");
}
