/**
 * Compiles the kernels twice, plain SIMD and relaxed SIMD, into `src/wasm/kernels.generated.ts`. The pages of a shared memory
 * cannot be told apart from ordinary ones at run time, so both are compiled for shared memory and `loadKernels` clears the flag.
 * `node assembly/build.mjs` writes; `compileKernels()` gives the text to a test that holds the committed file against it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/wasm/kernels.generated.ts");

/** @param {string[]} features @returns {Promise<string>} the module, base64 */
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
    return readFileSync(out).toString("base64");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function compileKernels() {
  const [plain, relaxed] = [await compile([]), await compile(["relaxed-simd"])];
  return [
    "// Written by `pnpm build:wasm` from assembly/: do not edit.",
    `export const plainKernels =\n  "${plain}";`,
    `export const relaxedKernels =\n  "${relaxed}";`,
    "",
  ].join("\n");
}

export const committedKernels = () => readFileSync(target, "utf8");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await compileKernels();
  writeFileSync(target, text);
  console.log(`${target}: ${(text.length / 1024).toFixed(0)} kB`);
}
