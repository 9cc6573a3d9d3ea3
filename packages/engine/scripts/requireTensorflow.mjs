/**
 * After the build: lets Node load TensorFlow.js by `require`. Its files are CommonJS of more than a megabyte each; where they are
 * imported, Node searches their text for exports first, which takes as long as all the rest of a start. So `dist` imports `#tfjs-core` and `#tfjs-layers`, which the package's
 * "imports" map to the files written here in Node, and to the packages themselves elsewhere, for bundlers to shake.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const dist = fileURLToPath(new URL("../dist", import.meta.url));
const names = ["tfjs-core", "tfjs-layers", "tfjs-backend-cpu"];

mkdirSync(join(dist, "tensorflow"), { recursive: true });
for (const name of names) {
  const exported = Object.keys(require(`@tensorflow/${name}`)).filter(
    (key) => /^[A-Za-z_$][\w$]*$/.test(key) && !/^(default|__esModule)$/.test(key),
  );
  const lines = [
    'import { createRequire } from "node:module";',
    `const all = createRequire(import.meta.url)("@tensorflow/${name}");`,
    `const { ${exported.map((key) => `${key}: _${key}`).join(", ")} } = all;`,
    `export { ${exported.map((key) => `_${key} as ${key}`).join(", ")} };`,
    "",
  ];
  writeFileSync(join(dist, "tensorflow", `${name}.js`), lines.join("\n"));
}

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".js")) continue;
  const file = join(entry.parentPath ?? entry.path, entry.name);
  const before = readFileSync(file, "utf8");
  // Imports alone: what runs at `createRequire` and in texts stays.
  const after = before.replace(
    /(\bfrom |\bimport )"@tensorflow\/(tfjs-core|tfjs-layers|tfjs-backend-cpu)"/g,
    '$1"#$2"',
  );
  if (after !== before) writeFileSync(file, after);
}
