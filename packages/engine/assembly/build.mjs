/**
 * Compiles the kernels twice, plain SIMD and relaxed SIMD, into `src/wasm/kernels.generated.ts`. The pages of a shared memory
 * cannot be told apart from ordinary ones at run time, so both are compiled for shared memory and `loadKernels` clears the flag.
 * They are stored deflated: text that is packed as it stands, as packages are, keeps a third more. `node assembly/build.mjs` writes; a test
 * holds the committed modules against what `compileKernels()` gives.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync, inflateSync } from "node:zlib";
import asc from "assemblyscript/asc";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/wasm/kernels.generated.ts");

/** @param {string[]} features @returns {Promise<Buffer>} the module */
async function compile(features) {
  const folder = mkdtempSync(join(tmpdir(), "earshot-wasm-"));
  try {
    const out = join(folder, "kernels.wasm");
    const { error, stderr } = await asc.main([
      join(here, "index.ts"),
      ...["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--sharedMemory"],
      ...["--initialMemory", "1", "--maximumMemory", "65536", "--use", "abort="],
      ...["simd", "bulk-memory", "threads", ...features].flatMap((f) => ["--enable", f]),
      ...["--outFile", out],
    ]);
    if (error) throw new Error(`${error.message}\n${stderr}`);
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns {Promise<Record<"plain" | "relaxed", Buffer>>} both modules, as compiled now */
export const compileKernels = async () => ({ plain: await compile([]), relaxed: await compile(["relaxed-simd"]) });

/** @returns {Record<"plain" | "relaxed", Buffer>} both modules, as committed */
export function committedKernels() {
  const text = readFileSync(target, "utf8");
  const read = (name) => inflateSync(Buffer.from(new RegExp(`${name}Kernels =\\s*"([^"]*)"`).exec(text)[1], "base64"));
  return { plain: read("plain"), relaxed: read("relaxed") };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = ["// Written by `pnpm build:wasm` from assembly/: do not edit. Zlib, base64."];
  for (const [name, module] of Object.entries(await compileKernels())) {
    lines.push(`export const ${name}Kernels =\n  "${deflateSync(module, { level: 9 }).toString("base64")}";`);
  }
  const text = `${lines.join("\n")}\n`;
  writeFileSync(target, text);
  console.log(`${target}: ${(text.length / 1024).toFixed(0)} kB`);
}
