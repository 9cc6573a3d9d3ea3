import type { ColumnProfile, TableProfile } from "@earshot/models/tabular";
import { shortName } from "../cli/shortName.js";

/** Names that columns to be learned often bear. */
const targetNames =
  /^(target|label|class|classes|y|outcome|risk|species|diagnosis|survived|churn|quality|default.*|.*[._ ]?(target|label|class|default|dlqin.*))$/i;
/** Different values up to which a column of numbers may be classes. */
const fewValues = 10;

/**
 * The column that is most likely to be learned: one that is called so, else the last one if it has few values.
 *
 * @returns its name, or undefined where nothing fits
 */
export function guessTarget({ columns, rows }: Pick<TableProfile, "columns" | "rows">): string | undefined {
  const isClass = (c: ColumnProfile): boolean => c.distinct >= 2 && c.distinct <= Math.max(2, Math.min(100, rows / 5));
  const named = columns.filter((c) => targetNames.test(c.name) && isClass(c));
  if (named.length > 0) return named[named.length - 1].name;
  const last = columns[columns.length - 1];
  return last && isClass(last) && (last.type === "text" || last.distinct <= fewValues) ? last.name : undefined;
}

/** What should be mended, or at least known, before anything is trained. */
export function tableNotes(profile: TableProfile): string[] {
  const { columns, rows, duplicateRows, target } = profile;
  const notes: string[] = [];
  const say = (found: readonly string[], sentence: (names: string) => string): void => {
    if (found.length > 0)
      notes.push(
        sentence(
          `${found
            .slice(0, 6)
            .map((name) => shortName(name))
            .join(", ")}${found.length > 6 ? " …" : ""}`,
        ),
      );
  };
  const namesOf = (test: (c: ColumnProfile) => boolean): string[] => columns.filter(test).map(({ name }) => name);
  const numbers = columns.filter((c) => c.type === "number");
  if (numbers.every((c) => Number(c.name) >= c.min && Number(c.name) <= c.max))
    say(
      numbers.map(({ name }) => name),
      (names) => `The first line, taken for names, looks like a row of data (${names}): put a line of names before it.`,
    );
  say(
    namesOf((c) => c.distinct <= 1),
    (names) => `Columns that never vary and tell nothing: ${names}.`,
  );
  say(
    namesOf((c) => isIdentity(c, rows)),
    (names) => `Columns with another value in every row, most likely numbers of rows: ${names}; leave them out.`,
  );
  say(
    namesOf((c) => c.missing > 0.5 * rows && c.distinct > 0),
    (names) => `Columns of which more than half is missing: ${names}.`,
  );
  say(twins(profile), (names) => `Pairs of columns that tell nearly the same: ${names}.`);
  if (duplicateRows > 0)
    notes.push(
      `${duplicateRows === 1 ? "1 row repeats" : `${duplicateRows.toLocaleString("en")} rows repeat`} an earlier one; leave repeats out before splitting, unless they are different people who agree.`,
    );
  if (target && target.counts.length >= 2 && target.counts.length <= 30) {
    const least = target.counts[target.counts.length - 1];
    if (least.count < 0.15 * rows)
      notes.push(
        `"${least.value}" is only ${((100 * least.count) / rows).toFixed(1)} % of ${target.name}: split with classes kept in proportion, and judge by balanced accuracy or area under the curve.`,
      );
  }
  if (target && columns.some((c) => c.name === target.name && c.missing > 0))
    notes.push(`Some rows have no ${target.name}: they cannot be learned from.`);
  return notes;
}

/** Words or whole numbers, all different; measured quantities are all different too, but not whole. */
const isIdentity = (c: ColumnProfile, rows: number): boolean =>
  rows > 20 &&
  c.missing === 0 &&
  c.distinct === rows &&
  (c.type === "text"
    ? c.longest <= 40
    : Number.isInteger(c.min) && c.max - c.min < 2 * rows && Number.isInteger(c.max));

function twins({ correlations: { names, values } }: TableProfile): string[] {
  const found: { pair: string; r: number }[] = [];
  for (let a = 0; a < names.length; a++) {
    for (let b = 0; b < a; b++) {
      const r = values.data[a * names.length + b];
      if (Math.abs(r) >= 0.95) found.push({ pair: `${names[b]} and ${names[a]} (${r.toFixed(2)})`, r: Math.abs(r) });
    }
  }
  return found.sort((a, b) => b.r - a.r).map(({ pair }) => pair);
}
