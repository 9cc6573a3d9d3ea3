import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, say } from "./setup.mjs";

/**
 * The Python that holds the peers of the benchmarks: `$EARSHOT_PEERS_PYTHON`, or a virtual environment made here once from
 * tools/peers/requirements.txt. Undefined without Python or network: the peers' columns then stay empty.
 */
export function peersPython() {
  if (process.env.EARSHOT_PEERS_PYTHON) return process.env.EARSHOT_PEERS_PYTHON;
  const requirements = join(root, "tools", "peers", "requirements.txt");
  const folder = join(root, "tools", "peers", ".venv");
  const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const stampFile = join(folder, ".earshot-peers");
  const stamp = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return python;

  const host = ["python3", "python"].find((command) => spawnSync(command, ["--version"]).status === 0);
  if (!host) return missing("no Python on this machine");
  say("Installing the peers (once; several GB with PyTorch) …");
  if (spawnSync(host, ["-m", "venv", folder], { stdio: ["ignore", 2, 2] }).status !== 0)
    return missing("python -m venv failed");
  const pip = spawnSync(python, ["-m", "pip", "install", "--quiet", "-r", requirements], { stdio: ["ignore", 2, 2] });
  if (pip.status !== 0) return missing("pip install failed");
  writeFileSync(stampFile, stamp);
  return python;
}

function missing(why) {
  say(`Peers are left out: ${why}.`);
  return undefined;
}
