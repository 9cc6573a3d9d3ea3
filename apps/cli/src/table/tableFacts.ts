import type { Estimator, Table } from "@earshot/models";
import { profileTable, type TableProfile } from "@earshot/models/tabular";
import type { Recipe } from "../recipe/schema.js";
import type { Labelled } from "../train/items.js";
import { describeResampling } from "./describeResampling.js";
import { describeSteps, type StepFact } from "./describeSteps.js";

/** `table.json`: what a run's report tells of the table it learned from. */
export interface TableFacts {
  /** Of every row, the column that is learned included; correlations row by row, null where a column does not vary. */
  profile: Omit<TableProfile, "correlations"> & { correlations: { names: string[]; values: (number | null)[] } };
  /** Class that the question is about. */
  positive?: string;
  /** What each step of the final model learned. */
  steps: StepFact[];
  /** People by sex and age, in the order of the predictions; −1 where unknown. */
  groups: { name: string; labels: string[]; codes: number[] }[];
}

/** What is known of a table and of the model that was fitted on it. */
export async function tableFacts(
  { table, items, positive }: { table: Table; items: readonly Labelled[]; positive?: string },
  recipe: Recipe,
  judged: readonly string[],
  model: Estimator,
): Promise<TableFacts> {
  const rowOf = new Map(items.map((item) => [item.id, Number(item.attributes?.row)]));
  const rows = judged.map((id) => rowOf.get(id) ?? -1);
  const { target } = recipe.data;
  const { correlations, ...profile } = profileTable(withTarget(table, items, target), { target });
  const values = Array.from(correlations.values.data, (r) => (Number.isFinite(r) ? r : null));
  return {
    profile: { ...profile, correlations: { names: correlations.names, values } },
    ...(positive !== undefined && { positive }),
    steps: [...describeResampling(recipe, profile), ...describeSteps(await model.getState(), table)],
    groups: groupings(table, rows),
  };
}

function withTarget({ columns, rows }: Table, items: readonly Labelled[], name: string): Table {
  const values = new Array<string | null>(rows).fill(null);
  for (const item of items) values[Number(item.attributes?.row)] = item.label;
  return { rows, columns: [...columns, { name, type: "text", values }] };
}

/** Statlog's codes for sex and marital status in one. */
const statlogSex: Record<string, string> = { A91: "men", A92: "women", A93: "men", A94: "men", A95: "women" };
/** As the credit card clients of Taiwan are coded. */
const codedSex: Record<string, string> = { "1": "men", "2": "women" };
const ages = [
  { below: 25, name: "under 25" },
  { below: 35, name: "25 to 34" },
  { below: 50, name: "35 to 49" },
  { below: 65, name: "50 to 64" },
  { below: Infinity, name: "65 and older" },
];

/** Sex and age, where columns of the usual names tell them. */
function groupings({ columns }: Table, rows: readonly number[]): TableFacts["groups"] {
  const out: TableFacts["groups"] = [];
  const add = (name: string, order: readonly string[], of: (row: number) => string | undefined): void => {
    const found = rows.map(of);
    const labels = order.filter((label) => found.includes(label));
    if (labels.length > 1) out.push({ name, labels, codes: found.map((label) => labels.indexOf(label ?? "")) });
  };
  const named = (pattern: RegExp) => columns.find((c) => pattern.test(c.name));
  const sex = named(/^(sex|gender)$/i);
  const status = named(/^personalStatus$/i);
  if (sex) {
    const labels = [...new Set(Array.from(sex.values as ArrayLike<unknown>, String))].sort();
    const nameOf = (v: unknown): string => (sex.type === "number" ? (codedSex[String(v)] ?? String(v)) : String(v));
    if (labels.length <= 5) add("sex", labels.map(nameOf), (row) => nameOf(sex.values[row]));
  } else if (status) add("sex", ["men", "women"], (row) => statlogSex[String(status.values[row])]);
  const age = named(/^age$/i);
  if (age?.type === "number") {
    add(
      "age",
      ages.map(({ name }) => name),
      (row) => (age.values[row] > 0 ? ages.find(({ below }) => age.values[row] < below)?.name : undefined),
    );
  }
  return out;
}
