import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, setUp, toolEnv } from "./setup.mjs";

// Every test of the workspace, closing with one line that counts them. Arguments go to vitest.
setUp();
const scratch = mkdtempSync(join(tmpdir(), "earshot-test-"));
const resultFile = join(scratch, "result.json");
const { status } = spawnSync(
  process.execPath,
  [
    join(root, "node_modules", "vitest", "vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${resultFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, env: toolEnv, stdio: ["ignore", "inherit", "inherit"] },
);

let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  counts = count(JSON.parse(readFileSync(resultFile, "utf8")));
} catch {
  process.stderr.write("vitest left no result: it stopped before the end.\n");
}
rmSync(scratch, { recursive: true, force: true });
if (status !== 0 && counts.failed === 0) counts.failed = 1; // an error outside any test
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exit(counts.failed > 0 ? 1 : 0);

/** A file that does not load has no tests to fail: it counts as one failure. */
function count(result) {
  const unloaded = result.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + unloaded.length,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}
