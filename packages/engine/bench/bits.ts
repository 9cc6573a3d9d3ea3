/**
 * Whether the deterministic build gives the same bits under other versions of Node: npm fetches each, and it runs the tests' two
 * fingerprints. By hand, since it needs a network: `pnpm --filter @earshot/engine bits [--record] [20 22 24]`.
 * `--record` writes what the Node of this process gives into the golden file, once all agree.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const golden = fileURLToPath(new URL("../test/golden/fingerprint.json", import.meta.url));
const asked = process.argv.slice(2).filter((a) => /^\d/.test(a));
const folder = mkdtempSync(join(tmpdir(), "earshot-bits-"));

interface Bits {
  bits: string[];
  weights: string[];
}

try {
  const source = `
    const { fingerprint, trainedFingerprint } = await import(${JSON.stringify(new URL("../test/fingerprint.ts", import.meta.url).href)});
    const all = [];
    for (const threads of [1, 2]) all.push(JSON.stringify({ bits: await fingerprint(threads), weights: await trainedFingerprint(threads) }));
    if (all[0] !== all[1]) throw new Error("threads disagree");
    console.log("bits " + process.versions.node + " " + all[0]);`;
  const args = ["--import", "tsx", "--conditions=@earshot/source", "--input-type=module", "-e", source];
  const seen = new Map<string, string>();
  for (const version of asked.length ? asked : ["20", "22", "24"]) {
    const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
    const place = join(folder, version);
    const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", place, `${name}@${version}`];
    execFileSync("npm", install, { stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
    const node = join(place, "node_modules", name, "bin/node");
    const printed = execFileSync(node, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    const [, exact, bits] = /^bits (\S+) (.*)$/m.exec(printed) ?? [];
    seen.set(exact, bits);
  }
  const { recorded: _, ...known } = JSON.parse(readFileSync(golden, "utf8")) as Bits & { recorded: string };
  const now = [...seen.values()][0];
  const agree = [...seen.values()].every((bits) => bits === now);
  for (const [version, bits] of seen) {
    console.log(`Node ${version}: ${bits === JSON.stringify(known) ? "as recorded" : "not as recorded"}`);
  }
  console.log(agree ? "All agree." : "They do not agree with each other.");
  if (process.argv.includes("--record") && agree) {
    const versions = [...seen.keys()].join(", ");
    const recorded = `Node ${versions} agree, with 1 and 2 threads; tests hold the running Node and Chromium to it`;
    writeFileSync(golden, `${JSON.stringify({ recorded, ...JSON.parse(now) }, null, 1)}\n`);
  }
  if (!agree) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
