import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./pack.js";

// pnpm check:audit: known weaknesses of what our packages bring along; ends with 1 at a critical one. A registry that is no npmjs may have no list of
// them: that is said, and is no failure.
const pnpm = join(root, "node_modules", "pnpm", "bin", "pnpm.cjs");
const { status, stdout, stderr } = spawnSync(process.execPath, [pnpm, "audit", "--prod", "--audit-level", "critical"], {
  cwd: root,
  encoding: "utf8",
});
if (/ERR_PNPM_AUDIT_(BAD_RESPONSE|ENDPOINT)|ECONNREFUSED|ENOTFOUND/.test(stdout + stderr)) {
  console.log("This registry keeps no list of known weaknesses: nothing was audited.");
} else {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exit(status ?? 1);
}
