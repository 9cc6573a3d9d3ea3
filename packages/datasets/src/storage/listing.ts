import { readdirSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";

/** Files and folders that systems leave behind and no corpus means. */
export const isClutter = (name: string): boolean => name.startsWith(".") || name === "__MACOSX" || name === "Thumbs.db";

/**
 * All files below a folder, hidden ones left out; links are followed, each folder once.
 *
 * @returns paths relative to the folder, with "/", sorted by code units
 */
export function listFiles(root: string): string[] {
  const files: string[] = [];
  const walked = [realpathSync(root)];
  const links: { path: string; name: string }[] = [];
  const walk = (folder: string, prefix: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (isClutter(entry.name)) continue;
      if (entry.isDirectory()) walk(join(folder, entry.name), `${prefix}${entry.name}/`);
      else if (entry.isFile()) files.push(prefix + entry.name);
      else if (entry.isSymbolicLink()) links.push({ path: join(folder, entry.name), name: prefix + entry.name });
    }
  };
  walk(root, "");
  // Links come last: what they lead to may have been listed by then under its own name.
  for (let link = links.shift(); link; link = links.shift()) {
    const stat = statSync(link.path, { throwIfNoEntry: false });
    if (stat?.isFile()) files.push(link.name);
    if (!stat?.isDirectory()) continue;
    const real = realpathSync(link.path);
    if (walked.some((folder) => real === folder || real.startsWith(folder + sep))) continue;
    walked.push(real);
    walk(real, `${link.name}/`);
  }
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
