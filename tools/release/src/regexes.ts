import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vite";
import { root } from "./pack.js";

/** A regular expression as it stands in the sources. */
export interface WrittenRegex {
  file: string;
  pattern: string;
  flags: string;
}

interface Node {
  type?: string;
  regex?: { pattern: string; flags: string };
}

/** Every regular expression literal of the code that ships: all `src` folders and the live page. */
export function writtenRegexes(): WrittenRegex[] {
  const files = ["packages", "apps"].flatMap((area) =>
    readdirSync(join(root, area)).flatMap((room) =>
      ["src", "page"].flatMap((folder) => sourcesIn(join(area, room, folder))),
    ),
  );
  return files.flatMap((file) => {
    const found: WrittenRegex[] = [];
    collect(parseAst(readFileSync(join(root, file), "utf8"), { lang: "ts" }) as Node, file, found);
    return found;
  });
}

function sourcesIn(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".generated.ts"))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function collect(node: Node, file: string, found: WrittenRegex[]): void {
  if (node.regex) found.push({ file, ...node.regex });
  for (const below of Object.values(node)) {
    if (Array.isArray(below)) for (const one of below) if (one && typeof one === "object") collect(one, file, found);
    if (below && typeof below === "object" && "type" in below) collect(below as Node, file, found);
  }
}
