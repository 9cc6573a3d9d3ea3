import { findEngine } from "../native/engineFolder.js";
import { type NativeName, nativeEngines, nativeNames } from "../native/engines.js";
import { loadNative } from "../native/loadNative.js";
import { importBuiltin, isNode } from "./host.js";

/** An engine that was not taken. */
export interface PassedOver {
  name: NativeName;
  reason: string;
}

export interface Choice {
  name: "wasm" | NativeName;
  /** Why this one. */
  reason: string;
  /** Engines that would have come first, and why they did not. */
  passedOver: PassedOver[];
}

/**
 * The best engine that loads here: one for GPUs where it is installed and finds a GPU, else wasm. TensorFlow's library on the CPU is
 * never taken unasked: it trains more slowly than wasm.
 */
export async function chooseEngine({ deterministic }: { deterministic: boolean }): Promise<Choice> {
  const passedOver: PassedOver[] = [];
  if (deterministic) {
    return { name: "wasm", reason: "deterministic: no other engine gives the same bits everywhere", passedOver };
  }
  if (!isNode()) return { name: "wasm", reason: "the engine of browsers", passedOver };
  for (const name of nativeNames.filter((n) => nativeEngines[n].gpu)) {
    const reason = await whyNot(name);
    if (!reason) return { name, reason: `${name} is installed and finds a GPU`, passedOver };
    passedOver.push({ name, reason });
  }
  return { name: "wasm", reason: "the default: no engine for GPUs is in reach", passedOver };
}

/** Why an engine for GPUs cannot be taken; what is quick to ask comes first, so that a start without one costs nothing. */
async function whyNot(name: NativeName): Promise<string | undefined> {
  if (!(await findEngine(name))) return `not installed (earshot engine install ${name})`;
  if (!(await hasNvidiaDriver())) return "this machine has no NVIDIA driver";
  try {
    const { gpu } = await loadNative(name);
    return gpu ? undefined : "it loads, but finds no GPU";
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether a driver for NVIDIA's GPUs is there, as far as files tell: on Linux, and on Linux in Windows. */
export async function hasNvidiaDriver(): Promise<boolean> {
  if (process.platform !== "linux") return process.platform === "win32";
  const { existsSync } = await importBuiltin<typeof import("node:fs")>("node:fs");
  return existsSync("/proc/driver/nvidia/version") || existsSync("/dev/dxg");
}
