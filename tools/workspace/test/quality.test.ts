import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const bin = (path: string) => join(root, "node_modules", ...path.split("/"));
const projects = ["packages", "apps", "tools"].flatMap((folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder))
        .map((name) => join(folder, name))
        .filter((dir) => existsSync(join(root, dir, "tsconfig.json")))
    : [],
);

function node(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

describe("the tree", () => {
  it("is formatted, free of lint and of import cycles", () => {
    const { status, output } = node(bin("@biomejs/biome/bin/biome"), "ci", "--colors=off", ".");
    expect(status, output).toBe(0);
  });

  it.each(projects)("%s type-checks", (project) => {
    const { status, output } = node(bin("typescript/bin/tsc"), "-p", join(project, "tsconfig.json"));
    expect(status, output).toBe(0);
  });
});
