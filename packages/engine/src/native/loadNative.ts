import * as tfc from "@tensorflow/tfjs-core";
import { restoreGradients } from "../kernels/override.js";
import { importBuiltin, isNode } from "../setup/host.js";
import { registerAll } from "../setup/registerAll.js";
import { findEngine } from "./engineFolder.js";
import { type NativeName, nativeEngines } from "./engines.js";
import { registerRoutes } from "./routes.js";
import { NATIVE_BACKEND, type NativeBackend } from "./tensorflowBackend.js";

export interface LoadedNative {
  name: NativeName;
  /** Of TensorFlow's library. */
  version: string;
  /** Whether it computes on a GPU. */
  gpu: boolean;
}

let loaded: LoadedNative | undefined;

/**
 * Loads TensorFlow's library as a backend of TensorFlow.js, with the gradients that are slow there routed to its fused operations.
 * The package's own copy of TensorFlow.js and ours share one registry of backends and kernels, which is global.
 *
 * @throws Error saying why it does not load and what to do
 */
export async function loadNative(name: NativeName): Promise<LoadedNative> {
  if (loaded?.name === name) return loaded;
  if (loaded) {
    throw new Error(
      `useEngine: this process has loaded ${loaded.name}, and one TensorFlow is all it can hold; use ${name} in another process.`,
    );
  }
  if (!isNode()) throw new Error(`useEngine: ${name} runs in Node only; use wasm here.`);
  const parts = await findEngine(name);
  if (!parts) {
    throw new Error(`useEngine: ${name} is not installed; install it with \`earshot engine install ${name}\`.`);
  }
  const [{ createRequire }, { join }, util] = await Promise.all([
    importBuiltin<typeof import("node:module")>("node:module"),
    importBuiltin<typeof import("node:path")>("node:path"),
    importBuiltin<{ default: Record<string, unknown> }>("node:util"),
  ]);
  // The package calls two functions that Node 23 removed.
  util.default.isNullOrUndefined ??= (v: unknown) => v === null || v === undefined;
  util.default.isArray ??= Array.isArray;
  const require = createRequire(join(parts.packageFolder, "package.json"));
  const backend = await quietly(() => {
    const bindings = require(parts.addon);
    const { NodeJSKernelBackend } = require("./dist/nodejs_kernel_backend.js");
    const made: NativeBackend = new NodeJSKernelBackend(bindings, nativeEngines[name].package);
    require("./dist/register_all_kernels.js");
    tfc.registerBackend(NATIVE_BACKEND, () => made as unknown as tfc.KernelBackend, 3);
    return made;
  }).catch((error: Error) => {
    const why = error.message.split("\n")[0];
    throw new Error(
      `useEngine: ${name} does not load (${why}); install it again with \`earshot engine install ${name}\`.`,
    );
  });
  registerAll();
  restoreGradients();
  registerRoutes(backend);
  loaded = { name, version: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice };
  return loaded;
}

/** A second copy of TensorFlow.js says on the console what it registers again; in production it does not. */
async function quietly<T>(work: () => T): Promise<T> {
  const before = tfc.env().getBool("PROD");
  tfc.env().set("PROD", true);
  try {
    return work();
  } finally {
    tfc.env().set("PROD", before);
  }
}
