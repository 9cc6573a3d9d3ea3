import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath, withPage } from "@earshot/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tarballProblems } from "../src/inspectTarball.js";
import { entriesOf, filesBelow, linkDeclared, type Packed, packAll, publicPackages } from "../src/pack.js";
import { bundleUse, loadEntry, pageProgramOf, runUse, typeErrors } from "../src/project.js";
import { uses } from "../src/uses.js";

const project = mkdtempSync(join(tmpdir(), "earshot-stranger-"));
let packed: Packed[] = [];
beforeAll(async () => {
  packed = await packAll(project);
  linkDeclared(project, packed);
}, 180_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the tarballs", () => {
  it("are all that is published, and have nothing that a stranger trips over", async () => {
    expect(packed).toHaveLength(publicPackages().length);
    const problems = await Promise.all(
      packed.map(async (one) => (await tarballProblems(one)).map((problem) => `${one.name}: ${problem}`)),
    );
    expect(problems.flat()).toEqual([]);
  });

  it.each(["bundler", "node16"] as const)("have types that hold under %s resolution", async (moduleResolution) => {
    expect(await typeErrors(project, packed, moduleResolution)).toBe("");
  });

  it("load by every name they export", async () => {
    for (const entry of packed.flatMap(entriesOf)) {
      const names = await loadEntry(project, entry);
      expect(names, entry).toBeInstanceOf(Array);
      expect(names.length, entry).toBeGreaterThan(0);
    }
  });

  it.each(uses)("$name does its work outside the workspace", async (use) => {
    expect(await runUse(project, use)).toBe(use.prints);
  });
});

describe.skipIf(!chromiumPath)("in Chromium", () => {
  it.each(uses.filter(({ browser }) => browser === "plain"))(
    "$name runs as it is from a module script",
    async (use) => {
      const files: Record<string, string> = {
        "/use.js": pageProgramOf(use).replace(`"${use.name}"`, '"/dist/index.js"'),
      };
      const { folder } = packed.find(({ name }) => name === use.name) ?? { folder: "" };
      for (const file of filesBelow(folder)) {
        if (file.endsWith(".js")) files[`/${file}`] = readFileSync(join(folder, file), "utf8");
      }
      expect(await printedBy(files)).toBe(use.prints);
    },
  );

  it.each(uses.filter(({ browser }) => browser === "bundled"))("$name runs after a bundler", async (use) => {
    expect(await printedBy({ "/use.js": await bundleUse(project, use) })).toBe(use.prints);
  });
});

function printedBy(files: Record<string, string>): Promise<string> {
  return withPage({ files }, async (page) => {
    await page.addScriptTag({ url: "/use.js", type: "module" });
    const printed = await page.waitForFunction(() => (globalThis as { printed?: string }).printed, undefined, {
      timeout: 30_000,
    });
    return String(await printed.jsonValue());
  });
}
