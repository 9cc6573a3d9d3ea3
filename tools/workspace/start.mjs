import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root, setUp } from "./setup.mjs";

// The main job on a fresh machine: set up, then train the default recipe on the embedded corpus.
setUp();
const extra = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [join(root, "apps", "cli", "bin", "earshot.js"), "train", "quickstart", ...extra],
  { cwd: root, stdio: "inherit" },
);
process.exit(status ?? 1);
