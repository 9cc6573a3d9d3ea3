import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A name that a module exports. */
export interface Exported {
  name: string;
  /** A type or interface; else a value. */
  type: boolean;
  /** Whether a docstring stands right above its declaration. */
  documented: boolean;
  /** Where it is declared: a file, or the library that it comes from. */
  from: string;
}

const declaration =
  /^export (?:declare )?(?:abstract )?(async function\*?|function\*?|const|let|class|interface|type|enum) (\w+)/gm;
const docAtEnd = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/$/;

/** All that a TypeScript module exports, through re-exports, as our sources write them. @throws Error for a form it does not know */
export function readExports(file: string): Map<string, Exported> {
  const text = readFileSync(file, "utf8");
  const found = new Map<string, Exported>();
  const add = (entry: Exported): void => void found.set(entry.name, entry);
  const relative = (target: string): string => join(file, "..", target.replace(/\.js$/, ".ts"));

  for (const { 1: kind, 2: name, index } of text.matchAll(declaration)) {
    const documented = docAtEnd.test(text.slice(0, index).trimEnd()) || found.get(name)?.documented === true;
    add({ name, type: kind === "interface" || kind === "type", documented, from: file });
  }
  for (const [, target] of text.matchAll(/^export (?:type )?\* from "([^"]+)"/gm)) {
    for (const entry of readExports(relative(target)).values()) add(entry);
  }
  for (const { 1: name, 2: target, index } of text.matchAll(/^export \* as (\w+) from "([^"]+)"/gm)) {
    add({ name, type: false, documented: docAtEnd.test(text.slice(0, index).trimEnd()), from: target });
  }
  for (const [, types, list, target] of text.matchAll(/^export (type )?\{([^}]*)\}(?: from "([^"]+)")?/gm)) {
    for (const part of list.split(",").map((name) => name.trim())) {
      if (part === "") continue;
      const [, type, local, name = local] = /^(type )?(\w+)(?: as (\w+))?$/.exec(part) ?? [];
      if (!local) throw new Error(`${file}: "${part}" is no form of export that is known here.`);
      add(target ? fromElsewhere(target, local, name) : fromHere(local, name, Boolean(types || type)));
    }
  }
  return found;

  function fromElsewhere(target: string, local: string, name: string): Exported {
    if (!target.startsWith(".")) return { name, type: false, documented: true, from: target };
    const there = readExports(relative(target)).get(local);
    if (!there) throw new Error(`${file}: ${target} exports no "${local}" that could be found.`);
    return { ...there, name };
  }

  /** `import * as tf` or a declaration without `export`, exported below. */
  function fromHere(local: string, name: string, type: boolean): Exported {
    const declared = new RegExp(`^(?:import \\* as|const|function|class|interface|type) ${local}\\b`, "m").exec(text);
    if (!declared) {
      const imported = new RegExp(`import (?:type )?\\{[^}]*\\b${local}\\b[^}]*\\} from "([^"]+)"`).exec(text);
      if (!imported) throw new Error(`${file}: nothing declares "${local}".`);
      return fromElsewhere(imported[1], local, name);
    }
    return { name, type, documented: docAtEnd.test(text.slice(0, declared.index).trimEnd()), from: file };
  }
}
