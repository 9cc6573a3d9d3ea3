import type { ModelState, Table } from "@earshot/models";

/** One step of a fitted model, as a report tells it. */
export interface StepFact {
  kind: string;
  /** Options away from nothing said: `strategy median, addIndicator`. */
  options: string;
  /** What it works on, or learned. */
  learned: string;
  /** Steps within steps: parts of a column transformer, members of an ensemble. */
  depth: number;
}

type State = Record<string, unknown>;

/** The steps of a fitted model from its state, with what each learned. */
export function describeSteps(state: ModelState, { columns }: Pick<Table, "columns">): StepFact[] {
  const facts: StepFact[] = [];
  visit(
    state as State,
    columns.map((c) => c.name),
    0,
    facts,
  );
  return facts;
}

const states = (value: unknown): State[] => (Array.isArray(value) ? (value as State[]) : []);

/** Tells a step; returns the names of the columns it gives, as far as they are known. */
function visit(state: State, names: readonly string[], depth: number, facts: StepFact[]): string[] {
  const kind = String(state.kind);
  const own = (learned: string): void => {
    facts.push({ kind, options: tellOptions(state.options), learned, depth });
  };
  if (kind === "pipeline") {
    let seen: readonly string[] = names;
    for (const step of states(state.steps)) seen = visit(step, seen, depth, facts);
    return [...seen];
  }
  if (kind === "columnTransformer") {
    const parts = state.parts as (State | null)[];
    const chosen = state.names as string[][];
    own(`${chosen.map((list) => list.length).join(" + ")} of ${names.length} columns, each part on its own`);
    return parts.flatMap((part, p) => {
      facts.push({ kind: `part ${p + 1}`, options: "", learned: shorten(chosen[p]) || "no column", depth: depth + 1 });
      const given = part && chosen[p].length > 0 ? visit(part, chosen[p], depth + 2, facts) : chosen[p];
      const width = (state.widths as number[])[p];
      return Array.from({ length: width }, (_, j) => given[j] ?? `${shorten(chosen[p])} ${j + 1}`);
    });
  }
  if (kind === "stacking" || kind === "voting") {
    own(`${states(state.estimators).length} classifiers on the same rows`);
    for (const part of states(state.estimators)) visit(part, names, depth + 1, facts);
    if (state.final) {
      facts.push({
        kind: "meta-classifier",
        options: "",
        learned: tellVotes(state.final as State, state),
        depth: depth + 1,
      });
    }
    return [];
  }
  const learned = (state.learned ?? {}) as State;
  own(tellLearned(kind, state, learned, names));
  if (kind === "selectColumns") return numbersOf(learned.kept).map((j) => names[j]);
  const flagged = numbersOf(learned.missing).flatMap((is, j) => (is ? [`${names[j]} missing`] : []));
  return /Imputer/.test(kind) && (state.options as State | undefined)?.addIndicator
    ? [...names, ...flagged]
    : [...names];
}

function tellLearned(kind: string, state: State, learned: State, names: readonly string[]): string {
  if (kind === "selectColumns") {
    const kept = new Set(numbersOf(learned.kept));
    const dropped = names.filter((_, j) => !kept.has(j));
    return `kept ${kept.size} of ${names.length} columns${dropped.length > 0 ? `; left out ${shorten(dropped)}` : ""}`;
  }
  if (/Imputer/.test(kind)) {
    const gaps = names.filter((_, j) => numbersOf(learned.missing)[j]);
    return gaps.length > 0 ? `filled ${shorten(gaps)}` : "nothing was missing";
  }
  if (/Encoder/.test(kind)) {
    const sizes = (learned.categories as unknown[][] | undefined)?.map((list) => list.length) ?? [];
    return `${sizes.reduce((a, b) => a + b, 0)} categories in ${sizes.length} columns`;
  }
  if (/Scaler/.test(kind)) return `centred and scaled ${names.length} columns`;
  if (numbersOf(state.roots).length > 0) return `${numbersOf(state.roots).length - 1} trees`;
  if (numbersOf(state.sizes).length > 0) return `${numbersOf(state.sizes).length} rounds`;
  return names.length > 0 ? `${names.length} columns` : "";
}

/** How the meta-classifier weighs the first level. */
function tellVotes(final: State, { estimators }: State): string {
  const coef = numbersOf(final.coef);
  const members = states(estimators).map(nameOf);
  if (coef.length !== members.length) return String(final.kind);
  return `${String(final.kind)}: ${members.map((name, m) => `${name} ${coef[m].toFixed(2)}`).join(", ")}`;
}

/** A pipeline is called by its last step. */
function nameOf(state: State): string {
  const steps = states(state.steps);
  return String((steps[steps.length - 1] ?? state).kind);
}

function tellOptions(options: unknown): string {
  const shown = Object.entries((options ?? {}) as State).filter(
    ([, v]) => v !== null && (typeof v !== "object" || (Array.isArray(v) && v.length > 0)),
  );
  return shown
    .filter(([key]) => key !== "seed")
    .map(([key, v]) => (v === true ? key : v === false ? "" : `${key} ${Array.isArray(v) ? v.join("–") : String(v)}`))
    .filter(Boolean)
    .join(", ");
}

const numbersOf = (value: unknown): number[] =>
  typeof value === "object" && value !== null && "data" in value ? Array.from(value.data as ArrayLike<number>) : [];

const shorten = (names: readonly string[]): string =>
  names.length > 8 ? `${names.slice(0, 8).join(", ")} … (${names.length})` : names.join(", ");
