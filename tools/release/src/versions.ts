import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { type Packed, publicPackages, root } from "./pack.js";

/**
 * A copy of the last commit in which `changeset version` has run: next versions and changelogs.
 *
 * @param folder to make
 * @throws Error of git, or of changesets for a change that names no package
 */
export function versionedCopy(folder: string): string {
  execFileSync("git", ["clone", "--quiet", "--shared", root, folder], { stdio: ["ignore", "ignore", "inherit"] });
  // What is being written has its changeset, too.
  cpSync(join(root, ".changeset"), join(folder, ".changeset"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  execFileSync(process.execPath, [join(root, "node_modules", "@changesets", "cli", "bin.js"), "version"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return folder;
}

/** Brings what is built here into such a copy, so that it can be packed. */
export function bringBuilt(folder: string): void {
  for (const source of publicPackages()) {
    const copy = join(folder, relative(root, source));
    const dist = join(source, "dist");
    if (existsSync(dist)) cpSync(dist, join(copy, "dist"), { recursive: true });
    // Where pnpm looks for the version that `workspace:*` stands for.
    mkdirSync(join(copy, "node_modules", "@earshot"), { recursive: true });
    for (const other of [...publicPackages(folder), join(folder, "tools", "testing")]) {
      symlinkSync(other, join(copy, "node_modules", "@earshot", basename(other)), "junction");
    }
  }
}

/** The newest part of a package's changelog, without blank lines. */
export function changelogHead(folder: string): string[] {
  const [, newest = ""] = readFileSync(join(folder, "CHANGELOG.md"), "utf8").split(/^## /m);
  return newest.split("\n").filter((line) => line.trim() !== "");
}

/** Packages after those that they depend on, so that none is published before what it needs. */
export function inDependencyOrder(packed: readonly Packed[]): Packed[] {
  const done = new Map<string, Packed>();
  const visit = (one: Packed): void => {
    if (done.has(one.name)) return;
    for (const name of Object.keys(one.manifest.dependencies ?? {})) {
      const other = packed.find((candidate) => candidate.name === name);
      if (other) visit(other);
    }
    done.set(one.name, one);
  };
  for (const one of packed) visit(one);
  return [...done.values()];
}

/** Changesets that wait for a release. */
export const waitingChangesets = (): string[] =>
  readdirSync(join(root, ".changeset")).filter((file) => file.endsWith(".md") && file !== "README.md");
