import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pack.js";

/** A package that is installed beside ours when somebody installs them. */
export interface Dependency {
  name: string;
  version: string;
  licence: string;
  /** As the lock file has it: `sha512-…`. */
  integrity: string | undefined;
}

/** Licences under which what we ship may be passed on with it: permissive ones, and those that touch their own files alone. */
const fitting = [
  ...["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Unlicense"],
  ...["CC0-1.0", "Python-2.0", "Zlib", "MPL-2.0", "WTFPL"],
  // The image library of sharp: linked, replaceable, not changed.
  ...["LGPL-3.0-or-later", "LGPL-2.1-or-later", "LGPL-2.1", "LGPL-3.0"],
];

/** Everything that our packages bring along, by name and version, from what is installed and the lock file. */
export function dependencies(): Dependency[] {
  const pnpm = join(root, "node_modules", "pnpm", "bin", "pnpm.cjs");
  const listed = execFileSync(
    process.execPath,
    [pnpm, "--filter", "./packages/*", "--filter", "./apps/*", "licenses", "list", "--prod", "--json"],
    {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    },
  );
  const lock = readFileSync(join(root, "pnpm-lock.yaml"), "utf8");
  const integrities = new Map(
    [...lock.matchAll(/^ {2}'?([^\s'(]+@[^\s'(]+)'?:\n {4}resolution: \{integrity: ([^,}]+)/gm)].map(([, id, hash]) => [
      id,
      hash,
    ]),
  );
  const byLicence = JSON.parse(listed) as Record<string, { name: string; versions: string[]; license: string }[]>;
  return Object.values(byLicence)
    .flat()
    .filter(({ name }) => !name.startsWith("@earshot/"))
    .flatMap(({ name, versions, license }) =>
      versions.map((version) => ({
        name,
        version,
        licence: license,
        integrity: integrities.get(`${name}@${version}`),
      })),
    )
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** Whether a licence expression (SPDX) allows what we do. */
export function fits(licence: string): boolean {
  const bare = licence.replace(/[()]/g, "");
  if (bare.includes(" OR ")) return bare.split(" OR ").some(fits);
  if (bare.includes(" AND ")) return bare.split(" AND ").every(fits);
  return fitting.includes(bare.trim());
}

/**
 * A bill of materials in CycloneDX 1.5: every package with version, licence and hash. The same dependencies give the same bytes.
 *
 * @param version of Earshot
 */
export function billOfMaterials(version: string, all: readonly Dependency[]): string {
  const components = all.map(({ name, version: own, licence, integrity }) => ({
    type: "library",
    "bom-ref": `pkg:npm/${name.replace("@", "%40")}@${own}`,
    name,
    version: own,
    licenses: [/ (OR|AND) /.test(licence) ? { expression: licence } : { license: { name: licence } }],
    purl: `pkg:npm/${name.replace("@", "%40")}@${own}`,
    ...(integrity?.startsWith("sha512-") && {
      hashes: [{ alg: "SHA-512", content: Buffer.from(integrity.slice(7), "base64").toString("hex") }],
    }),
  }));
  const digest = createHash("sha256").update(JSON.stringify(components)).digest("hex");
  const serial = digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
  return `${JSON.stringify(
    {
      bomFormat: "CycloneDX",
      specVersion: "1.5",
      serialNumber: `urn:uuid:${serial}`,
      version: 1,
      metadata: {
        component: { type: "application", name: "earshot", version, licenses: [{ license: { id: "MIT" } }] },
      },
      components,
    },
    null,
    2,
  )}\n`;
}
