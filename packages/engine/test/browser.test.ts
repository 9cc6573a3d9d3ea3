import { fileURLToPath } from "node:url";
import { bundleForBrowser, chromiumPath, withPage } from "@earshot/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useEngine } from "../src/index.js";
import { fingerprint, trainedFingerprint } from "./fingerprint.js";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

afterAll(async () => {
  await useEngine({ threads: 1, deterministic: false });
});

/** The example page as Vite builds it. */
const files: Record<string, string> = {};

describe.skipIf(!chromiumPath)("in Chromium", () => {
  beforeAll(async () => {
    const { build } = await import("vite");
    const built = await build({ root: folder("../examples/browser"), logLevel: "silent", build: { write: false } });
    for (const { output } of [built].flat() as { output: { fileName: string; code?: string; source?: string }[] }[]) {
      for (const { fileName, code, source } of output) files[`/${fileName}`] = String(code ?? source);
    }
  }, 60_000);

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
      const seen = await withPage({ files, crossOriginIsolated }, async (page, url) => {
        await page.goto(`${url}index.html?steps=120`);
        await page.waitForFunction(() => document.getElementById("where")?.textContent?.startsWith("Done"), undefined, {
          timeout: 100_000,
        });
        if (process.env.EARSHOT_SCREENSHOT) await page.screenshot({ path: process.env.EARSHOT_SCREENSHOT });
        return await page.evaluate(() => ({
          where: document.getElementById("where")?.textContent,
          accuracy: Number.parseFloat(document.getElementById("accuracy")?.textContent ?? ""),
          rate: Number.parseFloat(document.getElementById("rate")?.textContent ?? ""),
          right: document.querySelectorAll("figcaption.right").length,
        }));
      });
      expect(seen.accuracy).toBeGreaterThan(90);
      expect(seen.rate).toBeGreaterThan(0);
      expect(seen.right).toBeGreaterThan(5);
      expect(seen.where).toContain(crossOriginIsolated ? "threads" : "one thread");
    }, 120_000);
  }
});
