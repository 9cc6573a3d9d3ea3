import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as everything from "../src/node.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

describe("the README", () => {
  it.each(Object.keys(everything))("tells of %s", (name) => {
    expect(readme).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it("gives licence, group key, citation and page of every corpus", () => {
    for (const { name, licence, citation, url, groupKey = "–" } of everything.listCorpora())
      expect(readme).toContain(`| \`${name}\` | ${licence} | ${groupKey} | ${citation} <${url}> |`);
  });
});
