import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath, withPage } from "@earshot/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyExamples, examples, runExample } from "../src/examples.js";
import { tarballProblems } from "../src/inspectTarball.js";
import { entriesOf, filesBelow, linkDeclared, type Packed, packAll, publicPackages, root } from "../src/pack.js";
import { bundleUse, pageProgramOf, runUse, typeErrors, unloadable } from "../src/project.js";
import { type Use, uses } from "../src/uses.js";

const project = mkdtempSync(join(tmpdir(), "earshot-stranger-"));
let packed: Packed[] = [];
beforeAll(async () => {
  packed = await packAll(project);
  linkDeclared(project, packed);
  copyExamples(project);
}, 180_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the tarballs", () => {
  it("are all that is published, and have nothing that a stranger trips over", async () => {
    expect(packed).toHaveLength(publicPackages().length);
    const problems = await Promise.all(
      packed.map(async (one) => (await tarballProblems(one)).map((problem) => `${one.name}: ${problem}`)),
    );
    expect(problems.flat()).toEqual([]);
  }, 180_000);

  it.each(["bundler", "node16"] as const)("have types that hold under %s resolution", async (moduleResolution) => {
    expect(await typeErrors(project, packed, moduleResolution)).toBe("");
  });

  it("load by every name they export", async () => {
    expect(await unloadable(project, packed.flatMap(entriesOf))).toBe("");
  }, 180_000);

  it.each(uses)("$name does its work outside the workspace", async (use) => {
    expect(await runUse(project, use)).toBe(use.prints);
  });
});

describe("the examples", () => {
  it("are all here, each with a row in their README", () => {
    const folders = readdirSync(join(root, "examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const readme = readFileSync(join(root, "examples", "README.md"), "utf8");
    const named = [...readme.matchAll(/^\| \[([\w-]+)\]\(/gm)].map(([, name]) => name);
    expect(folders.map(({ name }) => name).sort()).toEqual(named.sort());
    expect([...examples.map(({ folder }) => folder), "spectrogram-page"].sort()).toEqual(named);
  });

  it.each(examples)("$folder runs as its README says", async (example) => {
    expect(await runExample(project, example)).toMatch(example.prints);
  });

  it.skipIf(!chromiumPath)("spectrogram-page draws a sweep in Chromium, from the package as it is", async () => {
    const files: Record<string, string> = {};
    for (const name of ["index.html", "spectrogram.js"]) {
      files[`/page/${name}`] = readFileSync(join(root, "examples", "spectrogram-page", name), "utf8");
    }
    const { folder } = packed.find(({ name }) => name === "@earshot/dsp") ?? { folder: "" };
    for (const file of filesBelow(folder)) {
      if (file.endsWith(".js"))
        files[`/page/node_modules/@earshot/dsp/${file}`] = readFileSync(join(folder, file), "utf8");
    }
    const seen = await withPage({ files }, async (page, url) => {
      await page.goto(`${url}page/index.html`);
      await page.click("#sweep");
      return page.evaluate(() => {
        const canvas = document.querySelector("canvas") as HTMLCanvasElement;
        const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, canvas.width, 64);
        // The row of the loudest band, early and late: a sweep rises, and rows count from the top.
        const brightest = (x: number): number => {
          const reds = Array.from({ length: 64 }, (_, y) => data[4 * (y * canvas.width + x)]);
          return reds.indexOf(Math.max(...reds));
        };
        return { text: document.querySelector("#status")?.textContent, early: brightest(20), late: brightest(280) };
      });
    });
    expect(seen.text).toBe("3.00 s, 297 frames of 64 mel bands");
    expect(seen.early).toBeGreaterThan(seen.late + 30);
  });
});

describe.skipIf(!chromiumPath)("in Chromium", () => {
  const wanted = (way: Use["browser"]): Use[] => uses.filter(({ browser }) => browser === way);
  const printedAll = (list: readonly Use[]) => Object.fromEntries(list.map(({ name, prints }) => [name, prints]));

  it("packages without dependencies run as they are from module scripts", async () => {
    const list = wanted("plain");
    const files: Record<string, string> = {};
    for (const [i, use] of list.entries()) {
      const { folder } = packed.find(({ name }) => name === use.name) ?? { folder: "" };
      files[`/use${i}.js`] = pageProgramOf(use).replace(`"${use.name}"`, `"/${use.name}/dist/index.js"`);
      for (const file of filesBelow(folder)) {
        if (file.endsWith(".js")) files[`/${use.name}/${file}`] = readFileSync(join(folder, file), "utf8");
      }
    }
    expect(await printedBy(files, list.length)).toEqual(printedAll(list));
  });

  it("the others run after a bundler", async () => {
    const list = wanted("bundled");
    const files = Object.fromEntries(
      await Promise.all(list.map(async (use, i) => [`/use${i}.js`, await bundleUse(project, use)] as const)),
    );
    expect(await printedBy(files, list.length)).toEqual(printedAll(list));
  });
});

/** What `/use0.js`, `/use1.js` … print, all in one page. */
function printedBy(files: Record<string, string>, count: number): Promise<Record<string, string>> {
  return withPage({ files }, async (page) => {
    for (let i = 0; i < count; i++) await page.addScriptTag({ url: `/use${i}.js`, type: "module" });
    await page.waitForFunction(
      (count) => Object.keys((globalThis as { printed?: object }).printed ?? {}).length === count,
      count,
      { timeout: 50_000 },
    );
    return page.evaluate(() => (globalThis as { printed?: Record<string, string> }).printed ?? {});
  });
}
