import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { chromium, type Page } from "playwright-core";

const candidates = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** A Chromium of this machine, or undefined: browser tests skip without. `CHROMIUM_PATH` names another. */
export const chromiumPath: string | undefined = candidates.find((path) => path && existsSync(path));

const launchArgs = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface PageOptions {
  /** Served files by path ("/", "/worker.js"), beside an empty "/" page. */
  files?: Record<string, string | Uint8Array>;
  /** Serve with COOP and COEP, so that SharedArrayBuffer exists (default false). */
  crossOriginIsolated?: boolean;
  /** More switches for Chromium, such as a fake microphone. */
  args?: string[];
}

/**
 * Runs `work` in a fresh page of a real Chromium, served from loopback; whatever the page logs as an error fails the call.
 *
 * @throws Error if no Chromium is here, or the page threw
 */
export async function withPage<T>(options: PageOptions, work: (page: Page, url: string) => Promise<T>): Promise<T> {
  if (!chromiumPath) throw new Error("withPage: no Chromium on this machine; set CHROMIUM_PATH.");
  const { files = {}, crossOriginIsolated = false, args = [] } = options;
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0];
    const body = files[path] ?? (path === "/" ? "<!doctype html><meta charset=utf-8><title>test</title>" : undefined);
    if (crossOriginIsolated) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    response.setHeader("Content-Type", contentType(path));
    response.statusCode = body === undefined && path !== "/favicon.ico" ? 404 : 200;
    response.end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...launchArgs, ...args] });
  try {
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(url);
    const result = await work(page, url);
    if (errors.length > 0) throw errors[0];
    return result;
  } finally {
    await browser.close();
    await new Promise((closed) => server.close(closed));
  }
}

/**
 * Bundles a module for the browser from the packages' sources, as a user's bundler would.
 *
 * @param source TypeScript that may import packages by name
 * @param resolveDir folder whose dependencies the imports are looked up in
 */
export async function bundleForBrowser(
  source: string,
  resolveDir: string,
  {
    format = "esm",
    minify = false,
    external = [],
  }: { format?: "esm" | "iife"; minify?: boolean; external?: readonly string[] } = {},
): Promise<string> {
  const result = await build({
    stdin: { contents: source, resolveDir, loader: "ts" },
    bundle: true,
    format,
    minify,
    external: [...external],
    platform: "browser",
    target: "es2022",
    conditions: ["@earshot/source"],
    write: false,
    logLevel: "silent",
  });
  return result.outputFiles[0].text;
}

function contentType(path: string): string {
  if (path.endsWith(".js") || path.endsWith(".mjs")) return "text/javascript";
  if (path.endsWith(".wasm")) return "application/wasm";
  if (path.endsWith(".json")) return "application/json";
  if (path.endsWith(".wav")) return "audio/wav";
  return "text/html; charset=utf-8";
}
