import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPeers } from "@earshot/testing/peers";
import { loadMaterial, writeMaterial } from "./material.js";
import { type Work, works } from "./works.js";

// Ours beside scikit-learn on the same data, turn by turn, one thread each: medians, ratio (peer / ours: above 1 is faster), spread of ours
// (largest − smallest over median) and both scores. --only TEXT takes works whose title holds it.

interface Row {
  work: string;
  ours: number;
  peer: number | null;
  peerName: string;
  unit: string;
  ratio: number | null;
  spread: number;
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
const peer = startPeers<{ seconds: number; score: number | null }>("models");
const rows: Row[] = [];
try {
  if (peer) {
    writeMaterial(material, folder);
    await peer.ask({ load: folder });
  }
  console.log(
    "| work | ours | scikit-learn | faster | ours scores | scikit-learn scores |\n|---|---:|---:|---:|---:|---:|",
  );
  for (const work of chosen) {
    const row = await compare(work);
    rows.push(row);
    const cells = [row.work, show(row.ours), show(row.peer), row.ratio === null ? "" : `${row.ratio.toFixed(2)} ×`];
    console.log(`| ${[...cells, row.score?.toFixed(4) ?? "", row.peerScore?.toFixed(4) ?? ""].join(" | ")} |`);
  }
} finally {
  peer?.end();
  rmSync(folder, { recursive: true });
}
if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(rows, null, 2)}\n`);

async function compare({ title, name, rounds, run, score }: Work): Promise<Row> {
  const ours: number[] = [];
  const theirs: number[] = [];
  let peerScore: number | null = null;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await run();
    ours.push((performance.now() - start) / 1000);
    const answer = await peer?.ask({ work: name });
    if (answer) {
      theirs.push(answer.seconds);
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
    unit: "s",
    ratio: other === null ? null : other / mine,
    spread: (Math.max(...ours) - Math.min(...ours)) / mine,
    score: (await score?.()) ?? null,
    peerScore,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function show(seconds: number | null): string {
  if (seconds === null) return "";
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
}
