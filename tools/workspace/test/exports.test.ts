import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readExports } from "./readExports.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => join(folder, file))
    : [];

/** Every way into every package, and what comes out of it. */
const entries = ["packages", "apps"].flatMap((room) =>
  readdirSync(join(root, room)).flatMap((name) => {
    const folder = join(root, room, name);
    const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      exports: Record<string, Record<string, string>>;
    };
    return Object.entries(exports).map(([entry, conditions]) => ({
      title: `@earshot/${name}${entry.slice(1)}`,
      folder,
      exported: [...readExports(join(folder, conditions["@earshot/source"])).values()],
    }));
  }),
);
const mentions = (text: string): Set<string> => new Set(text.match(/\w+/g));
const cache = new Map<string, Set<string>>();
function once(key: string, make: () => string): Set<string> {
  const known = cache.get(key) ?? mentions(make());
  cache.set(key, known);
  return known;
}

describe.each(entries)("$title", ({ folder, exported }) => {
  it("says of every export what it is", () => {
    expect(exported.filter(({ documented }) => !documented).map(({ name }) => name)).toEqual([]);
  });

  it("has each function, class and constant in a test of the package", () => {
    const tests = once(`${folder} tests`, () =>
      filesBelow(join(folder, "test"))
        .map((file) => readFileSync(file, "utf8"))
        .join("\n"),
    );
    expect(exported.filter(({ name, type }) => !type && !tests.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it("has each function, class and constant in the README", () => {
    const text = readFileSync(join(folder, "README.md"), "utf8");
    const named = once(`${folder} readme`, () => text);
    // "`rms`~": a function with a stream beside it.
    const streams = new Set([...text.matchAll(/`(\w+)(?:\([^`]*\))?`~/g)].map(([, name]) => `${name}Stream`));
    const missing = exported.filter(({ name, type }) => !type && !named.has(name) && !streams.has(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

describe("the count itself", () => {
  it("sees as many names as the packages have", () => {
    const count = (title: string): number => entries.find((entry) => entry.title === title)?.exported.length ?? 0;
    expect(count("@earshot/dsp")).toBeGreaterThan(250);
    expect(count("@earshot/metrics")).toBeGreaterThan(150);
    expect(entries.reduce((n, { exported }) => n + exported.length, 0)).toBeGreaterThan(1100);
  });

  it("tells a documented name from one that is not, in every form of export", () => {
    const folder = mkdtempSync(join(tmpdir(), "earshot-exports-"));
    writeFileSync(join(folder, "a.ts"), "/** Says. */\nexport const said = 1;\nexport function silent() {}\n");
    writeFileSync(
      join(folder, "index.ts"),
      'import { said } from "./a.js";\nexport * from "./a.js";\nexport { silent as renamed, said as again } from "./a.js";\nconst own = 2;\nexport { own, said as third };\nexport type { Later } from "library";\n',
    );
    const seen = [...readExports(join(folder, "index.ts")).values()].map(({ name, documented }) => [name, documented]);
    rmSync(folder, { recursive: true });
    expect(Object.fromEntries(seen)).toEqual({
      said: true,
      silent: false,
      renamed: false,
      again: true,
      own: false,
      third: true,
      Later: true,
    });
  });
});
