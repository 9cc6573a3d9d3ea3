import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Inputs a corpus keeps at most, and how large each may be: what the repository carries is small. */
const mostInputs = 150;
const mostBytes = 2048;

const fileOf = (targets: string, name: string): string =>
  join(dirname(fileURLToPath(targets)), "corpus", `${name.replace(/\W+/g, "-")}.json`);

/**
 * Inputs that earlier runs kept for a target.
 *
 * @param targets `import.meta.url` of the file that names the target: the corpus lies beside it
 */
export function keptInputs(targets: string, name: string): Uint8Array[] {
  const file = fileOf(targets, name);
  if (!existsSync(file)) return [];
  const { inputs } = JSON.parse(readFileSync(file, "utf8")) as { inputs: string[] };
  return inputs.map((text) => new Uint8Array(Buffer.from(text, "latin1")));
}

/** Adds inputs to what is kept. */
export function keepInputs(targets: string, name: string, novel: readonly Uint8Array[]): number {
  const kept = keptInputs(targets, name);
  const fresh = novel.filter(({ length }) => length <= mostBytes).slice(0, Math.max(0, mostInputs - kept.length));
  if (fresh.length === 0) return 0;
  const inputs = [...kept, ...fresh].map((bytes) => Buffer.from(bytes).toString("latin1"));
  const file = fileOf(targets, name);
  mkdirSync(dirname(file), { recursive: true });
  // Bytes as letters of the same number: what is text stays readable.
  const escaped = JSON.stringify({ target: name, inputs }, null, 2).replace(
    /[\u007f-\u00ff]/g,
    (c) => `\\u00${c.charCodeAt(0).toString(16)}`,
  );
  writeFileSync(file, `${escaped}\n`);
  return fresh.length;
}
