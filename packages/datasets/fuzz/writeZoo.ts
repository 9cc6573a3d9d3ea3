import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { illegalFiles } from "./illegalFiles.js";
import { legalFiles } from "./legalFiles.js";

// node --import tsx fuzz/writeZoo.ts DIR: the folder of odd WAV files, for other programs; legal ones with their samples as JSON.
const dir = process.argv[2] ?? "wav-zoo";
for (const part of ["legal", "illegal"]) mkdirSync(join(dir, part), { recursive: true });
for (const { name, bytes, sampleRate, channels } of legalFiles()) {
  writeFileSync(join(dir, "legal", `${name}.wav`), bytes);
  writeFileSync(join(dir, "legal", `${name}.json`), JSON.stringify({ sampleRate, channels }));
}
for (const { name, bytes } of illegalFiles()) writeFileSync(join(dir, "illegal", `${name}.wav`), bytes);
process.stdout.write(`${legalFiles().length} legal and ${illegalFiles().length} illegal files are in ${dir}.\n`);
