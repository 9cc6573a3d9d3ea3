import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { averagePrecision, bootstrapEer, equalErrorRate, rocAuc, rocCurve, silhouette } from "@earshot/metrics";
import { type BenchRow, benchRow, startPeers } from "@earshot/testing/peers";

// Ours beside scikit-learn and NumPy on the same scores, turn by turn: median seconds, spread (quartiles over median), ratio.

const jsonAt = process.argv.indexOf("--json");
const jsonFile = jsonAt > 0 ? process.argv[jsonAt + 1] : undefined;

/** Scores of two overlapping normal classes, a tenth of them targets; the silhouette takes them for features, 64 an item. */
function scores(n: number) {
  let state = 12345;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const yTrue = Float64Array.from({ length: n }, () => (uniform() < 0.1 ? 1 : 0));
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { yTrue, yScore: yTrue.map((y) => normal() + 2 * y) };
}

type Scores = ReturnType<typeof scores>;

const works: { name: string; n: number; title: string; peerName: string; ours: (s: Scores) => unknown }[] = [
  {
    name: "rocAuc",
    n: 1e6,
    title: "ROC AUC, 1,000,000 scores",
    peerName: "scikit-learn",
    ours: (s) => rocAuc(s.yTrue, s.yScore),
  },
  {
    name: "rocCurve",
    n: 1e6,
    title: "ROC curve, 1,000,000 scores",
    peerName: "scikit-learn",
    ours: (s) => rocCurve(s.yTrue, s.yScore).fpr.length,
  },
  {
    name: "equalErrorRate",
    n: 1e6,
    title: "EER, 1,000,000 scores",
    peerName: "scikit-learn roc_curve",
    ours: (s) => equalErrorRate(s.yTrue, s.yScore).eer,
  },
  {
    name: "averagePrecision",
    n: 1e6,
    title: "average precision, 1,000,000 scores",
    peerName: "scikit-learn",
    ours: (s) => averagePrecision(s.yTrue, s.yScore),
  },
  {
    name: "bootstrapEer",
    n: 1e4,
    title: "EER, 1,000 bootstrap replicates, 10,000 scores",
    peerName: "NumPy loop",
    ours: (s) => {
      const { low, high } = bootstrapEer(s.yTrue, s.yScore, { stratified: false });
      return [low, high];
    },
  },
  {
    name: "silhouette",
    n: 2000 * 64,
    title: "silhouette, 2,000 items of 64 features",
    peerName: "scikit-learn",
    ours: ({ yScore }) =>
      silhouette(
        { data: yScore, rows: 2000, cols: 64 },
        Float64Array.from({ length: 2000 }, (_, i) => i % 5),
      ),
  },
];

const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
const peer = startPeers("metrics");
const rows: BenchRow[] = [];
try {
  for (const { name, n, title, peerName, ours } of works) {
    const data = scores(n);
    const files = Object.fromEntries(
      Object.entries(data).map(([key, values]) => {
        const file = join(folder, key);
        writeFileSync(file, new Uint8Array(values.buffer));
        return [key, file];
      }),
    );
    await peer?.ask({ load: files });
    const mine: number[] = [];
    const theirs: number[] = [];
    let values: unknown[] = [];
    const rounds = name === "bootstrapEer" ? 5 : 9;
    for (let round = -1; round < rounds; round++) {
      const begin = performance.now();
      const value = ours(data);
      const seconds = (performance.now() - begin) / 1000;
      const answer = await peer?.ask({ work: name });
      values = [value, answer?.value];
      // The first turn warms both up.
      if (round < 0) continue;
      mine.push(seconds);
      if (answer) theirs.push(answer.seconds);
    }
    const row = benchRow(title, mine, { name: peerName, seconds: theirs });
    rows.push(row);
    const ms = (s: number | null) => (s === null ? "–" : `${(1000 * s).toFixed(1)} ms`).padStart(11);
    console.log(
      `${title.padEnd(50)}${ms(row.ours)}${ms(row.peer)}  ${row.ratio?.toFixed(1).padStart(6) ?? "–"} ×  ±${(100 * row.spread).toFixed(0)} %  ${peerName}  ${JSON.stringify(values)}`,
    );
  }
} finally {
  peer?.end();
  rmSync(folder, { recursive: true });
}
if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(rows, null, 2)}\n`);
