import { describe, expect, it } from "vitest";
import { billOfMaterials, fits } from "../src/supplyChain.js";

const left = {
  name: "left",
  version: "1.0.0",
  licence: "MIT",
  integrity: `sha512-${Buffer.alloc(64, 1).toString("base64")}`,
};
const scoped = { name: "@of/right", version: "2.0.0", licence: "(MIT OR GPL-3.0)", integrity: undefined };

describe("the bill of materials", () => {
  it("is CycloneDX with a name, a licence and a hash each, and the same bytes for the same packages", () => {
    const text = billOfMaterials("1.2.3", [left, scoped]);
    expect(billOfMaterials("1.2.3", [left, scoped])).toBe(text);
    const { bomFormat, specVersion, serialNumber, components } = JSON.parse(text);
    expect([bomFormat, specVersion]).toEqual(["CycloneDX", "1.5"]);
    expect(serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(components[0]).toMatchObject({
      purl: "pkg:npm/left@1.0.0",
      licenses: [{ license: { name: "MIT" } }],
      hashes: [{ alg: "SHA-512", content: "01".repeat(64) }],
    });
    expect(components[1]).toMatchObject({
      purl: "pkg:npm/%40of/right@2.0.0",
      licenses: [{ expression: "(MIT OR GPL-3.0)" }],
    });
  });
});

describe("a licence", () => {
  it.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0)", true],
    ["Apache-2.0 AND MIT", true],
    ["Apache-2.0 AND GPL-3.0", false],
    ["GPL-3.0", false],
    ["UNLICENSED", false],
    ["Unknown", false],
  ])("%s fits: %s", (licence, expected) => {
    expect(fits(licence)).toBe(expected);
  });
});
