import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// TypeDoc's pages for VitePress: what is no markup must not look like some, and TensorFlow.js has docs of its own.
const api = join(fileURLToPath(new URL(".", import.meta.url)), "api");
rmSync(join(api, "@earshot/engine/namespaces"), { recursive: true, force: true });
for (const file of readdirSync(api, { recursive: true, encoding: "utf8" })) {
  if (!file.endsWith(".md")) continue;
  let inCode = false;
  const lines = readFileSync(join(api, file), "utf8")
    .split("\n")
    .map((line) => {
      if (line.startsWith("```")) inCode = !inCode;
      if (inCode) return line;
      // Odd parts stand between backticks.
      return line
        .split("`")
        .map((part, i) => (i % 2 ? part : part.replace(/<(?!br ?\/?>|\/?a\b|!--)/g, "&lt;").replace(/\{\{/g, "{ {")))
        .join("`");
    });
  writeFileSync(join(api, file), lines.join("\n"));
}
