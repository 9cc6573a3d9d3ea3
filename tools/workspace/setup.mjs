import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const stampFile = join(root, "node_modules", ".earshot-setup");

/** The tools that the install put into the workspace, found first. */
export const toolEnv = {
  ...process.env,
  PATH: join(root, "node_modules", ".bin") + delimiter + process.env.PATH,
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
};

/** Installs what the lock file says, unless that is what is there, then builds what changed. */
export function setUp() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) fail(`Earshot needs Node 20 or newer, this is ${process.version}.`);
  install();
  build();
}

function install() {
  const stamp = createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .update(readFileSync(join(root, "pnpm-workspace.yaml")))
    .update(process.platform + process.arch)
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  say(`Installing dependencies with ${packageManager} …`);
  run("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--prefer-offline"], {
    ...process.env,
    CI: "true",
    npm_config_loglevel: "error",
  });
  writeFileSync(stampFile, stamp);
}

function build() {
  say("Building …");
  run("turbo", ["run", "build", "--output-logs=errors-only", "--log-prefix=none", "--summarize=false"], toolEnv, true);
}

/** Runs a program; its output is shown, or with `quiet` only when it fails. */
export function run(command, args, env = toolEnv, quiet = false) {
  const result = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    if (quiet) process.stderr.write(`${result.stdout}${result.stderr}`);
    fail(`"${command} ${args.join(" ")}" failed with exit code ${result.status ?? result.signal}.`);
  }
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
