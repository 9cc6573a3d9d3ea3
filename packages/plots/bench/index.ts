import { writeFileSync } from "node:fs";
import { renderPng, renderSvg, type Spec } from "@earshot/plots";
import { type BenchRow, benchRow } from "@earshot/testing/peers";
import { samples } from "../test/samples.js";

// Each figure of the tests as SVG and as PNG, median of a few rounds after the first; the first drawing also loads Vega. No peer draws
// Vega-Lite without a browser. --json FILE writes rows.

const rounds = 5;
const jsonAt = process.argv.indexOf("--json");
const rows: BenchRow[] = [];
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
};
const note = (row: BenchRow): void => {
  rows.push(row);
  console.log(
    `${row.work.padEnd(32)} ${(1000 * row.ours).toFixed(1).padStart(8)} ms  ±${(100 * row.spread).toFixed(0)} %`,
  );
};

const specs = Object.entries(samples).map(([name, make]): [string, Spec] => [name, make()]);
note(benchRow("first drawing, Vega loaded", [await seconds(() => renderSvg(specs[0][1]))], { name: "", seconds: [] }));
await renderPng(specs[0][1]);
for (const [name, spec] of specs) {
  let svg = "";
  const drawing: number[] = [];
  const painting: number[] = [];
  for (let round = 0; round < rounds; round++) {
    drawing.push(
      await seconds(async () => {
        svg = await renderSvg(spec);
      }),
    );
    painting.push(await seconds(() => renderPng(svg)));
  }
  note(benchRow(`${name}, SVG`, drawing.slice(1), { name: "", seconds: [] }));
  note(benchRow(`${name}, PNG`, painting.slice(1), { name: "", seconds: [] }));
}
if (jsonAt > 0) writeFileSync(process.argv[jsonAt + 1], `${JSON.stringify(rows, null, 2)}\n`);
