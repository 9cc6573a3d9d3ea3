import { readFileSync, statSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { filesBelow, type Packed } from "./pack.js";

const installScripts = ["preinstall", "install", "postinstall", "prepare"];
const needed =
  /^(package\.json|README\.md|PROTOCOL\.md|LICENSE|bin\/.+\.js|dist\/.+|fonts\/.+|models\/.+|recipes\/.+)$/;
const strange = /\.(test|bench)\.|\.tsbuildinfo$|(^|\/)(__|\.)/;

/**
 * What a tarball may weigh, in kB: about a quarter more than it does. Whoever exceeds it says here why. (What a page loads of `dsp` and `models` has budgets of its own in
 * their tests.)
 */
const budgets: Readonly<Record<string, number>> = {
  "@earshot/cli": 600,
  "@earshot/datasets": 300,
  "@earshot/dsp": 370,
  "@earshot/engine": 300,
  // Four models and the page are in it.
  "@earshot/live": 1900,
  "@earshot/metrics": 150,
  "@earshot/models": 600,
  // The fonts of its pictures.
  "@earshot/plots": 500,
  "@earshot/vision": 250,
};

/** What a stranger would trip over in a tarball, a sentence each: publint, arethetypeswrong (ESM only), install scripts, files that no user needs, weight. */
export async function tarballProblems({ tarball, folder, manifest }: Packed): Promise<string[]> {
  const { messages } = await publint({ pkgDir: folder, pack: false, level: "warning" });
  const problems = messages.map((message) => formatMessage(message, manifest) ?? message.code);
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (!result.types) problems.push("no types are found in it");
  else {
    for (const problem of result.problems) {
      // The packages are ES modules: what CommonJS resolution without `exports` makes of them is not promised.
      const kind = "resolutionKind" in problem ? problem.resolutionKind : "";
      const option = "resolutionOption" in problem ? problem.resolutionOption : "";
      if (kind === "node10" || kind === "node16-cjs" || option === "node10") continue;
      problems.push(`types: ${problem.kind} ${"entrypoint" in problem ? problem.entrypoint : ""} (${kind || option})`);
    }
  }
  for (const script of installScripts) {
    if (manifest.scripts?.[script]) problems.push(`its "${script}" script would run where it is installed`);
  }
  const weight = statSync(tarball).size / 1000;
  const budget = budgets[manifest.name] ?? 0;
  if (weight > budget) problems.push(`it weighs ${weight.toFixed(0)} kB, its budget is ${budget}`);
  for (const file of filesBelow(folder)) {
    if (!needed.test(file) || strange.test(file)) problems.push(`${file} is of no use to whoever installs it`);
  }
  return problems;
}
