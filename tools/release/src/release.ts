import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll, root } from "./pack.js";
import { bringBuilt, changelogHead, inDependencyOrder, versionedCopy } from "./versions.js";

// pnpm release             a dry run: the next versions and changelogs, packed, and what npm would publish; nothing here or anywhere changes
// pnpm release --publish   publishes the versions that package.json names, with provenance; meant for CI, after `changeset version` was merged
const publish = process.argv.includes("--publish");
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const scratch = mkdtempSync(join(tmpdir(), "earshot-release-"));

function npmPublish(tarball: string, more: string[]): void {
  execFileSync("npm", ["publish", tarball, "--access", "public", "--loglevel=error", ...more], {
    cwd: scratch,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
}

/** Whether the registry has this very version: a release that broke off half-way goes on where it was. */
function isPublished(name: string, version: string): boolean {
  try {
    return (
      execFileSync("npm", ["view", `${name}@${version}`, "version"], { encoding: "utf8", stdio: "pipe" }).trim() !== ""
    );
  } catch {
    return false;
  }
}

try {
  if (publish) {
    const changes = execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
    if (changes)
      throw new Error("release: the checkout has changes that are not committed; commit them or use a clean clone.");
  }
  const source = publish ? root : versionedCopy(join(scratch, "copy"));
  if (!publish) bringBuilt(source);
  const packed = inDependencyOrder(await packAll(join(scratch, "packed"), source));
  for (const { name, manifest, tarball, source: folder } of packed) {
    const { version } = manifest;
    if (version === "0.0.0") throw new Error(`release: ${name} is at 0.0.0; run \`pnpm changeset version\` first.`);
    say(`${name} ${version}`);
    if (!publish) {
      for (const line of changelogHead(folder)) say(`  ${line}`);
      npmPublish(tarball, ["--dry-run"]);
    } else if (isPublished(name, version)) say("  is published already");
    else npmPublish(tarball, ["--provenance"]);
  }
  say(publish ? "Published." : "A dry run: nothing was changed or published.");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
