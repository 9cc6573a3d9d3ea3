import { fileURLToPath } from "node:url";
import { bundleForBrowser, chromiumPath, withPage } from "@earshot/testing";
import { describe, expect, it } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));

describe.skipIf(!chromiumPath)("figures in a browser", () => {
  it("are drawn as SVG and PNG by the page itself, pictures within pictures included", async () => {
    const code = await bundleForBrowser(
      `import { renderPng, renderSvg, spectrogramPlot } from "@earshot/plots";
       globalThis.draw = async () => {
         const data = Float32Array.from({ length: 40 * 20 }, (_, i) => i % 37);
         const spec = spectrogramPlot({ data, rows: 40, cols: 20 }, { sampleRate: 8000, hopLength: 80, width: 300 });
         const svg = await renderSvg(spec);
         const png = await renderPng(svg, { scale: 1 });
         return { svg, png: [...png.subarray(0, 24)], bytes: png.length };
       };`,
      here,
      { format: "iife" },
    );
    const { svg, png, bytes } = await withPage({ files: { "/figures.js": code } }, async (page, url) => {
      await page.addScriptTag({ url: `${url}figures.js` });
      return page.evaluate(() =>
        (globalThis as unknown as { draw: () => Promise<{ svg: string; png: number[]; bytes: number }> }).draw(),
      );
    });
    expect(svg).toContain("Frequency (Hz)");
    expect(svg).toContain("data:image/png;base64,");
    expect(png.slice(1, 4)).toEqual([80, 78, 71]);
    expect(new DataView(Uint8Array.from(png).buffer).getUint32(16)).toBeGreaterThan(350);
    expect(bytes).toBeGreaterThan(5000);
  });
});
