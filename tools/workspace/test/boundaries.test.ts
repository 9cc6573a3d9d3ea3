import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Which packages a package may depend on: arrows point one way only. Circular imports inside a package are biome's to find. */
const allowed: Record<string, string[]> = {
  dsp: [],
  metrics: [],
  plots: [],
  engine: [],
  datasets: ["dsp"],
  models: ["engine", "dsp"],
  vision: ["dsp", "engine", "models"],
  live: ["dsp", "metrics", "models"],
  cli: ["dsp", "metrics", "datasets", "engine", "models", "vision", "plots", "live"],
};

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  exports?: Record<string, Record<string, string>>;
}

const rooms = ["packages", "apps"].flatMap((folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder)).map((name) => ({ name, dir: join(root, folder, name) }))
    : [],
);
const manifestOf = (dir: string): Manifest => JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(dir, entry.name)) : [join(dir, entry.name)],
  );
const imports = /(?:from|import)\s*\(?\s*["']([^"']+)["']/g;

describe.each(rooms)("$name", ({ name, dir }) => {
  it("depends only on the packages below it", () => {
    const ours = Object.keys(manifestOf(dir).dependencies ?? {}).filter((d) => d.startsWith("@earshot/"));
    expect(allowed).toHaveProperty(name);
    expect(ours.filter((d) => !allowed[name].includes(d.slice("@earshot/".length)))).toEqual([]);
  });

  it("never reaches into the files of another package", () => {
    const outside = filesBelow(join(dir, "src"))
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) =>
        [...readFileSync(file, "utf8").matchAll(imports)]
          .map(([, target]) => target)
          .filter((target) => target.startsWith(".") && !join(file, "..", target).startsWith(join(dir, "src")))
          .map((target) => `${file}: ${target}`),
      );
    expect(outside).toEqual([]);
  });

  it("has a README, tests, and an export for tests without a build", () => {
    expect(existsSync(join(dir, "README.md"))).toBe(true);
    expect(filesBelow(join(dir, "test")).some((file) => file.endsWith(".test.ts"))).toBe(true);
    for (const entry of Object.values(manifestOf(dir).exports ?? {})) {
      expect(existsSync(join(dir, entry["@earshot/source"]))).toBe(true);
    }
  });
});

describe("TensorFlow.js", () => {
  it("is imported by engine alone", () => {
    const others = rooms
      .filter(({ name }) => name !== "engine")
      .filter(({ dir }) => Object.keys(manifestOf(dir).dependencies ?? {}).some((d) => d.startsWith("@tensorflow/")))
      .map(({ name }) => name);
    expect(others).toEqual([]);
  });
});
