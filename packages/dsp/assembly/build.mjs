// Compiles the kernels and writes them, as hexadecimal digits (which gzip packs better than base64), into src/kernels/module.generated.ts: pnpm --filter @earshot/dsp build:wasm
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = dirname(fileURLToPath(import.meta.url));

/** Text of the generated module. */
export async function compileKernels() {
  let binary;
  const { error, stderr } = await asc.main(
    [
      join(here, "index.ts"),
      "--baseDir",
      here,
      "--outFile",
      "kernels.wasm",
      "-O3",
      "--converge",
      "--noAssert",
      "--enable",
      "simd",
      "--runtime",
      "stub",
      "--initialMemory",
      "1",
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith(".wasm")) binary = contents;
      },
    },
  );
  if (error) throw new Error(stderr.toString());
  const digits = Buffer.from(binary).toString("hex");
  return `// Compiled from assembly/ by build:wasm; do not edit. ${binary.length} bytes.\nexport const kernelsHex =\n  "${digits}";\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(here, "..", "src", "kernels", "module.generated.ts"), await compileKernels());
}
