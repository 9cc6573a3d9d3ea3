// Runs the code cells of a notebook in order, without Jupyter: node run.mjs NOTEBOOK [--write]
// Says where what is printed differs from what the notebook shows (exit code 1), or with --write stores it and the pictures there.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [file, flag] = process.argv.slice(2);
const notebook = JSON.parse(readFileSync(file, "utf8"));
const cells = notebook.cells.filter((cell) => cell.cell_type === "code");

/** What each cell prints and shows. */
const outputs = cells.map(() => ({ text: "", pictures: [] }));
let current = 0;
const { log } = console;
console.log = (...values) => {
  outputs[current].text += `${values.join(" ")}\n`;
};
// What the Deno kernel offers to cells.
globalThis.Deno ??= {};
globalThis.Deno.jupyter = { display: async (bundle) => void outputs[current].pictures.push(bundle) };
globalThis.enterCell = (number) => {
  current = number;
};

// One module for all cells, so that each sees what the earlier ones declared; Deno's `npm:` is Node's plain name.
const source = cells
  .map((cell, i) => `enterCell(${i});\n${[cell.source].flat().join("").replaceAll('"npm:', '"')}`)
  .join("\n");
const module = join(dirname(resolve(file)), `cells-${process.pid}.mjs`);
writeFileSync(module, source);
try {
  await import(pathToFileURL(module).href);
} finally {
  rmSync(module);
  console.log = log;
}

const lines = (text) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
if (flag === "--write") {
  for (const [i, cell] of cells.entries()) {
    const { text, pictures } = outputs[i];
    cell.execution_count = i + 1;
    cell.outputs = [
      ...(text ? [{ name: "stdout", output_type: "stream", text: lines(text) }] : []),
      ...pictures.map((data) => ({ data, metadata: {}, output_type: "display_data" })),
    ];
  }
  writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
}
for (const [i, cell] of cells.entries()) {
  const shown = cell.outputs
    .filter((output) => output.output_type === "stream")
    .flatMap((output) => output.text)
    .join("");
  const pictures = cell.outputs.filter((output) => output.output_type === "display_data").length;
  if (shown === outputs[i].text && pictures === outputs[i].pictures.length) continue;
  log(
    `Cell ${i + 1} prints\n${outputs[i].text}and ${outputs[i].pictures.length} pictures; the notebook shows\n${shown}and ${pictures}.`,
  );
  process.exitCode = 1;
}
if (!process.exitCode)
  log(
    `${cells.length} cells, ${outputs.flatMap(({ pictures }) => pictures).length} pictures: as the notebook shows them`,
  );
