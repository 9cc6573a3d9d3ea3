import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { between, madePages, rowsTable } from "./figures.mjs";
import { peersPython } from "./peers.mjs";
import { root, say, setUp, toolEnv } from "./setup.mjs";

// pnpm bench NAME [--json FILE] [--no-peers] [--record]: ours beside the peers, interleaved, as a table; --record writes it into the README between its
// marks, and from there into the docs.
const [name, ...rest] = process.argv.slice(2);
const rooms = ["packages", "apps"]
  .flatMap((folder) =>
    readdirSync(join(root, folder)).map((room) => [room, join(root, folder, room, "bench", "index.ts")]),
  )
  .filter(([, file]) => existsSync(file));
const known = rooms.map(([room]) => room);
const chosen = rooms.find(([room]) => room === name);
if (!chosen) {
  say(
    `Usage: pnpm bench NAME [--json FILE] [--no-peers] [--record], with NAME one of ${known.join(", ")}${name ? `; got ${name}` : ""}.`,
  );
  process.exit(2);
}

setUp();
const python = rest.includes("--no-peers") ? undefined : peersPython();
const recording = rest.includes("--record");
const scratch = mkdtempSync(join(tmpdir(), "earshot-bench-rows-"));
const rowsFile = rest.includes("--json") ? rest[rest.indexOf("--json") + 1] : join(scratch, "rows.json");
const own = rest.filter((a) => a !== "--no-peers" && a !== "--record");
if (recording && !rest.includes("--json")) own.push("--json", rowsFile);
const load = loadavg()[0];
const { status } = spawnSync(process.execPath, ["--import", "tsx", "--conditions=@earshot/source", chosen[1], ...own], {
  cwd: root,
  env: { ...toolEnv, ...(python && { EARSHOT_PEERS_PYTHON: python }) },
  stdio: "inherit",
});
if (recording && status === 0) {
  const busy = load >= 1 ? `, under a load of ${load.toFixed(0)} from other work` : "";
  const told = JSON.parse(readFileSync(rowsFile, "utf8"));
  // Rows, or a table of the bench's own with the name of its place.
  const { mark, content } = Array.isArray(told) ? { mark: "bench", content: rowsTable(told, { load: busy }) } : told;
  const readme = ["bench/README.md", "README.md"]
    .map((file) => join(chosen[1], "..", "..", file))
    .find((file) => existsSync(file) && new RegExp(`<!-- ${mark}\\b`).test(readFileSync(file, "utf8")));
  if (readme) {
    writeFileSync(readme, between(readFileSync(readme, "utf8"), mark, content));
    for (const [file, text] of Object.entries(madePages())) writeFileSync(join(root, file), text);
  } else say(`No README of ${name} has a place marked <!-- ${mark} -->: nothing was recorded.`);
}
rmSync(scratch, { recursive: true, force: true });
process.exit(status ?? 1);
