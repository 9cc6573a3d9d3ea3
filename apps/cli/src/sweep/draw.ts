import { createHash } from "node:crypto";
import { UsageError } from "../cli/errors.js";
import { splitValues, type Trial } from "./grid.js";

/** Numbers between two ends; whole ones where both ends are. */
interface Range {
  low: number;
  high: number;
  log: boolean;
  whole: boolean;
}

/** Values of a setting to choose from, or a range to draw from. */
interface Choice {
  path: string;
  from: string[] | Range;
}

/**
 * Combinations drawn at random: of `path=a,b,c` one of the values, of `path=low..high` any number between (whole where both ends are), of
 * `path=log:low..high` one whose logarithm is drawn evenly.
 *
 * What a trial gets depends on the seed, its number and the name of the setting alone: more trials begin with the same ones.
 *
 * @returns as many different ones as asked for, or all that there are
 * @throws UsageError if a setting has nothing to choose from
 */
export function drawTrials(settings: readonly string[], { trials, seed }: { trials: number; seed: number }): Trial[] {
  const choices = settings.map(readChoice);
  const drawn = new Map<string, Trial>();
  for (let number = 0; drawn.size < trials && number < 20 * trials; number++) {
    const trial = choices.map(({ path, from }) => `${path}=${valueAt(from, uniform(seed, number, path))}`);
    drawn.set(trial.join(" "), trial);
  }
  return [...drawn.values()];
}

/** Does a setting ask for any number of a range? */
export const isRange = (setting: string): boolean => !Array.isArray(readChoice(setting).from);

function readChoice(setting: string): Choice {
  const at = setting.indexOf("=");
  if (at < 1) throw new UsageError(`--set needs path=value,value…, such as model.c=0.1,1,10; got "${setting}".`);
  const path = setting.slice(0, at);
  const text = setting.slice(at + 1).trim();
  const range = /^(log:)?\s*(-?[\d.]+(?:e-?\d+)?)\.\.(-?[\d.]+(?:e-?\d+)?)$/i.exec(text);
  if (!range) return { path, from: splitValues(text) };
  const [, log, first, last] = range;
  const [low, high] = [Number(first), Number(last)];
  if (!(low < high) || (log && low <= 0)) {
    throw new UsageError(
      `--set ${path}: a range is low..high${log ? " above 0" : ""}, such as ${path}=${log ? "log:0.01..100" : "0.1..0.9"}; got ${text}.`,
    );
  }
  return {
    path,
    from: { low, high, log: log !== undefined, whole: [first, last].every((end) => /^-?\d+$/.test(end)) },
  };
}

function valueAt(from: string[] | Range, u: number): string {
  if (Array.isArray(from)) return from[Math.floor(u * from.length)];
  const { low, high, log, whole } = from;
  // Every whole number as often as the others, the ends too.
  const [a, b] = whole && !log ? [low - 0.5, high + 0.5] : [low, high];
  const value = log ? a * (b / a) ** u : a + (b - a) * u;
  if (whole) return String(Math.min(high, Math.max(low, Math.round(value))));
  return String(Number(value.toPrecision(4)));
}

/** From 0 to 1, the same on every machine. */
function uniform(seed: number, number: number, path: string): number {
  const hash = createHash("sha256")
    .update(JSON.stringify([seed, number, path]))
    .digest();
  return hash.readUIntBE(0, 6) / 2 ** 48;
}
