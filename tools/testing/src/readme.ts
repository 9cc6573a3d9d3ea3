import { readFileSync } from "node:fs";

/** A README's TypeScript examples: what stands between ```ts and ```. */
export function readmeExamples(readme: URL): string[] {
  return [...readFileSync(readme, "utf8").matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
}

const AsyncFunction = (async () => {}).constructor as new (
  ...code: string[]
) => (library: object, check: (value: unknown) => void) => Promise<void>;

/**
 * Runs an example of a README: `expression; // value` lines are claims, whose values are compared by the caller.
 *
 * @param library what the import from the package stands for
 * @returns what the example says, and what came out
 */
export async function runExample(
  code: string,
  packageName: string,
  library: object,
): Promise<{ said: unknown[]; got: unknown[] }> {
  const said: unknown[] = [];
  const got: unknown[] = [];
  const runnable = code
    .replace(new RegExp(`import (\\{[^}]*\\}) from "${packageName}";`, "g"), "const $1 = library;")
    .replace(/^([^\n/]*); \/\/ (true|false|-?[\d.e-]+)$/gm, (_, expression, value) => {
      said.push(JSON.parse(value));
      return `check(${expression});`;
    });
  await new AsyncFunction("library", "check", runnable)(library, (value) => got.push(value));
  return { said, got };
}

/** Exports of a library that its README does not name in backticks. */
export function unnamedExports(readme: URL, library: object): string[] {
  const text = readFileSync(readme, "utf8");
  return Object.keys(library).filter((name) => !new RegExp(`\`${name}[\`(]`).test(text));
}
