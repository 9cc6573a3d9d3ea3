import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { entriesOf, type Packed, root } from "./pack.js";
import { programOf, type Use } from "./uses.js";

// What programs print must not depend on the corpora that this machine has.
const { EARSHOT_DATA: _, ...withoutData } = process.env;

/** Output of a program, errors included. */
export function outputOf(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((done) => {
    execFile(program, args, { cwd, env: withoutData, timeout: 120_000 }, (error, stdout, stderr) =>
      done(`${stdout}${error ? `${stderr}\n${error.message}` : ""}`.trim()),
    );
  });
}

/** What a use prints in a project where the packages are installed. */
export async function runUse(project: string, use: Use, node = process.execPath): Promise<string> {
  const file = join(project, `${use.name.replace(/\W/g, "")}.mjs`);
  writeFileSync(file, programOf(use));
  return outputOf(node, [file], project);
}

/** The names of each entry's exports, or why it does not load. `require` loads ES modules where Node does. */
export async function loadEntry(
  project: string,
  entry: string,
  { node = process.execPath, way = "import" }: { node?: string; way?: "import" | "require" } = {},
): Promise<string[] | string> {
  const source = `Promise.resolve(${way}(${JSON.stringify(entry)})).then((m) => console.log(JSON.stringify(Object.keys(m))))`;
  const output = await outputOf(node, [...(way === "import" ? ["--input-type=module"] : []), "-e", source], project);
  const line = output.split("\n").findLast((text) => text.startsWith("["));
  return line ? JSON.parse(line) : output;
}

/** Which entries do not load, and why; all in one process, which is cheaper than one for each. */
export async function unloadable(project: string, entries: readonly string[]): Promise<string> {
  const source = `for (const entry of ${JSON.stringify(entries)}) {
  const names = await import(entry).then(Object.keys, (error) => error);
  if (!(names.length > 0)) console.log(entry + ": " + (names.message ?? "exports nothing"));
}`;
  return outputOf(process.execPath, ["--input-type=module", "-e", source], project);
}

const nodeOnly = new Set(["@earshot/cli", "@earshot/datasets/node", "@earshot/live", "@earshot/vision/node"]);

/**
 * What the compiler says of our types and of a file that imports everything, strictly; what it says of third parties' types is theirs to mend.
 * With "bundler" as in a project for browsers, without Node's types and entries; with "node16" as in one for Node.
 */
export async function typeErrors(
  project: string,
  packed: readonly Packed[],
  moduleResolution: "bundler" | "node16",
): Promise<string> {
  const forNode = moduleResolution === "node16";
  const entries = packed.flatMap(entriesOf).filter((entry) => forNode || !nodeOnly.has(entry));
  const file = join(project, `types-${moduleResolution}.mts`);
  writeFileSync(
    file,
    `${entries.map((entry, i) => `import * as m${i} from "${entry}";`).join("\n")}
export const all: object[] = [${entries.map((_, i) => `m${i}`).join(", ")}];
`,
  );
  const output = await outputOf(
    process.execPath,
    [
      join(root, "node_modules", "typescript", "bin", "tsc"),
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "false",
      "--target",
      "es2023",
      "--lib",
      "es2023,dom,dom.iterable",
      "--types",
      forNode ? "node" : "",
      "--typeRoots",
      join(root, "node_modules", "@types"),
      "--module",
      forNode ? "node16" : "esnext",
      "--moduleResolution",
      moduleResolution,
      file,
    ],
    project,
  );
  const ours = (line: string): boolean => /error TS/.test(line) && /@earshot\/|types-\w+\.mts/.test(line.split("(")[0]);
  return output.split("\n").filter(ours).join("\n");
}

/** A use as one script for a page, which puts what it prints into `window.printed`, under its name. */
export async function bundleUse(project: string, use: Use): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: pageProgramOf(use), resolveDir: project, loader: "js" },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

/** The program of a use for a page. */
export const pageProgramOf = ({ name, source }: Use): string =>
  `${source.replaceAll("print(", "report(")}
function report(...values) { (window.printed ??= {})[${JSON.stringify(name)}] = values.join(" "); }
`;
