import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const docs = join(root, "docs");
const pages = readdirSync(docs, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md") && !/(^|[\\/])(node_modules|api|\.vitepress)[\\/]/.test(file))
  .sort();
const text = new Map(pages.map((page) => [page, readFileSync(join(docs, page), "utf8")]));
const scratch = mkdtempSync(join(tmpdir(), "earshot-docs-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The examples of a page, and what each says it prints. */
const examples = pages.flatMap((page) =>
  [...(text.get(page) ?? "").matchAll(/```ts\n(.*?)```/gs)].map(([, code], i) => ({
    name: `${page}, example ${i + 1}`,
    code,
    printed: [...code.matchAll(/^ *console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line]) => line),
  })),
);

describe("the docs", () => {
  it("have examples that print what they say", () => {
    // One process for all: each example is a module of its own, loaded in turn.
    const files = examples.map(({ code }, i) => {
      writeFileSync(join(scratch, `example${i}.mts`), code);
      return `example${i}.mts`;
    });
    const main = `for (const file of ${JSON.stringify(files)}) { console.log("==="); await import("./" + file); }`;
    writeFileSync(join(scratch, "main.mts"), main);
    const resolver = join(root, "apps/cli/package.json");
    const output = execFileSync(
      process.execPath,
      ["--import", "tsx", "--import", hookFor(resolver), "--conditions=@earshot/source", join(scratch, "main.mts")],
      { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
    const got = output
      .split("===\n")
      .slice(1)
      .map((part) => part.trimEnd().split("\n"));
    expect(Object.fromEntries(examples.map(({ name }, i) => [name, got[i]]))).toEqual(
      Object.fromEntries(examples.map(({ name, printed }) => [name, printed])),
    );
  });

  it.each(pages)("%s links to what is there", (page) => {
    const broken = [...(text.get(page) ?? "").matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)]
      .map(([, target]) => target)
      .filter((target) => !existsSync(join(docs, dirname(page), target)));
    expect(broken).toEqual([]);
  });

  it("name every guide in the side bar", () => {
    const config = readFileSync(join(docs, ".vitepress/config.js"), "utf8");
    const missing = pages.filter((page) => !config.includes(page.replace(/^.*[\\/]/, "").replace(/\.md$/, "")));
    expect(missing.filter((page) => page !== "index.md")).toEqual([]);
  });
});

/** Examples lie outside the workspace: their packages are those that the command line has. */
function hookFor(manifest: string): string {
  const hooks = `export const resolve = (name, context, next) =>
  next(name, name.startsWith("@earshot/") ? { ...context, parentURL: ${JSON.stringify(`file://${manifest}`)} } : context);`;
  const source = `import { register } from "node:module";
register("data:text/javascript,${encodeURIComponent(hooks)}");`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
