import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withPage } from "@earshot/testing";
import { root } from "./pack.js";
import { type Printed, terminalSvg } from "./terminal.js";

// pnpm --filter @earshot/release pictures: makes the README's pictures anew, by what they show. The built command trains and predicts in a terminal, whose
// output is kept as an asciicast and drawn as an SVG; the report it writes is photographed in Chromium.
const columns = 118;
const rows = 18;
const folder = mkdtempSync(join(tmpdir(), "earshot-pictures-"));
const target = join(root, "docs", "public");
const printed: Printed[] = [];
let clock = 0;

function after(seconds: number, text: string): void {
  clock += seconds;
  printed.push([clock, text]);
}

/** Types a command line, runs it as in a terminal, and keeps what comes and when; nobody waits for longer than half a second of a film. */
async function show(line: string): Promise<void> {
  printed.push([clock, "\x1b[32m$\x1b[39m "]);
  for (const char of line) after(0.04, char);
  after(0.4, "\n");
  const earshot = `${process.execPath} ${join(root, "apps", "cli", "bin", "earshot.js")}`;
  // `script` gives the program a terminal, so that it draws its bars and colours.
  const child = spawn(
    "script",
    ["-qfec", `stty cols ${columns} rows ${rows}; ${line.replace("earshot", earshot)}`, "/dev/null"],
    {
      cwd: folder,
      env: { ...process.env, TERM: "xterm-256color" },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let before = performance.now();
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    const now = performance.now();
    after(Math.min(0.5, (now - before) / 1000), text.replaceAll(folder, "."));
    before = now;
  });
  const code = await new Promise((done) => child.on("close", done));
  if (code !== 0) throw new Error(`pictures: "${line}" ended with ${code}.`);
  after(1.2, "");
}

try {
  // The built package, as the built command uses it.
  const { encodeWav, syntheticSpeech } = await import(
    pathToFileURL(join(root, "packages/datasets/dist/index.js")).href
  );
  const item = syntheticSpeech({ speakers: 1, takes: 1, digits: [7], seed: 99, sampleRate: 16000 }).items[0];
  writeFileSync(join(folder, "seven.wav"), encodeWav(await item.load()));
  await show("earshot train quickstart");
  await show("earshot predict runs/quickstart-1 seven.wav");
  const head = { version: 2, width: columns, height: rows, title: "earshot train quickstart" };
  const cast = [head, ...printed.map(([at, text]) => [Number(at.toFixed(3)), "o", text.replace(/\r?\n/g, "\r\n")])];
  writeFileSync(join(target, "terminal.cast"), `${cast.map((event) => JSON.stringify(event)).join("\n")}\n`);
  writeFileSync(
    join(target, "terminal.svg"),
    terminalSvg(
      printed.map(([at, text]) => [at, text.replaceAll("\r\n", "\n")]),
      { columns, rows },
    ),
  );

  const page = readFileSync(join(folder, "runs", "quickstart-1", "report.html"), "utf8");
  await withPage({ files: { "/report.html": page } }, async (tab, url) => {
    await tab.setViewportSize({ width: 1100, height: 760 });
    await tab.goto(`${url}report.html`);
    await tab.screenshot({ path: join(target, "report.png") });
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
