import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundleForBrowser } from "@earshot/testing";
import { describe, expect, it } from "vitest";

const src = fileURLToPath(new URL("../src", import.meta.url));
/** Other packages, which users of networks and features of sound have anyway. */
const external = ["@earshot/engine", "@earshot/dsp"];
const sizeOf = async (source: string): Promise<number> =>
  gzipSync(await bundleForBrowser(source, src, { minify: true, external }), { level: 9 }).length / 1024;

describe("the package", () => {
  it("is at most 120 kB minified and gzipped, all of it", async () => {
    const everything = ["index", "text/index", "tabular/index", "onnx/index", "neural/index", "folder/pack"];
    expect(await sizeOf(everything.map((file) => `export * from "./${file}.js";`).join("\n"))).toBeLessThan(120);
  });

  it("is shaken down to what is imported", async () => {
    expect(await sizeOf('export { standardScaler, svc } from "./index.js";')).toBeLessThan(16);
    expect(await sizeOf('export { readCsv } from "./tabular/index.js";')).toBeLessThan(3);
  });
});
