/**
 * Compiles the kernels into `src/core/kernels.generated.ts`. `node assembly/build.mjs` writes; `compileKernels()` gives the text
 * to a test that holds the committed file against it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/core/kernels.generated.ts");

export async function compileKernels() {
  const folder = mkdtempSync(join(tmpdir(), "earshot-wasm-"));
  try {
    const out = join(folder, "kernels.wasm");
    const { error, stderr } = await asc.main([
      join(here, "index.ts"),
      ...["-O3", "--converge", "--noAssert", "--runtime", "stub", "--initialMemory", "1", "--use", "abort="],
      ...["--enable", "simd", "--enable", "bulk-memory", "--outFile", out],
    ]);
    if (error) throw new Error(`${error.message}\n${stderr}`);
    const base64 = readFileSync(out).toString("base64");
    return `// Written by \`pnpm build:wasm\` from assembly/: do not edit.\nexport const kernelBytes =\n  "${base64}";\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const committedKernels = () => readFileSync(target, "utf8");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await compileKernels();
  writeFileSync(target, text);
  console.log(`${target}: ${(text.length / 1024).toFixed(1)} kB`);
}
