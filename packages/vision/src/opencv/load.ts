import type { Cv } from "./cv.js";

interface Loaded extends Cv {
  onRuntimeInitialized?: () => void;
  then?: unknown;
}

let loading: Promise<Cv> | undefined;
let loaded: Cv | undefined;

/**
 * Loads OpenCV (WebAssembly; 0.5 s, once). Everything that works on pixels needs it.
 *
 * In Node it comes from its package; a page loads `opencv.js` by a script tag before.
 *
 * @throws Error if WebAssembly cannot run here, or a page has no `cv`
 */
export async function loadOpenCv(): Promise<void> {
  loading ??= start();
  loaded = await loading;
}

/** OpenCV, once it is loaded. @throws Error naming the function that came too early */
export function openCv(fn: string): Cv {
  if (!loaded) throw new Error(`${fn}: OpenCV is not loaded yet; \`await loadOpenCv()\` once before.`);
  return loaded;
}

/** Bytes of OpenCV's heap, which only grows; undefined before it is loaded. */
export function openCvHeapBytes(): number | undefined {
  return loaded?.HEAPU8.length;
}

async function start(): Promise<Cv> {
  const release = keepListeners();
  const module = await findModule();
  if (!module.cv.Mat) await new Promise<void>((resolve) => (module.cv.onRuntimeInitialized = resolve));
  // Emscripten's module calls itself a promise and resolves to itself: whoever awaits it waits for ever.
  delete module.cv.then;
  release();
  return module.cv;
}

/** The module in a box, for it must not be awaited; that rules `import()` out as well, which copies its `then` in some bundlers. */
async function findModule(): Promise<{ cv: Loaded }> {
  if (typeof process === "undefined" || !process.versions?.node) {
    const { cv } = globalThis as { cv?: Loaded };
    if (!cv) throw new Error("loadOpenCv: the page has no cv; load opencv.js of @techstark/opencv-js by a script tag.");
    return { cv };
  }
  // Not a literal, so that bundlers for pages leave it alone.
  const name = "node:module";
  const { createRequire } = (await import(/* @vite-ignore */ name)) as typeof import("node:module");
  return { cv: createRequire(import.meta.url)("@techstark/opencv-js") as Loaded };
}

/** Emscripten ends the process on any error nobody caught, in its own words; that is for the program to decide. */
function keepListeners(): () => void {
  if (typeof process === "undefined" || typeof process.listeners !== "function") return () => {};
  const names = ["uncaughtException", "unhandledRejection"] as const;
  const before = names.map((name) => new Set<unknown>(process.listeners(name as never)));
  return () => {
    names.forEach((name, i) => {
      for (const listener of process.listeners(name as never) as ((...args: unknown[]) => void)[]) {
        // Only those of Emscripten: others may have come meanwhile.
        if (!before[i].has(listener) && /ExitStatus|abort/.test(String(listener))) process.off(name, listener);
      }
    });
  };
}
