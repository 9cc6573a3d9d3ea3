import { type Corpus, type CorpusDescription, describeCorpus, type Item } from "@earshot/datasets";
import { perClassBars, scoreHistogram, targetDistribution } from "@earshot/plots";
import { duration, type Screen } from "../cli/screen.js";
import { openAnyRecordings } from "../data/openAnyRecordings.js";
import { dataUrl, type Html, html } from "../report/html.js";
import { pageWav } from "../report/worst.js";
import { plural } from "../train/leakage.js";
import { drawPanels, type Fact, factTable, type Inspection, noteList, type Panel, pageOf } from "./inspectPage.js";

/** A corpus at a look: classes, speakers, lengths, levels, broken files, doubles, examples to hear. */
export async function inspectCorpus(root: string, screen: Screen): Promise<Inspection> {
  const corpus = await openAnyRecordings(root);
  const bar = screen.progress("reading", corpus.items.length);
  const d = await describeCorpus(corpus, { onProgress: (done) => bar.update(done) }).finally(() => bar.end());
  const counts = Object.entries(d.byLabel).map(([label, count]) => ({ label, count }));
  const groups = Object.entries(d.byGroup)
    .filter(([name]) => name !== "(none)")
    .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  const spread =
    (values: ArrayLike<number>, xTitle: string): Panel["spec"] =>
    (theme) =>
      scoreHistogram([{ name: "items", scores: values }], { xTitle, theme });
  const readable = d.broken.length < d.items;
  const panels: Panel[] = [
    ...(corpus.classes.length > 0
      ? [
          {
            title: "Classes",
            explanation: "Items of each class; a rare class is hard to learn and easy to forget in a mean.",
            spec: (theme: "light" | "dark") => targetDistribution(counts, { theme }),
          },
        ]
      : []),
    ...(corpus.groupKey !== undefined && groups.length > 1 && groups.length <= 100
      ? [
          {
            title: capital(plural(corpus.groupKey)),
            explanation: `Items of each ${corpus.groupKey}: all of one belong on the same side of an honest split.`,
            spec: (theme: "light" | "dark") =>
              perClassBars(
                groups.map(([label, value]) => ({ label, value })),
                { metric: "Items", percent: false, theme },
              ),
          },
        ]
      : []),
    ...(readable
      ? [
          {
            title: "Lengths",
            explanation: "How long the recordings are; models of fixed length crop the long and pad the short.",
            spec: spread(d.durationSec.values, "Duration (s)"),
          },
          {
            title: "Levels",
            explanation: "Mean intensity of each recording below full scale; two heaps often mean two microphones.",
            spec: spread(d.rmsDb.values, "Level (dB below full scale)"),
          },
        ]
      : []),
  ];
  const rates = Object.entries(d.bySampleRate).map(([rate, count]) => `${rate} Hz (${count})`);
  const facts: Fact[] = [
    {
      name: "items",
      value: String(d.items),
      meaning: `${classCount(corpus.classes.length)}; ${duration(d.totalSec)} of sound.`,
    },
    ...(readable
      ? [
          {
            name: "length",
            value: `${d.durationSec.median.toFixed(2)} s`,
            meaning: `Median; from ${d.durationSec.min.toFixed(2)} to ${d.durationSec.max.toFixed(2)} s.`,
          },
          {
            name: rates.length > 1 ? "sample rates" : "sample rate",
            value: rates.join(", "),
            meaning:
              rates.length > 1
                ? "Recordings of several rates differ in what they can hold: bring them to one before comparing them."
                : "How often a second the pressure was measured, the same in all recordings.",
          },
        ]
      : []),
    {
      name: "broken",
      value: String(d.broken.length),
      meaning: d.broken[0] ? "Files that cannot be read; they are listed below." : "Every file can be read.",
    },
    {
      name: "doubles",
      value: String(d.duplicates.length),
      meaning: d.duplicates[0]
        ? "Sets of files with the same sound; they are listed below."
        : "No two files have the same sound.",
    },
    { name: "licence", value: corpus.licence, meaning: corpus.citation === "none" ? "" : corpus.citation },
  ];
  const examples = await Promise.all(
    examplesOf(corpus).map(async ({ name, item }) => {
      const clip = await item.load().catch(() => undefined);
      return (
        clip &&
        html`<div class="item"><div class="what">${name}</div><audio controls preload="none" src="${dataUrl("audio/wav", pageWav(clip).wav)}"></audio></div>`
      );
    }),
  );
  const drawn = await drawPanels(panels);
  const body = html`<div class="items">${examples}</div>${factTable(facts)}${noteList(warnings(corpus, d))}${lists(d)}${drawn.html}`;
  const { byLabel, byGroup, bySplit, bySampleRate, broken, duplicates, clipped, totalSec, items } = d;
  return {
    ...pageOf(capital(corpus.title), root, body),
    pictures: drawn.pictures,
    facts: {
      corpus: corpus.title,
      items,
      classes: corpus.classes.length,
      totalSec,
      brokenItems: broken.length,
      doubles: duplicates.length,
      byLabel,
      byGroup,
      bySplit,
      bySampleRate,
      broken,
      duplicates,
      clipped,
    },
  };
}

