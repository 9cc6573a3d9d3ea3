import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";

/** Where a command speaks: results to stdout, everything else to stderr. */
export interface Screen {
  /** One JSON object on stdout and nothing else. */
  readonly json: boolean;
  /** A line for the reader on stdout; silent with `--json`. */
  print(line?: string): void;
  /** The result of `--json`. */
  printJson(value: unknown): void;
  /** A line on stderr. */
  note(line: string): void;
  /** Something the reader should know, on stderr. */
  warn(line: string): void;
  /** Shows how far a job is. `from` units were done before, by an earlier process. */
  progress(title: string, total?: number, from?: number): Progress;
}

/** One job under way. */
export interface Progress {
  /** @param done units finished so far @param detail shown behind the bar, such as the loss */
  update(done: number, detail?: string): void;
  /** A line for the reader on stdout, above the bar; silent with `--json`. */
  print(line: string): void;
  /** Replaces the bar by a line that stays, or by nothing. */
  end(summary?: string): void;
}

interface Out {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/**
 * A screen over two streams: a bar with rate and time left where stderr is a terminal, a line every few seconds elsewhere.
 *
 * @param options.everySec pause between lines without a terminal
 */
export function createScreen({
  json = false,
  stdout = process.stdout as Out,
  stderr = process.stderr as Out,
  everySec = 5,
}: {
  json?: boolean;
  stdout?: Out;
  stderr?: Out;
  everySec?: number;
} = {}): Screen {
  const note = (line: string): void => write(stderr, line);
  const print = (line = ""): void => void (json || write(stdout, line));
  return {
    json,
    print,
    printJson: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note,
    warn: (line) => note(pc.yellow(line)),
    progress: (title, total, from = 0) => {
      const clock = createClock(total, from);
      return stderr.isTTY ? bar(stderr, print, title, clock, total) : lines(note, print, title, clock, everySec);
    },
  };
}

/** Colours are for terminals: CI switches them on, yet files and pipes want none (unless FORCE_COLOR asks for them). */
function write(out: Out, line: string): void {
  out.write(`${out.isTTY || process.env.FORCE_COLOR ? line : stripVTControlCharacters(line)}\n`);
}

/** A screen that shows nothing: for tests and for use as a library. */
export const silentScreen: Screen = {
  json: true,
  print() {},
  printJson() {},
  note() {},
  warn() {},
  progress: () => ({ update() {}, print() {}, end() {} }),
};

type Clock = ReturnType<typeof createClock>;

type Print = (line: string) => void;

function bar(stderr: Out, print: Print, title: string, clock: Clock, total?: number): Progress {
  let shownAt = 0;
  const draw = (text: string): void => void stderr.write(`\r\x1b[2K${text}`);
  return {
    update(done, detail = "") {
      const now = performance.now();
      if (now - shownAt < 80 && done !== total) return;
      shownAt = now;
      const width = 24;
      const filled = total ? Math.round((width * Math.min(done, total)) / total) : 0;
      const blocks = total ? `${pc.cyan("━".repeat(filled))}${pc.dim("━".repeat(width - filled))} ` : "";
      const text = `${title}  ${blocks}${clock.describe(done)}${detail ? `  ${pc.dim(detail)}` : ""}`;
      draw(text);
    },
    print(line) {
      draw("");
      print(line);
      shownAt = 0;
    },
    end(summary) {
      draw(summary ? `${summary}\n` : "");
    },
  };
}

function lines(note: Print, print: Print, title: string, clock: Clock, everySec: number): Progress {
  let shownAt = performance.now();
  return {
    update(done, detail = "") {
      const now = performance.now();
      if (now - shownAt < everySec * 1000) return;
      shownAt = now;
      note(`${title}: ${clock.describe(done)}${detail ? `, ${detail}` : ""}`);
    },
    print,
    end(summary) {
      if (summary) note(summary);
    },
  };
}

function createClock(total: number | undefined, from: number): { describe(done: number): string } {
  const started = performance.now();
  return {
    describe(done) {
      const seconds = (performance.now() - started) / 1000;
      const rate = (done - from) / Math.max(seconds, 1e-3);
      const shown = Number.isInteger(done) ? `${done}` : done.toFixed(1);
      const counted = total === undefined ? shown : `${shown}/${total}`;
      const speed =
        rate >= 10
          ? `${Math.round(rate)}/s`
          : rate >= 0.1 || rate === 0
            ? `${rate.toFixed(1)}/s`
            : `${duration(1 / rate)} each`;
      const left = total !== undefined && done > from ? `, ${duration((total - done) / rate)} left` : "";
      return `${counted} (${speed}${left})`;
    },
  };
}

/** 5.2 s, 3 min 10 s, 2 h 5 min. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds - 60 * minutes)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
