import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./setup.mjs";

// node tools/workspace/figures.mjs: writes the docs' pages of speed and agreement (not kept in git: the docs' build makes them) and the README's table from those
// of the packages, which `pnpm bench NAME --record` writes. What was measured stands in one place; everything else is made from there.

/** Where each room says how fast it is and how far it agrees: README and heading. */
const speed = [
  ["dsp", "packages/dsp/bench/README.md", "A run"],
  ["metrics", "packages/metrics/README.md", "Speed"],
  ["engine", "packages/engine/README.md", "How fast it is"],
  ["models", "packages/models/README.md", "Speed"],
  ["datasets", "packages/datasets/README.md", "Speed"],
  ["vision", "packages/vision/README.md", "Figures"],
  ["live", "apps/live/README.md", "What is measured"],
];
const agreement = [
  ["dsp", "packages/dsp/README.md", "Agreement"],
  ["metrics", "packages/metrics/README.md", "Agreement"],
  ["engine", "packages/engine/README.md", "How right it is"],
  ["models", "packages/models/README.md", "Agreement with scikit-learn"],
  ["vision", "packages/vision/README.md", "Agreement"],
];

const read = (file) => readFileSync(join(root, file), "utf8");

/** What stands below a heading, up to the next of its rank; links of a package lead nowhere in the docs, so that their words alone stay. */
function section(file, heading) {
  const parts = read(file).split(/^## /m);
  const found = parts.find((part) => part.startsWith(heading));
  if (!found) throw new Error(`${file} has no section "${heading}".`);
  return found
    .slice(found.indexOf("\n"))
    .replace(/<!--[^>]*-->\n?/g, "")
    .replace(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, "$1")
    .replace(/^### /gm, "#### ")
    .trim();
}

const page = (title, intro, list) =>
  `${[`# ${title}`, intro, ...list.map(([name, file, heading]) => `## @earshot/${name}\n\n${section(file, heading)}`)].join("\n\n")}\n`;

/** Rows of the README's table: where the row stands, what it starts with, and its columns for ours, the peer, the peer's name and the ratio. */
const shown = [
  ["MFCC of 60 s of sound", "packages/dsp/bench/README.md", "| MFCC-13 (512/160/40) of 60 s | ", "librosa", "ms"],
  ["resampling 60 s, 48 → 16 kHz", "packages/dsp/bench/README.md", "| resample 48 → 16 kHz, 60 s | ", "soxr HQ", "ms"],
  ["time stretch of 60 s", "packages/dsp/bench/README.md", "| time stretch by 1.1 (2048), 60 s | ", "librosa", "ms"],
  ["pitch (YIN) of 60 s", "packages/dsp/bench/README.md", "| YIN 65–600 Hz (2048/512), 60 s | ", "librosa", "ms"],
];

/** The README's table of speed. */
function readmeTable() {
  const dsp = shown.map(([title, file, start, peer]) => {
    const row = read(file)
      .split("\n")
      .find((line) => line.startsWith(start) && line.includes(`| ${peer} |`));
    if (!row) throw new Error(`${file} has no row "${start}" with ${peer}.`);
    const [, , ours, theirs, , ratio] = row.split("|").map((cell) => cell.trim());
    return [title, ours, `${theirs}, ${peer}`, ratio];
  });
  const engine = section("packages/engine/README.md", "How fast it is").split("\n");
  const training = [
    ["training a CNN, 64×128 pictures, 2 threads", "| CNN, 4 convolutions"],
    ["training CNN + LSTM, 2 threads", "| CNN + LSTM: training"],
  ].map(([title, start]) => {
    const at = engine.findIndex((line) => line.startsWith(start));
    const [, , , ours, peer, ratio, tfjs] = engine[at + 1].split("|").map((cell) => cell.trim());
    return [title, `${ours} steps/s`, `${peer}, PyTorch; ${tfjs}, tfjs-node`, `${ratio} ×`];
  });
  const head = [
    ["work", "ours", "peer", "as fast"],
    ["---", "---", "---", "---"],
  ];
  return [...head, ...dsp, ...training].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Puts text between `<!-- NAME -->` and `<!-- /NAME -->`. */
export function between(text, name, content) {
  const marked = new RegExp(`(<!-- ${name}[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!marked.test(text)) throw new Error(`There is no place marked ${name}.`);
  return text.replace(marked, (_, start, end) => `${start}${content.trim()}\n${end}`);
}

/** Every file that is made from others, as it must be. */
export function madePages() {
  return {
    "docs/performance.md": page(
      "How fast it is",
      "These tables are copied from the packages, where the benchmarks (`pnpm bench NAME`) wrote them; each says on which machine and under what load. Ratios last, times do not.",
      speed,
    ),
    "docs/agreement.md": page(
      "How right it is",
      "How closely each package agrees with the library that it is held against, as the tests on golden values measure it. Values come from pinned scripts in `tools/golden`, never from our own output.",
      agreement,
    ),
    "README.md": between(read("README.md"), "speed", readmeTable()),
  };
}

/** Rows of a benchmark as a table, with the day and the machine. */
export function rowsTable(rows, { date = new Date(), load = "" } = {}) {
  const number = (value) => (value >= 1000 ? Math.round(value).toString() : value.toPrecision(3));
  const time = (value, unit) => {
    if (value === null) return "–";
    if (unit !== "s") return `${number(value)} ${unit}`;
    return value >= 1
      ? `${number(value)} s`
      : value >= 1e-3
        ? `${number(1e3 * value)} ms`
        : `${number(1e6 * value)} µs`;
  };
  const machine = `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${cpus().length} cores, Node ${process.versions.node}`;
  const lines = rows.map(({ work, ours, peer, peerName, unit, ratio }) =>
    [
      work,
      time(ours, unit),
      time(peer, unit),
      peer === null ? "–" : peerName,
      ratio === null ? "–" : `${number(ratio)} ×`,
    ].join(" | "),
  );
  return [
    `${date.toISOString().slice(0, 10)}, ${machine}${load}:`,
    "",
    "| work | ours | peer | | as fast |",
    "|---|---|---|---|---|",
    ...lines.map((line) => `| ${line} |`),
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of Object.entries(madePages())) writeFileSync(join(root, file), text);
}
