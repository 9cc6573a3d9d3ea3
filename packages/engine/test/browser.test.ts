import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleForBrowser, chromiumPath, withPage } from "@earshot/testing";
import { afterAll, describe, expect, it } from "vitest";
import { useEngine } from "../src/index.js";
import { fingerprint, trainedFingerprint } from "./fingerprint.js";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

afterAll(async () => {
  await useEngine({ threads: 1, deterministic: false });
});

describe.skipIf(!chromiumPath)("in Chromium", () => {
  for (const crossOriginIsolated of [true, false]) {
    const how = crossOriginIsolated ? "cross-origin isolated, on two threads" : "not isolated, on one thread";
    it(`the deterministic build gives the bits of Node, ${how}`, async () => {
      const source = `
        import { fingerprint, trainedFingerprint } from "./fingerprint.ts";
        onmessage = async () => {
          try { postMessage([...await fingerprint(2), ...await trainedFingerprint(2)]); } catch (error) { postMessage(String(error)); }
        };`;
      const worker = await bundleForBrowser(source, folder("."));
      const bits = await withPage({ files: { "/worker.js": worker }, crossOriginIsolated }, (page) =>
        page.evaluate(
          () =>
            new Promise((resolve) => {
              const worker = new Worker("/worker.js", { type: "module" });
              worker.onmessage = ({ data }) => resolve(data);
              worker.postMessage(null);
            }),
        ),
      );
      expect(bits).toEqual([...(await fingerprint(2)), ...(await trainedFingerprint(2))]);
    });

    it(`the example page trains a network that hears, ${how}`, async () => {
      const example = folder("../examples/browser");
      const files = {
        "/example/": readFileSync(`${example}/index.html`),
        "/example/main.js": await bundleForBrowser('import "./main.ts";', example),
        "/example/training.js": await bundleForBrowser('import "./training.ts";', example),
      };
      const seen = await withPage({ files, crossOriginIsolated }, async (page, url) => {
        await page.goto(`${url}example/?steps=250`);
        await page.waitForFunction(() => document.getElementById("where")?.textContent?.startsWith("Done"), undefined, {
          timeout: 50_000,
        });
        if (process.env.EARSHOT_SCREENSHOT) await page.screenshot({ path: process.env.EARSHOT_SCREENSHOT });
        return await page.evaluate(() => ({
          where: document.getElementById("where")?.textContent,
          accuracy: Number.parseFloat(document.getElementById("accuracy")?.textContent ?? ""),
        }));
      });
      expect(seen.accuracy).toBeGreaterThan(90);
      expect(seen.where).toContain(crossOriginIsolated ? "threads" : "one thread");
    });
  }
});