/** The first item of each class; without classes, the first items. */
function examplesOf({ items, classes }: Corpus): { name: string; item: Item }[] {
  if (classes.length === 0) return items.slice(0, 6).map((item) => ({ name: item.id, item }));
  return classes.slice(0, 12).flatMap((name) => {
    const item = items.find(({ label }) => label === name);
    return item ? [{ name, item }] : [];
  });
}

/** Names listed at most of each kind. */
const listed = 50;

/** Files that are broken, and files with the same sound. */
function lists({ broken, duplicates }: CorpusDescription): (Html | false)[] {
  const more = (all: readonly unknown[]): Html | false =>
    all.length > listed && html`<p class="muted">… and ${all.length - listed} more (--json lists all).</p>`;
  return [
    broken.length > 0 &&
      html`<h2>Broken files</h2><div class="scroll"><table><tbody>${broken.slice(0, listed).map(({ id, reason }) => html`<tr><td>${id}</td><td class="muted">${withoutName(reason, id)}</td></tr>`)}</tbody></table></div>${more(broken)}`,
    duplicates.length > 0 &&
      html`<h2>Doubles</h2><p class="muted">The same sound under several names, be it at another level; a split must keep each set on one side.</p><div class="scroll"><table><tbody>${duplicates.slice(0, listed).map((ids) => html`<tr><td>${ids.join(", ")}</td></tr>`)}</tbody></table></div>${more(duplicates)}`,
  ];
}

/** The name stands beside the reason already. */
const withoutName = (reason: string, id: string): string =>
  reason.startsWith(`${id}: `) ? reason.slice(id.length + 2) : reason;

/** What should be mended, or at least known, before anything is trained. */
function warnings({ items }: Corpus, d: CorpusDescription): string[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const quarrels = d.duplicates.filter((ids) => new Set(ids.flatMap((id) => byId.get(id)?.label ?? [])).size > 1);
  const counts = Object.values(d.byLabel);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return [
    quarrels.length > 0 &&
      `${quarrels.length} of the doubles bear different labels, such as ${quarrels[0].slice(0, 2).join(" and ")}: one of them is wrong.`,
    most >= 5 * least &&
      counts.length > 1 &&
      `The largest class has ${(most / least).toFixed(0)} times the items of the smallest: judge by balanced accuracy.`,
    d.clipped.length > 0.02 * d.items &&
      `${d.clipped.length} recordings are clipped, such as ${d.clipped[0]}: they were too loud for the microphone.`,
    Object.keys(d.bySampleRate).length > 1 &&
      "Recordings differ in sample rate: where rates go with classes, a model learns the recorder instead of the sound.",
  ].filter((line) => line !== false);
}

const classCount = (n: number): string => (n === 0 ? "No classes" : n === 1 ? "One class" : `${n} classes`);

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
