import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  bin?: Record<string, string>;
  exports: Record<string, Record<string, string>>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** A package as it leaves the workspace. */
export interface Packed {
  name: string;
  /** Its folder in the workspace. */
  source: string;
  tarball: string;
  /** Where its tarball is unpacked. */
  folder: string;
  manifest: Manifest;
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** Folders of all packages that are published. */
export function publicPackages(workspace = root): string[] {
  return ["packages", "apps"]
    .flatMap((room) => readdirSync(join(workspace, room)).map((name) => join(workspace, room, name)))
    .filter((folder) => existsSync(join(folder, "package.json")) && !manifestOf(folder).private);
}

/**
 * Packs the built packages and unpacks the tarballs where an install would put them, `project/node_modules/@earshot/NAME`.
 *
 * @param project an empty folder
 * @param workspace where they are built (default: here)
 * @throws Error with what pnpm says, such as for a package that is not built
 */
export async function packAll(project: string, workspace = root): Promise<Packed[]> {
  const tarballs = join(project, "tarballs");
  mkdirSync(tarballs, { recursive: true });
  const packed: Packed[] = [];
  for (const source of publicPackages(workspace)) {
    const { name, version } = manifestOf(source);
    const shell = process.platform === "win32";
    await run("pnpm", ["pack", "--pack-destination", tarballs], { cwd: source, shell }).catch((error) => {
      throw new Error(`${name} cannot be packed: ${error.stdout}${error.stderr}`);
    });
    const tarball = join(tarballs, `${name.slice(1).replace("/", "-")}-${version}.tgz`);
    const folder = join(project, "node_modules", name);
    mkdirSync(folder, { recursive: true });
    await run("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
    packed.push({ name, source, tarball, folder, manifest: manifestOf(folder) });
  }
  return packed;
}

/**
 * Links what the packages declare, and nothing else, beside them: a dependency that no manifest names is not there, as for a stranger. Optional
 * ones stay away, so that doing without them is tried.
 */
export function linkDeclared(project: string, packed: readonly Packed[]): void {
  for (const { source, manifest } of packed) {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const link = join(project, "node_modules", name);
      if (name.startsWith("@earshot/") || existsSync(link)) continue;
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(realpathSync(join(source, "node_modules", name)), link, "junction");
    }
  }
}

/** Files below a folder, with `/` between the parts. */
export function filesBelow(folder: string, prefix = ""): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix ? `${prefix}/${entry.name}` : entry.name;
    return entry.isDirectory() ? filesBelow(folder, path) : [path];
  });
}

/** What a stranger may import: `@earshot/dsp`, `@earshot/dsp/egemaps` … */
export function entriesOf({ name, manifest }: Packed): string[] {
  return Object.keys(manifest.exports).map((entry) => name + entry.slice(1));
}
