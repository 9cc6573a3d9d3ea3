import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { completionScript, shells } from "../src/cli/completion.js";
import { createProgram } from "../src/cli/program.js";
import { checkMachine } from "../src/doctor/checks.js";

const { signal } = new AbortController();

describe("earshot completion", () => {
  it.each(shells)("offers %s every command, option and recipe", (shell) => {
    const program = createProgram(signal);
    const script = completionScript(program, shell, ["quickstart"]);
    for (const { name } of program.commands.map((command) => ({ name: command.name() }))) {
      expect(script).toContain(name);
    }
    expect(script).toContain("quickstart");
    expect(script).toContain(shell === "fish" ? "-l dry-run" : "--dry-run");
    expect(script).not.toContain("undefined");
  });

  it("offers the commands below a command, and quotes what people wrote for fish", () => {
    const program = new Command("earshot");
    const data = program.command("data").summary("corpora");
    data.command("get <name>").summary("it's here").option("--out <folder>", "where");
    expect(completionScript(program, "fish", [])).toBe(
      [
        "complete -c earshot -n '__fish_use_subcommand' -a 'data' -d 'corpora'",
        "complete -c earshot -n '__fish_seen_subcommand_from data' -a 'get' -d 'it\\'s here'",
        "complete -c earshot -n '__fish_seen_subcommand_from data; and __fish_seen_subcommand_from get' -l out -d 'where'",
      ].join("\n"),
    );
    expect(completionScript(program, "bash", [])).toContain('"data get") words="--out --help" ;;');
  });
});

describe("earshot doctor", () => {
  it("finds the engine and a place for the cache, and a way out for whatever is missing", async () => {
    const checks = await checkMachine();
    const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({ Node: "there", engine: "there", cache: "there" });
    for (const { name, state, mend } of checks) if (state !== "there" && name !== "GPU") expect(mend).toBeTruthy();
  });

  it("says so where EARSHOT_DATA names nothing", async () => {
    const before = process.env.EARSHOT_DATA;
    process.env.EARSHOT_DATA = "/no/such/folder";
    try {
      const data = (await checkMachine()).find(({ name }) => name === "data");
      expect(data).toMatchObject({ state: "broken", mend: "let EARSHOT_DATA name a folder that can be read" });
    } finally {
      if (before === undefined) delete process.env.EARSHOT_DATA;
      else process.env.EARSHOT_DATA = before;
    }
  });
});
