/** What models said of items they had not been trained on. */
export interface Predictions {
  ids: string[];
  yTrue: string[];
  /** Who or what each item belongs to; undefined where the corpus does not tell. */
  groups: (string | undefined)[];
  /** Turn of the split in which each item was judged. */
  turns: string[];
  /** Order of the columns. */
  classes: string[];
  /** n × classes, row-major; each row sums to 1. */
  probabilities: Float64Array;
}

/** The class of each item: the most probable, the first of equals. */
export function predictedClasses({ ids, classes, probabilities }: Predictions): string[] {
  return ids.map((_, i) => {
    let best = 0;
    for (let c = 1; c < classes.length; c++) {
      if (probabilities[i * classes.length + c] > probabilities[i * classes.length + best]) best = c;
    }
    return classes[best];
  });
}

/** Predictions of several turns as one, by rising id; a class a turn's model did not know has probability 0 there. */
export function poolPredictions(parts: readonly Predictions[]): Predictions {
  const classes = sortClasses([...new Set(parts.flatMap((part) => part.classes))]);
  const rows = parts.flatMap((part) => part.ids.map((id, i) => ({ id, part, i })));
  rows.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const probabilities = new Float64Array(rows.length * classes.length);
  const columns = new Map(parts.map((part) => [part, part.classes.map((label) => classes.indexOf(label))]));
  rows.forEach(({ part, i }, row) => {
    columns.get(part)?.forEach((column, c) => {
      probabilities[row * classes.length + column] = part.probabilities[i * part.classes.length + c];
    });
  });
  return {
    ids: rows.map(({ id }) => id),
    yTrue: rows.map(({ part, i }) => part.yTrue[i]),
    groups: rows.map(({ part, i }) => part.groups[i]),
    turns: rows.map(({ part, i }) => part.turns[i]),
    classes,
    probabilities,
  };
}

/** Numbers by value, the rest by code unit. */
function sortClasses(labels: readonly string[]): string[] {
  const numeric = labels.every((label) => label !== "" && Number.isFinite(Number(label)));
  return [...labels].sort((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : a > b ? 1 : 0));
}

/** `id,label,<one column a class>`, RFC 4180. */
export function predictionsCsv({ ids, yTrue, classes, probabilities }: Predictions): string {
  const lines = [["id", "label", ...classes].map(csvField).join(",")];
  ids.forEach((id, i) => {
    const row = Array.from(probabilities.subarray(i * classes.length, (i + 1) * classes.length), formatProbability);
    lines.push([csvField(id), csvField(yTrue[i]), ...row].join(","));
  });
  return `${lines.join("\n")}\n`;
}

/** Six decimals are more than any model knows. */
const formatProbability = (p: number): string => String(Number(p.toFixed(6)));

export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
