import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createProgram } from "../../../apps/cli/src/cli/program.js";
import { madePages } from "../figures.mjs";
import { hookFor } from "./resolveExamples.js";

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

/** Pages that the docs' build writes. */
const made = madePages();

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
      .filter((target) => !existsSync(join(docs, dirname(page), target)) && !(`docs/${target}` in made));
    expect(broken).toEqual([]);
  });

  it("name every guide in the side bar", () => {
    const config = readFileSync(join(docs, ".vitepress/config.js"), "utf8");
    const missing = pages.filter((page) => !config.includes(page.replace(/^.*[\\/]/, "").replace(/\.md$/, "")));
    expect(missing.filter((page) => page !== "index.md")).toEqual([]);
  });
});

describe("tables of figures", () => {
  it("the README's is made from the packages' own (node tools/workspace/figures.mjs)", () => {
    expect(readFileSync(join(root, "README.md"), "utf8")).toBe(made["README.md"]);
  });

  it.each(["docs/performance.md", "docs/agreement.md"] as const)(
    "%s has a table of each package, and no link that leads nowhere",
    (file) => {
      for (const part of made[file].split(/^## /m).slice(1)) expect(part).toMatch(/\n\|(?:[ :-]*-[ :-]*\|)+\n\| /);
      expect(made[file]).not.toMatch(/\]\((?!https?:)/);
    },
  );

  it("the README's recipes have the figures of recipes/README.md", () => {
    const sections = readFileSync(join(root, "recipes/README.md"), "utf8").split(/^## /m);
    const rows = readFileSync(join(root, "README.md"), "utf8")
      .split("<!-- recipes -->")[1]
      .split("<!-- /recipes -->")[0];
    const wrong: string[] = [];
    const seen = [...rows.matchAll(/^\| ([\w, -]+?) \| [^|]* \| ([^|]*) \|$/gm)].filter(([, names]) =>
      /[a-z]-[a-z]/.test(names),
    );
    for (const [, names, figures] of seen) {
      const text = names
        .split(", ")
        .map((name) => sections.find((part) => part.startsWith(`${name}\n`)) ?? "")
        .join("\n");
      const scores = [...text.matchAll(/^\* \*\*score\*\*: .*$/gm)].join("\n");
      const known = [...scores.matchAll(/\d\.\d+/g)].map(([number]) => number);
      for (const [number] of figures.matchAll(/\d\.\d+/g)) {
        const digits = number.split(".")[1].length;
        if (!known.some((value) => Number(value).toFixed(digits) === number)) wrong.push(`${names}: ${number}`);
      }
    }
    expect(seen.length).toBeGreaterThan(8);
    expect(wrong).toEqual([]);
  });
});

describe("commands in the docs and READMEs", () => {
  const program = createProgram(new AbortController().signal);
  const markdown = [
    ...pages.map((page) => join("docs", page)),
    ...["README.md", "apps/cli/README.md", "apps/live/README.md", "recipes/README.md"],
  ];
  const lines = markdown.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) =>
      block
        .replaceAll("\\\n", " ")
        .split("\n")
        .flatMap((line) => /(?:^|\| |npx )(earshot .*?)(?: +#.*)?$/.exec(line.trim())?.slice(1) ?? [])
        .map((line) => ({ file, line })),
    ),
  );

  it("are ones that exist, with options that they have", () => {
    expect(lines.length).toBeGreaterThan(60);
    const wrong = lines.filter(({ line }) => {
      let command = program;
      for (const word of line.split(/\s+/).slice(1)) {
        const sub = command.commands.find((candidate) => candidate.name() === word);
        if (sub) command = sub;
        const flag = /^--[\w-]+/.exec(word)?.[0];
        const known =
          flag === "--help" ||
          flag === "--version" ||
          command.options.some(({ long, short }) => long === flag || short === flag);
        if (flag && !known) return true;
      }
      return command === program && !/--(help|version)/.test(line);
    });
    expect(wrong).toEqual([]);
  });

  it("have a how-to page for each command that a user meets", () => {
    const shown = new Set(lines.filter(({ file }) => file.includes("how-to")).map(({ line }) => line.split(/\s+/)[1]));
    expect(program.commands.map((command) => command.name()).filter((name) => !shown.has(name))).toEqual([]);
  });
});
