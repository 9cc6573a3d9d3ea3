import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as library from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);

type Check = (value: unknown) => void;
const AsyncFunction = (async () => {}).constructor as new (
  ...code: string[]
) => (library: object, check: Check) => Promise<void>;

describe("the README's examples", () => {
  it.each(examples)("give what they say: example %#", async (code) => {
    const said: unknown[] = [];
    const got: unknown[] = [];
    const runnable = code
      .replace(/import (\{[^}]*\}) from "@earshot\/plots";/g, "const $1 = library;")
      .replace(/^([^\n/]*); \/\/ (true|false|-?[\d.e-]+)$/gm, (_, expression, value) => {
        said.push(JSON.parse(value));
        return `check(${expression});`;
      });
    await new AsyncFunction("library", "check", runnable)(library, (value) => got.push(value));
    expect(said.length).toBeGreaterThan(1);
    expect(got).toEqual(said);
  });
});
