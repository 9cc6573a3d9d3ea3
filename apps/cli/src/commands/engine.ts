import { type Engine, useEngine } from "@earshot/engine";
import pc from "picocolors";
import type { Context } from "../cli/context.js";

/** How an engine did: a product of two 512 × 512 matrices, the work that training consists of. */
interface Measured {
  name: string;
  threads: number;
  simd: string;
  gflops: number;
}

/** `earshot engine` */
export async function engineCommand({ threads }: { threads?: number }, { screen, signal }: Context): Promise<void> {
  const found: Measured[] = [];
  for (const prefer of ["cpu", "wasm"] as const) {
    signal.throwIfAborted();
    // The last one tried stays: the default.
    const engine = await useEngine({ prefer, ...(threads !== undefined && { threads }) });
    found.push({ name: engine.name, threads: engine.threads, simd: engine.simd, gflops: await measure(engine) });
  }
  found.reverse();
  if (screen.json) {
    screen.printJson({ engines: found });
    return;
  }
  for (const [i, { name, threads: count, simd, gflops }] of found.entries()) {
    const how =
      name === "wasm" ? `${count} thread${count === 1 ? "" : "s"}, ${simd} SIMD` : "plain JavaScript, for comparison";
    screen.print(
      `${pc.bold(name.padEnd(6))}${gflops.toFixed(1).padStart(7)} GFLOP/s  ${pc.dim(how)}${i === 0 ? "  (default)" : ""}`,
    );
  }
}

async function measure({ tf, name }: Engine): Promise<number> {
  const size = name === "cpu" ? 128 : 512;
  const [a, b] = [tf.randomNormal([size, size]), tf.randomNormal([size, size])] as const;
  const once = async (): Promise<number> => {
    const from = performance.now();
    const product = tf.matMul(a, b);
    await product.data();
    product.dispose();
    return performance.now() - from;
  };
  await once();
  const times: number[] = [];
  for (let i = 0; i < 7; i++) times.push(await once());
  tf.dispose([a, b]);
  const median = times.sort((x, y) => x - y)[3];
  return (2 * size ** 3) / (median * 1e6);
}
