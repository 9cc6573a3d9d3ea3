import { InvalidArgumentError, Option } from "commander";

/** For options that can be repeated. */
export const collect = (value: string, before: string[]): string[] => [...before, value];

/** Parser of whole numbers. */
export const wholeNumber =
  (name: string, min: number, max = Number.MAX_SAFE_INTEGER) =>
  (value: string): number => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`${name} must be a whole number of at least ${min}.`);
  };

/** Parser of numbers from 0 to 1. */
export const share =
  (name: string) =>
  (value: string): number => {
    const number = Number(value);
    if (value.trim() !== "" && number >= 0 && number <= 1) return number;
    throw new InvalidArgumentError(`${name} must be from 0 to 1.`);
  };

export const data = (what = "folder, archive or table to learn from (default: $EARSHOT_DATA)"): Option =>
  new Option("--data <path>", what);
export const json = (): Option => new Option("--json", "print one JSON object on stdout and nothing else");
export const threads = (): Option =>
  new Option("--threads <n>", "workers at most (default: all cores)").argParser(wholeNumber("threads", 1, 256));
/** Pieces of work done at once on this machine; with a queue, its workers say how many. */
export const workers = (what: string): Option =>
  new Option("--workers <n>", what).argParser(wholeNumber("workers", 1, 256)).conflicts("queue");
export const skipBroken = (): Option =>
  new Option("--skip-broken", "leave out items that cannot be read instead of stopping");
export const noCache = (): Option =>
  new Option("--no-cache", "neither read nor keep features in the cache ($EARSHOT_CACHE, else ~/.cache/earshot)");
export const verbose = (): Option => new Option("--verbose", "show where an error came from");

/** Examples below a command's help. */
export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
