import type { Labelled } from "./items.js";
import type { Turn } from "./planSplit.js";

/** What stands on both sides of a split, where it makes a test look better than it is. */
export interface Leak {
  /** What is shared: what a group is called, such as "speaker"; "recording", "text" or "picture" of one content; or "item" for the item itself. */
  kind: string;
  /** Name of the group; absent where content or the item itself is shared. */
  group?: string;
  /** First item trained on. */
  trained: string;
  /** First item judged. */
  judged: string;
  /** Of a group: how many of its items are on each side. */
  items?: { trained: number; judged: number };
}

/** What the items of a recipe are called, one of them. */
export const itemWord = (dataKind: string): string =>
  ({ texts: "text", table: "row", pictures: "picture" })[dataKind] ?? "recording";

/**
 * Groups of which some items are trained on and others judged in the same turn; none where the group is what is learned.
 *
 * @param kind what a group is called
 */
export function sharedGroups(items: readonly Labelled[], turns: readonly Turn[], kind: string): Leak[] {
  const leaks = new Map<string, Required<Leak>>();
  for (const { train, test } of turns) {
    const sides = new Map<string, { trained: number[]; judged: number[] }>();
    const put = (side: "trained" | "judged") => (i: number) => {
      const { group, label } = items[i];
      if (group === undefined || group === label) return;
      const both = sides.get(group) ?? { trained: [], judged: [] };
      both[side].push(i);
      sides.set(group, both);
    };
    train.forEach(put("trained"));
    test.forEach(put("judged"));
    for (const [group, { trained, judged }] of sides) {
      if (trained.length === 0 || judged.length === 0 || leaks.has(group)) continue;
      const counts = { trained: trained.length, judged: judged.length };
      leaks.set(group, { kind, group, trained: items[trained[0]].id, judged: items[judged[0]].id, items: counts });
    }
  }
  return [...leaks.values()].sort((a, b) => (a.group < b.group ? -1 : 1));
}

/**
 * Judged items that have the very content of an item trained on in the same turn.
 *
 * @param hashes of the decoded content of each item
 * @param kind what an item is called
 */
export function sharedContent(
  { items, hashes }: { items: readonly Labelled[]; hashes: readonly string[] },
  turns: readonly Turn[],
  kind: string,
): Leak[] {
  const leaks = new Map<string, Leak>();
  for (const { train, test } of turns) {
    const trained = new Map(train.map((i) => [hashes[i], i]));
    for (const i of test) {
      const twin = trained.get(hashes[i]);
      if (twin !== undefined) leaks.set(items[i].id, { kind, trained: items[twin].id, judged: items[i].id });
    }
  }
  return [...leaks.values()];
}

/** How many groups are named. */
const named = 5;

/** What leaks, as a clause: counts, the first groups, and the first items of each kind. */
export function describeLeaks(leaks: readonly Leak[]): string {
  const kinds = [...new Set(leaks.map(({ kind, group }) => `${kind} ${group === undefined}`))];
  return kinds
    .map((key) => leaks.filter(({ kind, group }) => `${kind} ${group === undefined}` === key))
    .map((own) => (own[0].items ? groupClause(own) : contentClause(own)))
    .join("; ");
}

function groupClause(leaks: readonly Leak[]): string {
  const [{ kind, group, trained, judged, items }] = leaks;
  const others = leaks.slice(1, named).map((leak) => leak.group);
  const more = leaks.length > named ? ` and ${leaks.length - named} more` : "";
  const count = leaks.length === 1 ? `One ${kind} is` : `${leaks.length} ${plural(kind)} are`;
  return `${count} both trained on and judged: ${group} (${items?.trained} item${items?.trained === 1 ? "" : "s"} trained on, such as ${trained}, and ${items?.judged} judged, such as ${judged})${others.map((name) => `, ${name}`).join("")}${more}`;
}

function contentClause(leaks: readonly Leak[]): string {
  const [{ kind, trained, judged }] = leaks;
  const one = leaks.length === 1;
  if (kind === "item") return `${leaks.length} judged item${one ? " was" : "s were"} trained on, such as ${judged}`;
  const count = one ? `One judged ${kind} is` : `${leaks.length} judged ${plural(kind)} are`;
  return `${count} also trained on: ${judged} is the very same ${kind} as ${trained}`;
}

/** Speakers, classes. */
export const plural = (word: string): string => (word.endsWith("s") ? word : `${word}s`);
