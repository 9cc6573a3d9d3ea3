import { writeFileSync } from "node:fs";
import { billOfMaterials, dependencies, fits } from "./supplyChain.js";

// pnpm licences [--sbom FILE]: what our packages bring along, by licence; ends with 1 where one does not fit. --sbom writes a bill of materials
// (CycloneDX) besides.
const all = dependencies();
const byLicence = new Map<string, string[]>();
for (const { name, version, licence } of all) {
  byLicence.set(licence, [...(byLicence.get(licence) ?? []), `${name}@${version}`]);
}
for (const [licence, names] of [...byLicence].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`${licence} (${names.length}): ${names.join(", ")}`);
}
const at = process.argv.indexOf("--sbom");
if (at > 0) {
  const file = process.argv[at + 1] ?? "sbom.json";
  writeFileSync(file, billOfMaterials(process.env.EARSHOT_VERSION ?? "0.0.0", all));
  console.log(`${file}: ${all.length} packages`);
}
const others = all.filter(({ licence }) => !fits(licence));
if (others.length > 0) {
  console.error(`Licences that nobody has looked at: ${others.map((d) => `${d.name} (${d.licence})`).join(", ")}.`);
  process.exit(1);
}
