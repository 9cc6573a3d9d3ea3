import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { copyExamples, examples, runExample } from "./examples.js";
import { tarballProblems } from "./inspectTarball.js";
import { entriesOf, packAll } from "./pack.js";
import { loadEntry, pageProgramOf, runUse } from "./project.js";
import { uses } from "./uses.js";

// Installs the tarballs into an empty project with npm, as a stranger would, and uses every package under several versions of Node and after Vite.
// Needs the npm registry; `--nodes 20,22,24` chooses the versions. The tests try the same without a registry, under the Node they run on.
const at = process.argv.indexOf("--nodes");
const versions = at > 0 ? process.argv[at + 1].split(",") : ["20", "22", "24"];
const scratch = mkdtempSync(join(tmpdir(), "earshot-check-"));
const shell = process.platform === "win32";
const npm = (folder: string, ...args: string[]): void => {
  execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: "inherit",
    shell,
  });
};
let failed = 0;
const say = (what: string, result: string, wanted: string): void => {
  const right = result === wanted;
  if (!right) failed++;
  process.stdout.write(`${right ? "ok    " : "FAILED"} ${what}${right ? "" : `: ${result}`}\n`);
};

try {
  const packed = await packAll(join(scratch, "packed"));
  const project = join(scratch, "project");
  const tools = join(scratch, "tools");
  for (const folder of [project, tools]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "name": "stranger", "version": "1.0.0", "private": true }\n');
  }
  for (const one of packed) say(`${one.name}, looked through`, (await tarballProblems(one)).join("; "), "");
  npm(project, "install", "--ignore-scripts", ...packed.map(({ tarball }) => tarball));
  for (const version of versions) {
    // Anew for each: a run is never written over another.
    rmSync(join(project, "examples"), { recursive: true, force: true });
    copyExamples(project);
    const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
    npm(tools, "install", "--no-save", `${name}@${version}`);
    const node = join(tools, "node_modules", name, "bin", shell ? "node.exe" : "node");
    for (const use of uses) say(`${use.name}, Node ${version}`, await runUse(project, use, node), use.prints);
    for (const entry of packed.flatMap(entriesOf)) {
      const names = await loadEntry(project, entry, { node });
      say(`import ${entry}, Node ${version}`, Array.isArray(names) ? "loads" : names, "loads");
      // Nodes from 22.12 on load ES modules with require, those with top-level await excepted.
      if (Number(version) < 22) continue;
      const required = await loadEntry(project, entry, { node, way: "require" });
      say(`require ${entry}, Node ${version}`, Array.isArray(required) ? "loads" : required, "loads");
    }
    const earshot = join(project, "node_modules", "@earshot", "cli", "bin", "earshot.js");
    const help = execFileSync(node, [earshot, "--help"], { cwd: project, encoding: "utf8" });
    say(`earshot --help, Node ${version}`, /train/.test(help) ? "helps" : help, "helps");
    for (const example of examples) {
      const printed = await runExample(project, example, node);
      say(`examples/${example.folder}, Node ${version}`, example.prints.test(printed) ? "runs" : printed, "runs");
    }
  }
  const prefix = join(scratch, "global");
  npm(tools, "install", "--global", "--prefix", prefix, "--ignore-scripts", ...packed.map(({ tarball }) => tarball));
  const earshot = shell ? join(prefix, "earshot.cmd") : join(prefix, "bin", "earshot");
  const recipes = execFileSync(earshot, ["recipes"], { cwd: scratch, encoding: "utf8", shell });
  say("npm i -g, earshot recipes", /digits-svm/.test(recipes) ? "lists" : recipes, "lists");
  for (const use of uses.filter(({ browser }) => browser)) {
    const entry = join(project, "page.js");
    writeFileSync(entry, pageProgramOf(use));
    const outDir = join(project, "page");
    const result = await build({
      root: project,
      logLevel: "error",
      build: { lib: { entry, formats: ["es"] }, outDir, emptyOutDir: true },
    }).then(
      () => "bundles",
      (error: Error) => error.message,
    );
    say(`${use.name}, Vite`, result, "bundles");
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.stdout.write(failed === 0 ? "All packages hold outside the workspace.\n" : `${failed} checks failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
