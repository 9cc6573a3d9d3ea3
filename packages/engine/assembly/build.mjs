/**
 * Compiles the kernels twice, plain SIMD and relaxed SIMD, into `src/wasm/kernels.generated.ts`. The pages of a shared memory
 * cannot be told apart from ordinary ones at run time, so both are compiled for shared memory and `loadKernels` clears the flag.
 * They are stored deflated (text that is packed as it stands, as packages are, keeps a third more), the two in turns of 8 kB: they differ in
 * little but multiply–adds, and so the second costs a seventh of the first. `node assembly/build.mjs` writes; a test holds the committed
 * modules against what `compileKernels()` gives.
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

const turn = 8192;

/** @returns {Record<"plain" | "relaxed", Buffer>} both modules, as committed */
export function committedKernels() {
  const text = readFileSync(target, "utf8");
  const number = (name) => Number(new RegExp(`${name}: (\\d+)`).exec(text)[1]);
  const all = inflateSync(Buffer.from(/kernels =\s*"([^"]*)"/.exec(text)[1], "base64"));
  const lengths = [number("plain"), number("relaxed")];
  const parts = [[], []];
  for (let at = 0, i = 0; at < all.length; i += turn) {
    for (const k of [0, 1]) {
      const length = Math.min(turn, Math.max(0, lengths[k] - i));
      parts[k].push(all.subarray(at, at + length));
      at += length;
    }
  }
  return { plain: Buffer.concat(parts[0]), relaxed: Buffer.concat(parts[1]) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { plain, relaxed } = await compileKernels();
  const parts = [];
  for (let i = 0; i < Math.max(plain.length, relaxed.length); i += turn) {
    parts.push(plain.subarray(i, i + turn), relaxed.subarray(i, i + turn));
  }
  const packed = deflateSync(Buffer.concat(parts), { level: 9 }).toString("base64");
  const text = [
    "// Written by `pnpm build:wasm` from assembly/: do not edit. Both builds in turns, zlib, base64.",
    `export const lengths = { plain: ${plain.length}, relaxed: ${relaxed.length}, turn: ${turn} };`,
    `export const kernels =\n  "${packed}";\n`,
  ].join("\n");
  writeFileSync(target, text);
  console.log(`${target}: ${(text.length / 1024).toFixed(0)} kB`);
}
