import { fileURLToPath } from "node:url";
import { bundleForBrowser, chromiumPath, withPage } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import { bootstrapEer, rocAuc } from "../src/index.js";

const here = fileURLToPath(new URL(".", import.meta.url));

describe.skipIf(!chromiumPath)("metrics in a browser", () => {
  it("are the same numbers, from a bundle of a few kilobytes", async () => {
    const code = await bundleForBrowser(
      `import { bootstrapEer, rocAuc } from "@earshot/metrics";
       globalThis.measure = (y, s) => [rocAuc(y, s), bootstrapEer(y, s).high];`,
      here,
      { format: "iife", minify: true },
    );
    expect(code.length).toBeLessThan(20_000);
    const y = Array.from({ length: 500 }, (_, i) => i % 2);
    const s = y.map((t, i) => t + ((i * 7919) % 101) / 40);
    const got = await withPage({ files: { "/metrics.js": code } }, async (page, url) => {
      await page.addScriptTag({ url: `${url}metrics.js` });
      return page.evaluate(
        ([y, s]) => (globalThis as unknown as { measure: (y: number[], s: number[]) => number[] }).measure(y, s),
        [y, s],
      );
    });
    expect(got).toEqual([rocAuc(y, s), bootstrapEer(y, s).high]);
  });
});
