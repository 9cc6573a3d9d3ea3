import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleForBrowser, chromiumPath, withPage } from "@earshot/testing";
import { describe, expect, it } from "vitest";

interface GoldenCase {
  name: string;
  base64: string;
  frames: number;
  rms: number[];
}
const golden: { cases: GoldenCase[] } = JSON.parse(
  readFileSync(new URL("golden/compressed.json", import.meta.url), "utf8"),
);

describe.skipIf(!chromiumPath)("in a browser", () => {
  it("decodes every format, splits and speaks as in Node", async () => {
    const source = `
      import { decodeChannels, encodeWav, decodeWav, groupSplit, hashClip, syntheticSpeech } from "@earshot/datasets";
      window.run = async (cases) => {
        const decoded = [];
        for (const { base64 } of cases) {
          const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
          const { channels } = await decodeChannels(bytes);
          decoded.push(channels.map((c) => [c.length, Math.sqrt(c.reduce((s, x) => s + x * x, 0) / c.length)]));
        }
        const { items } = syntheticSpeech({ speakers: 4, takes: 1 });
        const clip = await items[3].load();
        return { decoded, test: groupSplit(items, { seed: 1 }).test.map((i) => i.id), spoken: hashClip(decodeWav(encodeWav(clip))) };
      };`;
    const script = await bundleForBrowser(source, fileURLToPath(new URL("..", import.meta.url)));
    const result = await withPage({ files: { "/app.js": script } }, async (page) => {
      await page.addScriptTag({ url: "/app.js", type: "module" });
      await page.waitForFunction("window.run");
      return page.evaluate(
        "window.run(window.cases = JSON.parse(" +
          JSON.stringify(JSON.stringify(golden.cases.map(({ base64 }) => ({ base64 })))) +
          "))",
      ) as Promise<{
        decoded: [number, number][][];
        test: string[];
        spoken: string;
      }>;
    });
    golden.cases.forEach(({ name, frames, rms }, i) => {
      expect([name, result.decoded[i].map(([length]) => length)]).toEqual([name, rms.map(() => frames)]);
      result.decoded[i].forEach(([, value], c) => {
        expect(value).toBeCloseTo(rms[c], 3);
      });
    });
    const { decodeWav, encodeWav, groupSplit, hashClip, syntheticSpeech } = await import("../src/index.js");
    const { items } = syntheticSpeech({ speakers: 4, takes: 1 });
    expect(result.test).toEqual(groupSplit(items, { seed: 1 }).test.map((i) => i.id));
    expect(result.spoken).toBe(hashClip(decodeWav(encodeWav(await items[3].load()))));
  });
});
