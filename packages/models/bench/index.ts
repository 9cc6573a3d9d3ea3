import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchRow, startPeers } from "@earshot/testing/peers";
import { generativeRows } from "./generative.js";
import { inferenceRows } from "./inference.js";
import { loadMaterial, writeMaterial } from "./material.js";
import { type Work, works } from "./works.js";

// Ours beside scikit-learn on the same data, turn by turn: medians of time and of processor time (which other work on the machine hardly
// touches), ratios (peer / ours: above 1 is faster), spread of ours (largest − smallest over median) and both scores. Forests and stacks have
// two threads on both sides, the rest one. --only TEXT takes works whose title holds it.

interface Row extends BenchRow {
  /** The ratio of processor time. */
  cpuRatio: number | null;
  score: number | null;
  peerScore: number | null;
}

const argument = (name: string) => {
  const at = process.argv.indexOf(name);
  return at > 0 ? process.argv[at + 1] : undefined;
};
const only = argument("--only");
const jsonFile = argument("--json");

const material = loadMaterial();
if (!material.texts || !material.table) {
  console.error("EARSHOT_DATA names no folder with aclImdb.tar.gz and credit/: works on real data are left out.");
}
const chosen = works(material).filter(({ title }) => !only || title.includes(only));
const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
const peer = startPeers<{ seconds: number; cpu: number; score: number | null }>("models");
const rows: Row[] = [];
try {
  if (peer) {
    writeMaterial(material, folder);
    await peer.ask({ load: folder });
  }
  console.log(
    "| work | ours | scikit-learn | faster | by processor time | ours scores | scikit-learn scores |\n|---|---:|---:|---:|---:|---:|---:|",
  );
  for (const work of chosen) {
    const row = await compare(work);
    rows.push(row);
    print(row);
  }
  if (!only || "training step, gan, vae".includes(only)) {
    for (const { cpu: _, peerCpu: __, ...row } of await generativeRows()) {
      rows.push(row);
      print(row);
    }
  }
  if (!only || "predict, onnxruntime-node".includes(only)) {
    for (const row of await inferenceRows()) {
      rows.push({ ...row, cpuRatio: null, score: null, peerScore: null });
      print(rows[rows.length - 1]);
    }
  }
} finally {
  peer?.end();
  rmSync(folder, { recursive: true });
}
if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(rows, null, 2)}\n`);

function print(row: Row): void {
  const times = (ratio: number | null): string => (ratio === null ? "" : `${ratio.toFixed(2)} ×`);
  const cells = [row.work, show(row.ours, row.unit), show(row.peer, row.unit), times(row.ratio), times(row.cpuRatio)];
  console.log(`| ${[...cells, row.score?.toFixed(4) ?? "", row.peerScore?.toFixed(4) ?? ""].join(" | ")} |`);
}

async function compare({ title, name, rounds, unit = "s", run, score }: Work): Promise<Row> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const cpu: [number[], number[]] = [[], []];
  let peerScore: number | null = null;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const start = performance.now();
    const measured = await run();
    ours.push(unit === "s" ? (performance.now() - start) / 1000 : Number(measured));
    const { user, system } = process.cpuUsage(before);
    cpu[0].push((user + system) / 1e6);
    const answer = await peer?.ask({ work: name });
    if (answer) {
      theirs.push(answer.seconds);
      cpu[1].push(answer.cpu);
      peerScore = answer.score;
    }
  }
  const mine = median(ours);
  const other = theirs.length > 0 ? median(theirs) : null;
  return {
    work: title,
    ours: mine,
    peer: other,
    peerName: "scikit-learn",
    unit,
    ratio: other === null ? null : other / mine,
    cpuRatio: other === null || unit !== "s" ? null : median(cpu[1]) / median(cpu[0]),
    spread: (Math.max(...ours) - Math.min(...ours)) / mine,
    score: (await score?.()) ?? null,
    peerScore,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function show(value: number | null, unit: string): string {
  if (value === null) return "";
  if (unit !== "s") return `${value.toFixed(0)} ${unit}`;
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}
