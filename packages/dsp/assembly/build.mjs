// Compiles the kernels and writes them, as text (see src/kernels/decode.ts), into src/kernels/module.generated.ts: pnpm --filter @earshot/dsp build:wasm
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = dirname(fileURLToPath(import.meta.url));

/** One character a byte for the 89 most common of them, an escape and a character for the others; no quote and no backslash. */
function encode(bytes) {
  const character = (i) => String.fromCharCode(35 + i + (i > 56 ? 1 : 0));
  return Array.from(bytes, (byte) => {
    const turned = (byte + 4) & 255;
    const page = Math.floor(turned / 89);
    return (page > 0 ? character(88 + page) : "") + character(turned % 89);
  }).join("");
}

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
  return `// Compiled from assembly/ by build:wasm; do not edit. ${binary.length} bytes.\nexport const kernelsText =\n  ${JSON.stringify(encode(binary))};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(here, "..", "src", "kernels", "module.generated.ts"), await compileKernels());
}
