import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { run } from "../src/main.js";
import { digitFiles, scratchFolder, writeFiles } from "./helpers.js";

const folder = scratchFolder();

/** Runs a command line; what it said, and its exit code. */
async function earshot(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const said = { out: "", err: "" };
  const keep = (key: "out" | "err") => (text: unknown) => {
    said[key] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(keep("out")),
    vi.spyOn(process.stderr, "write").mockImplementation(keep("err")),
  ];
  process.exitCode = 0;
  await run(["node", "earshot", ...args]).finally(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return { ...said, code: Number(process.exitCode) };
}

afterEach(() => {
  process.exitCode = 0;
});

describe("earshot", () => {
  it("fits its help on a screen, and each command has examples", async () => {
    const { out, code } = await earshot("--help");
    expect(code).toBe(0);
    expect(out.split("\n").length).toBeLessThan(40);
    for (const command of ["train", "evaluate", "predict", "report"]) {
      expect((await earshot(command, "--help")).out).toContain("Examples:");
    }
  });

  it("ends with 2 and the nearest word for what it does not know", async () => {
    expect(await earshot("trian", "x")).toMatchObject({
      code: 2,
      err: "Unknown command 'trian' (Did you mean train?)\n",
    });
    expect(await earshot("train", "quickstart", "--dat", "x")).toMatchObject({
      code: 2,
      err: "Unknown option '--dat' (Did you mean --data?)\n",
    });
    expect(await earshot("train", "quickstrat")).toMatchObject({
      code: 2,
      err: 'There is no recipe "quickstrat"; did you mean "quickstart"?\n',
    });
    expect(await earshot("train", "quickstart", "--threads", "0")).toMatchObject({ code: 2 });
  });

  it("ends with 1 and one sentence when something fails", async () => {
    const { code, err } = await earshot("predict", "no-such-run", "x.wav");
    expect(code).toBe(1);
    expect(err).toBe(
      "no-such-run does not exist; name a run folder that `earshot train` made, such as runs/quickstart-1.\n",
    );
  });

  it("shows with --dry-run what would be done", async () => {
    const { out, code } = await earshot("train", "quickstart", "--dry-run", "--set", "data.speakers=2", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      data: { items: 80, classes: 10 },
      recipe: { features: { nFft: 256, power: 2 } },
    });
  });

  it("trains, evaluates and predicts, with one JSON object each", async () => {
    const data = writeFiles(join(folder, "digits"), await digitFiles());
    const dir = join(folder, "run");
    const trained = await earshot(
      "train",
      "quickstart",
      "--data",
      data,
      "--out",
      dir,
      "--set",
      "split.beside=",
      "--allow-leakage",
      "--json",
    );
    expect(trained.err).not.toMatch(/error/i);
    const { run: at, ...metrics } = JSON.parse(trained.out);
    expect(at).toBe(dir);
    expect(metrics).toMatchObject({ recipe: "quickstart", data: { kind: "freeSpokenDigits", items: 16 } });

    const again = join(folder, "again");
    const judged = JSON.parse((await earshot("evaluate", dir, "--data", data, "--out", again, "--json")).out);
    expect(readdirSync(again)).toEqual(expect.arrayContaining(["metrics.json", "predictions.csv", "report.html"]));
    expect(judged.n).toBe(metrics.n);

    const file = join(data, "recordings", "1_anna_0.wav");
    const said = JSON.parse((await earshot("predict", dir, file, "--json")).out);
    expect(said.predictions[0]).toMatchObject({ file, class: "1" });
    expect(Object.keys(said.predictions[0].probabilities)).toEqual(["0", "1"]);
    const text = await earshot("predict", dir, file);
    expect(text.out).toMatch(/1_anna_0\.wav {2}1 {2}1 \d+\.\d %, 0 /);
    expect((await earshot("report", dir, "--out", join(folder, "page.html"))).out.trim()).toBe(
      join(folder, "page.html"),
    );
  });

  it("lists the shipped recipes", async () => {
    const { recipes } = JSON.parse((await earshot("recipes", "--json")).out);
    expect(recipes.map((recipe: { name: string }) => recipe.name)).toContain("digits-svm");
  });
});
