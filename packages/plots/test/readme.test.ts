import { readmeExamples, runExample, unnamedExports } from "@earshot/testing/readme";
import { describe, expect, it } from "vitest";
import * as library from "../src/index.js";

const readme = new URL("../README.md", import.meta.url);

describe("the README", () => {
  it.each(readmeExamples(readme))("gives what its examples say: example %#", async (code) => {
    const { said, got } = await runExample(code, "@earshot/plots", library);
    expect(said.length).toBeGreaterThan(1);
    expect(got).toEqual(said);
  });

  it("names every export", () => {
    expect(unnamedExports(readme, library)).toEqual([]);
  });
});
