import { UsageError } from "../cli/errors.js";

/** One combination of settings: `path=value` each. */
export type Trial = readonly string[];

/**
 * Every combination of `path=a,b,c` settings, in the order given.
 *
 * Commas inside brackets, braces and quotes belong to the value.
 *
 * @throws UsageError if a setting has no value to try
 */
export function gridOf(settings: readonly string[]): Trial[] {
  return settings.reduce<Trial[]>(
    (trials, setting) => {
      const at = setting.indexOf("=");
      if (at < 1) throw new UsageError(`--set needs path=value,value…, such as model.c=0.1,1,10; got "${setting}".`);
      const values = splitValues(setting.slice(at + 1));
      return trials.flatMap((trial) => values.map((value) => [...trial, `${setting.slice(0, at)}=${value}`]));
    },
    [[]],
  );
}

/** Values with commas between; commas inside brackets, braces and quotes belong to a value. */
export function splitValues(text: string): string[] {
  const values: string[] = [];
  let depth = 0;
  let quote = "";
  let current = "";
  for (const character of text) {
    if (quote) quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ("[{".includes(character)) depth++;
    else if ("]}".includes(character)) depth--;
    if (character === "," && depth === 0 && !quote) {
      values.push(current.trim());
      current = "";
    } else current += character;
  }
  return [...values, current.trim()];
}
