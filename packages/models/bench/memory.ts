import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { logisticRegression } from "../src/index.js";
import { tfidfVectorizer } from "../src/text/index.js";
import type { Labelled } from "./material.js";

/** Megabytes that a process of its own holds at most while it reads reviews, vectorises them and fits a regression. */
export function memoryOf({ x, y }: Labelled<string[]>): number {
  const folder = mkdtempSync(join(tmpdir(), "earshot-memory-"));
  try {
    const file = join(folder, "texts.json");
    writeFileSync(file, JSON.stringify([x, y]));
    const flags = ["--import", "tsx", "--conditions=@earshot/source"];
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, fileURLToPath(import.meta.url), file], {
      encoding: "utf8",
    });
    if (!stdout) throw new Error(`memoryOf: ${stderr}`);
    return Number(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [x, y] = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const rows = tfidfVectorizer({ ngramRange: [1, 2], maxFeatures: 50_000, sublinearTf: true }).fitTransform(x);
  logisticRegression().fit(rows, y);
  process.stdout.write(String(process.resourceUsage().maxRSS / 1024));
}
