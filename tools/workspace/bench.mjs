import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { peersPython } from "./peers.mjs";
import { root, say, setUp, toolEnv } from "./setup.mjs";

// pnpm bench NAME [--json FILE] [--no-peers]: ours beside the peers, interleaved, as a table.
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
    `Usage: pnpm bench NAME [--json FILE] [--no-peers], with NAME one of ${known.join(", ")}${name ? `; got ${name}` : ""}.`,
  );
  process.exit(2);
}

setUp();
const python = rest.includes("--no-peers") ? undefined : peersPython();
const { status } = spawnSync(
  process.execPath,
  ["--import", "tsx", "--conditions=@earshot/source", chosen[1], ...rest.filter((a) => a !== "--no-peers")],
  {
    cwd: root,
    env: { ...toolEnv, ...(python && { EARSHOT_PEERS_PYTHON: python }) },
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
