import { describe, expect, it } from "vitest";
import { createTerminal, terminalSvg } from "../src/terminal.js";

const textOf = (terminal: ReturnType<typeof createTerminal>): string[] =>
  terminal.lines().map((line) => line.map(({ text }) => text).join(""));

describe("a recorded terminal", () => {
  it("overwrites after a carriage return, clears lines, wraps and scrolls", () => {
    const terminal = createTerminal(8, 3);
    terminal.write("50 %\r60");
    expect(textOf(terminal)).toEqual(["60 %"]);
    terminal.write("\r\x1b[2Kdone\n0123456789\nlast");
    expect(textOf(terminal)).toEqual(["01234567", "89", "last"]);
  });

  it("keeps colours and weight until they are taken back", () => {
    const terminal = createTerminal(20, 2);
    terminal.write("\x1b[1m\x1b[32mok\x1b[39m\x1b[22m then \x1b[2mdim\x1b[0m");
    expect(terminal.lines()[0]).toEqual([
      { text: "ok", color: "#3fb950", bold: true },
      { text: " then ", color: "#c9d1d9", bold: false },
      { text: "dim", color: "#8b949e", bold: false },
    ]);
  });

  it("becomes pictures that follow each other without script, changes close together as one", () => {
    const svg = terminalSvg(
      [
        [0, "a"],
        [0.01, "b"],
        [1, "<c>"],
      ],
      { columns: 10, rows: 2, holdSec: 1 },
    );
    expect(svg.match(/<g id=/g)).toHaveLength(2);
    expect(svg).toContain(">ab&lt;c></text>");
    expect(svg).toContain("@keyframes f1{0%,50.000%{visibility:hidden}50.000%,100.000%{visibility:visible}}");
    expect(svg).not.toContain("<script");
  });
});
