import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeWav, speakDigits } from "@earshot/datasets";
import { chromiumPath } from "@earshot/testing";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shippedModels } from "../src/server/shippedModels.js";
import { type LiveServer, startServer } from "../src/server/startServer.js";
import { silent } from "./fixtures.js";

const switches = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
];

/** The shipped digits, as if their training had told of its levels. */
function withLevels(folder: string): string {
  const [shipped] = shippedModels(["digits"]);
  if (!("folder" in shipped)) throw new Error("the shipped models are folders");
  cpSync(shipped.folder, folder, { recursive: true });
  const path = join(folder, "model.json");
  const ranges = { levelDb: { seen: [-30, -10], alike: [-60, 10] } };
  const manifest = { ...JSON.parse(readFileSync(path, "utf8")), reference: { kind: "sound", items: 9, ranges } };
  writeFileSync(path, JSON.stringify(manifest));
  return folder;
}

describe.skipIf(!chromiumPath)("the page", () => {
  const scratch = mkdtempSync(join(tmpdir(), "earshot-page-"));
  const wav = join(scratch, "mic.wav");
  /** What is dropped on the page, which takes a while to go through it. */
  const short = join(scratch, "short.wav");
  let server: LiveServer;
  let browser: Browser;
  const errors: string[] = [];

  beforeAll(async () => {
    writeFileSync(wav, encodeWav(speakDigits("3141592653589793", { sampleRate: 16_000, seed: 3 })));
    writeFileSync(short, encodeWav(speakDigits("3141", { sampleRate: 16_000, seed: 3 })));
    const outDir = join(scratch, "page");
    await build({
      configFile: fileURLToPath(new URL("../vite.config.ts", import.meta.url)),
      build: { outDir, minify: false },
    });
    // Room for windows, so that a busy machine is slow but drops none.
    const session = { capacity: 1000 };
    server = await startServer({
      models: [{ folder: withLevels(join(scratch, "digits")) }],
      page: outDir,
      logger: silent,
      session,
    });
    const microphone = [
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-audio-capture=${wav}`,
    ];
    browser = await chromium.launch({ executablePath: chromiumPath, args: [...switches, ...microphone] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  async function visit<T>(
    work: (page: Page) => Promise<T>,
    options: Parameters<Browser["newPage"]>[0] = {},
  ): Promise<T> {
    const page = await browser.newPage(options);
    page.on("pageerror", (error) => errors.push(error.message));
    // What the policy blocks is told here alone.
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    try {
      await page.goto(server.url);
      await page.waitForSelector("#start:not([disabled])");
      return await work(page);
    } finally {
      await page.close();
    }
  }
  const verdict = (page: Page) => page.locator(".verdict").first();
  const shares = (page: Page) =>
    page
      .locator(".track i")
      .evaluateAll((bars) => bars.map((bar) => Number(/\((.+)\)/.exec((bar as HTMLElement).style.transform)?.[1])));

  it("hears a microphone, shows level, sound, verdict and latency, and stops", async () => {
    await visit(async (page) => {
      await page.click("#start");
      await page.waitForFunction(() => document.querySelector("#status")?.textContent === "Listening");
      await page.waitForFunction(() => /\d ms/.test(document.querySelector("#figures")?.textContent ?? ""));
      expect(await verdict(page).textContent()).toMatch(/^(Perhaps )?\d$/);
      expect((await shares(page)).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      const level = await page.locator("#level-meter").evaluate((meter) => (meter as HTMLMeterElement).value);
      expect(level).toBeGreaterThan(-55);
      const colours = await page.locator("#spectrogram").evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pixels = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
        return new Set(Array.from({ length: 2000 }, (_, i) => pixels[4 * Math.floor((i / 2000) * (pixels.length / 4))]))
          .size;
      });
      expect(colours).toBeGreaterThan(20);
      await page.screenshot({ path: join(tmpdir(), "earshot-live.png"), fullPage: true });
      await page.click("#start");
      await page.waitForFunction(() => document.querySelector("#status")?.textContent === "Ready");
      expect(await page.locator("#trouble").isHidden()).toBe(true);
    });
    expect(errors).toEqual([]);
  });

  it("gives the same numbers for a dropped file on the server and in the page", async () => {
    const heard = async (offline: boolean) =>
      visit(async (page) => {
        if (offline) await page.check("#offline");
        await page.setInputFiles("#file", short);
        await page.waitForFunction(() => document.querySelector("#start")?.textContent === "Stop");
        await page.waitForFunction(() => document.querySelector("#status")?.textContent === "Ready", undefined, {
          timeout: 30_000,
        });
        return {
          shares: await shares(page),
          text: await verdict(page).textContent(),
          events: await page.locator("#events").textContent(),
        };
      });
    const [server, page] = [await heard(false), await heard(true)];
    expect(page.text).toBe(server.text);
    expect(page.events).toBe(server.events);
    expect(page.shares).toHaveLength(10);
    // The server gets 16-bit samples, the page the browser's own: half a step of them is all the difference there is.
    for (const [i, share] of page.shares.entries()) expect(Math.abs(share - server.shares[i])).toBeLessThan(1e-3);
  });

  it("goes on with other models, and in the page, while it listens; times and what was heard stay", async () => {
    await visit(async (page) => {
      // So that much is heard at once.
      await page.fill("#sensitivity", "1");
      await page.click("#start");
      await page.waitForSelector("#events li");
      const heard = await page.textContent("#events li:last-child");
      const sec = () =>
        page.locator("#figures").evaluate((list) => Number(/(\d+) s/.exec(list.textContent ?? "")?.[1]));
      await page.uncheck("#models input");
      expect(await page.textContent("#trouble")).toBe("Choose at least one model.");
      await page.check("#models input");
      await page.waitForFunction(() => document.querySelector("#trouble")?.hasAttribute("hidden"));
      await page.check("#offline");
      const before = await sec();
      await page.waitForFunction(() => document.querySelector("#status")?.textContent === "Listening in this page");
      const known = await page.locator("#events li").count();
      await page.waitForFunction((n) => document.querySelectorAll("#events li").length > n, known);
      expect(await page.textContent("#events li:last-child")).toBe(heard);
      const [, minutes, seconds] = /(\d+):(\d+\.\d)/.exec((await page.textContent("#events li")) ?? "") ?? [];
      expect(60 * Number(minutes) + Number(seconds)).toBeGreaterThanOrEqual(before);
      await page.click("#start");
      // Whatever began has an end.
      const said = await page.locator("#events li").allTextContents();
      expect(said.filter((text) => text.includes("from"))).toHaveLength(said.filter((t) => t.includes("until")).length);
    });
    expect(errors).toEqual([]);
  });

  it("says that it hears one file at a time", async () => {
    await visit(async (page) => {
      const file = { name: "a.wav", mimeType: "audio/wav", buffer: Buffer.from("") };
      await page.evaluate(() => document.querySelector("#file")?.setAttribute("multiple", ""));
      await page.setInputFiles("#file", [file, file]);
      expect(await page.textContent("#trouble")).toMatch(/^One file at a time is heard here, and these are 2;/);
      await page.setInputFiles("#file", [file]);
      await page.waitForFunction(() => document.querySelector("#trouble")?.textContent === "a.wav is empty: 0 bytes.");
    });
  });

  it("says in plain words that silence is not judged, on the server and in the page", async () => {
    const path = join(scratch, "silence.wav");
    writeFileSync(path, encodeWav({ samples: new Float32Array(32_000), sampleRate: 16_000 }));
    for (const offline of [false, true]) {
      await visit(async (page) => {
        if (offline) await page.check("#offline");
        await page.setInputFiles("#file", path);
        await page.waitForFunction(() => document.querySelector(".verdict")?.textContent === "Not judged: silent");
        if (!offline) await page.screenshot({ path: join(tmpdir(), "earshot-live-silent.png"), fullPage: true });
      });
    }
    expect(errors).toEqual([]);
  });

  it("fits a phone, in the dark, and is used by keyboard", async () => {
    await visit(
      async (page) => {
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(16, 22, 21)");
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => document.activeElement?.id)).toBe("start");
        await page.keyboard.press("Enter");
        await page.waitForFunction(() => document.querySelector("#start")?.textContent === "Stop");
        const unnamed = await page.evaluate(
          () =>
            [...document.querySelectorAll("input, select, button, canvas, meter")].filter(
              (element) =>
                !(element as HTMLInputElement).labels?.length &&
                !element.textContent &&
                !element.ariaLabel &&
                !element.getAttribute("aria-labelledby"),
            ).length,
        );
        expect(unnamed).toBe(0);
      },
      { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
    );
  });

  it("records only when asked, and gives the file", async () => {
    await visit(async (page) => {
      await page.click("#start");
      await page.waitForFunction(() => /[1-9] s/.test(document.querySelector("#figures")?.textContent ?? ""));
      await page.click("#record");
      await page.waitForTimeout(300);
      const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#record")]);
      expect(saved.suggestedFilename()).toBe("earshot.wav");
    });
  });

  it("says in plain words that the microphone is forbidden, and that a file is no audio", async () => {
    const strict = await chromium.launch({ executablePath: chromiumPath, args: switches });
    try {
      const page = await strict.newPage();
      await page.goto(server.url);
      await page.waitForSelector("#start:not([disabled])");
      await page.click("#start");
      await page.waitForSelector("#trouble:not([hidden])");
      expect(await page.textContent("#trouble")).toMatch(/may not use the microphone|No microphone was found/);
      await page.setInputFiles("#file", {
        name: "notes.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("not audio"),
      });
      await page.waitForFunction(() =>
        document.querySelector("#trouble")?.textContent?.startsWith("notes.txt is no audio"),
      );
    } finally {
      await strict.close();
    }
  });
});
