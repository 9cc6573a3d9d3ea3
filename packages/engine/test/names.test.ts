import { describe, expect, it } from "vitest";
import {
  type EngineName,
  engineNames,
  isInstalled,
  isNative,
  listEngines,
  nativeEngines,
  nativeNames,
} from "../src/index.js";

describe("names of engines", () => {
  it("are our own, the plain one, and those of TensorFlow's library, each of which says what it needs", async () => {
    expect([...engineNames].sort()).toEqual(["cpu", "wasm", ...nativeNames].sort());
    expect(nativeNames).toEqual(Object.keys(nativeEngines));
    for (const name of engineNames) expect(isNative(name), name).toBe(name !== "cpu" && name !== "wasm");
    for (const { needs, gpu } of Object.values(nativeEngines)) expect(/GPU/.test(needs)).toBe(gpu);
  });

  it("a name that is no engine's is none of an object's own words either", () => {
    expect(isNative("toString")).toBe(false);
  });

  it("an engine that is not installed does not load, and says how to get it", async () => {
    const missing: EngineName[] = [];
    for (const name of nativeNames) if (!(await isInstalled(name))) missing.push(name);
    const [wasm, ...others] = await listEngines({ names: ["wasm", ...missing], threads: 1, measure: false });
    expect(wasm).toMatchObject({ name: "wasm", loads: true });
    for (const info of others) expect(info).toMatchObject({ loads: false, reason: expect.stringContaining("install") });
  });
});
