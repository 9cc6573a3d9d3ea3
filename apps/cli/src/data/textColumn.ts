import type { Column, Table } from "@earshot/models";
import { UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";

/**
 * The column of a table that holds its texts: the one named, else the one with the longest.
 *
 * @param options.path of the table, for messages
 * @param options.text its name, where somebody gave one
 * @param options.target column that is learned, which is none
 * @throws UserError if there is no such column, or none of words
 */
export function textColumn(
  { columns }: Table,
  { path, text, target }: { path: string; text?: string; target?: string },
): Column {
  const names = columns.map(({ name }) => name);
  if (text !== undefined) {
    const named = columns.find(({ name }) => name === text);
    if (!named) throw new UserError(`${path} has no column "${text}"; ${nearest(text, names)}`);
    if (text === target)
      throw new UserError(
        `data.text and data.target both name "${text}"; what is learned from must be another column.`,
      );
    return named;
  }
  const length = (column: Column): number =>
    column.type === "text" ? column.values.reduce((sum, value) => sum + (value?.length ?? 0), 0) : 0;
  const words = columns.filter(({ name, type }) => type === "text" && name !== target);
  if (words.length === 0)
    throw new UserError(`${path} has no column of texts beside "${target}"; its columns are ${names.join(", ")}.`);
  return words.reduce((best, column) => (length(column) > length(best) ? column : best));
}
