import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { publicPackages, root } from "../src/pack.js";
import { changelogHead, inDependencyOrder, versionedCopy, waitingChangesets } from "../src/versions.js";

const scratch = mkdtempSync(join(tmpdir(), "earshot-versions-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const status = (): string =>
  execFileSync("git", ["status", "--porcelain", "--", "*package.json"], { cwd: root, encoding: "utf8" });

describe.skipIf(!existsSync(join(root, ".git")))("a release", () => {
  it("gives all packages one version and a changelog of what waits, and changes nothing here", () => {
    const before = status();
    const copy = versionedCopy(join(scratch, "copy"));
    const versions = publicPackages(copy).map(
      (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version,
    );
    expect(new Set(versions).size).toBe(1);
    expect(status()).toBe(before);
    if (waitingChangesets().length === 0) return;
    expect(versions[0]).not.toBe(JSON.parse(readFileSync(join(publicPackages()[0], "package.json"), "utf8")).version);
    const heads = publicPackages(copy).map((folder) => changelogHead(folder));
    expect(heads.every(([title]) => title === versions[0])).toBe(true);
    expect(heads.flat().join("\n")).toContain(
      readFileSync(join(root, ".changeset", waitingChangesets()[0]), "utf8")
        .split("---\n")[2]
        .trim()
        .split("\n")[0],
    );
  });

  it("comes in the order of what needs what", () => {
    const needs: Record<string, Record<string, string>> = { c: { b: "1" }, b: { a: "1" }, a: {} };
    const packed = Object.entries(needs).map(([name, dependencies]) => ({
      ...{ name, source: "", tarball: "", folder: "" },
      manifest: { name, version: "1.0.0", exports: {}, dependencies },
    }));
    expect(inDependencyOrder(packed).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });
});
