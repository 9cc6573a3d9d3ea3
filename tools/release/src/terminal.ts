/** One thing that a terminal printed, by its time in seconds: an event of an asciicast. */
export type Printed = readonly [second: number, text: string];

/** A stretch of one line in one style. */
interface Run {
  text: string;
  color: string;
  bold: boolean;
}

const colors: Record<number, string> = {
  30: "#484f58",
  31: "#ff7b72",
  32: "#3fb950",
  33: "#d29922",
  34: "#58a6ff",
  35: "#bc8cff",
  36: "#39c5cf",
  37: "#b1bac4",
  90: "#6e7681",
};
const plain = "#c9d1d9";
const dim = "#8b949e";

/** A screen that understands what our command line prints: lines, carriage returns, cleared lines, colours. */
export function createTerminal(columns: number, rows: number): { write(text: string): void; lines(): Run[][] } {
  let screen: Run[][] = [[]];
  let column = 0;
  let color = plain;
  let bold = false;
  const put = (char: string): void => {
    if (column >= columns) newLine();
    const line = screen[screen.length - 1];
    while (line.length < column) line.push({ text: " ", color: plain, bold: false });
    line[column++] = { text: char, color, bold };
  };
  const newLine = (): void => {
    screen.push([]);
    if (screen.length > rows) screen = screen.slice(-rows);
    column = 0;
  };
  const style = (codes: string): void => {
    for (const code of codes.split(";").map(Number)) {
      if (code === 0) [color, bold] = [plain, false];
      else if (code === 1) bold = true;
      else if (code === 2) color = dim;
      else if (code === 22) [bold, color] = [false, color === dim ? plain : color];
      else if (code === 39) color = plain;
      else color = colors[code] ?? color;
    }
  };
  return {
    write(text) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminals are told with
      for (const [token] of text.matchAll(/\x1b\[[\d;?]*[A-Za-z]|[\s\S]/gu)) {
        if (token.startsWith("\x1b[")) {
          if (token.endsWith("m")) style(token.slice(2, -1) || "0");
          else if (token === "\x1b[2K") screen[screen.length - 1] = [];
        } else if (token === "\n") newLine();
        else if (token === "\r") column = 0;
        else put(token);
      }
    },
    lines: () =>
      screen.map((line) => {
        const runs: Run[] = [];
        for (const cell of line) {
          const last = runs[runs.length - 1];
          if (last && last.color === cell.color && last.bold === cell.bold) last.text += cell.text;
          else runs.push({ ...cell });
        }
        return runs;
      }),
  };
}

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/ /g, "\u00a0");

/**
 * An animated SVG of a recording: one picture for every change, shown one after the other without script.
 *
 * @param holdSec how long the last picture stays before it begins anew
 */
export function terminalSvg(
  printed: readonly Printed[],
  { columns, rows, holdSec = 6 }: { columns: number; rows: number; holdSec?: number },
): string {
  const terminal = createTerminal(columns, rows);
  const frames: { at: number; lines: Run[][] }[] = [];
  for (const [at, text] of printed) {
    terminal.write(text);
    const lines = terminal.lines();
    // Changes that follow within a twelfth of a second are one picture.
    if (frames.length > 0 && at - frames[frames.length - 1].at < 1 / 12) frames[frames.length - 1].lines = lines;
    else frames.push({ at, lines });
  }
  const total = frames[frames.length - 1].at + holdSec;
  const [charWidth, lineHeight, margin] = [8.4, 19, 16];
  const [width, height] = [Math.ceil(columns * charWidth + 2 * margin), rows * lineHeight + 2 * margin];
  const picture = (lines: Run[][]): string =>
    lines
      .flatMap((line, row) => {
        let column = 0;
        return line.map(({ text, color, bold }) => {
          const x = margin + column * charWidth;
          column += text.length;
          if (text.trim() === "") return "";
          return `<text x="${x.toFixed(1)}" y="${margin + lineHeight * (row + 0.75)}" fill="${color}"${bold ? ' font-weight="700"' : ""} textLength="${(text.length * charWidth).toFixed(1)}">${escaped(text)}</text>`;
        });
      })
      .join("");
  const groups = frames.map(({ at, lines }, i) => {
    const [from, to] = [at / total, (frames[i + 1]?.at ?? total) / total].map((share) => (100 * share).toFixed(3));
    const hidden = i === 0 ? "" : `0%,${from}%{visibility:hidden}`;
    const shown = `${from}%,${to}%{visibility:visible}`;
    const after = i === frames.length - 1 ? "" : `${to}%,100%{visibility:hidden}`;
    return {
      css: `@keyframes f${i}{${hidden}${shown}${after}}`,
      moves: `#f${i}{animation:f${i} ${total.toFixed(2)}s step-end infinite}`,
      body: `<g id="f${i}">${picture(lines)}</g>`,
    };
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">
<title>A terminal in which the command earshot is used</title>
<style>g{visibility:hidden}${groups.map(({ css }) => css).join("")}@media (prefers-reduced-motion:no-preference){${groups.map(({ moves }) => moves).join("")}}@media (prefers-reduced-motion:reduce){#f${frames.length - 1}{visibility:visible}}</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${groups.map(({ body }) => body).join("\n")}
</svg>
`;
}
