import { describeCorpus } from "@earshot/datasets";
import { detectCorpus, loadCorpus } from "@earshot/datasets/node";
import { perClassBars, scoreHistogram, targetDistribution } from "@earshot/plots";
import { duration, type Screen } from "../cli/screen.js";
import { dataUrl, html } from "../report/html.js";
import { pageWav } from "../report/worst.js";
import { type Fact, type Inspection, inspectPage, type Panel } from "./inspectPage.js";

/** A corpus at a look: classes, speakers, lengths, levels, broken files, doubles, examples to hear. */
export async function inspectCorpus(root: string, screen: Screen): Promise<Inspection> {
  const corpus = await loadCorpus({ kind: await detectCorpus(root), root });
  const bar = screen.progress("reading", corpus.items.length);
  const d = await describeCorpus(corpus, { onProgress: (done) => bar.update(done) }).finally(() => bar.end());
  const counts = Object.entries(d.byLabel).map(([label, count]) => ({ label, count }));
  const groups = Object.entries(d.byGroup).filter(([name]) => name !== "(none)");
  const spread =
    (values: ArrayLike<number>, xTitle: string): Panel["spec"] =>
    (theme) =>
      scoreHistogram([{ name: "items", scores: values }], { xTitle, theme });
  const panels: Panel[] = [
    {
      title: "Classes",
      explanation: "Items of each class; a rare class is hard to learn and easy to forget in a mean.",
      spec: (theme) => targetDistribution(counts, { theme }),
    },
    ...(groups.length > 1 && groups.length <= 100
      ? [
          {
            title: capital(`${corpus.groupKey ?? "group"}s`),
            explanation: `Items of each ${corpus.groupKey ?? "group"}: all of one belong on the same side of an honest split.`,
            spec: (theme: "light" | "dark") =>
              perClassBars(
                groups.map(([label, value]) => ({ label, value })),
                { metric: "Items", percent: false, theme },
              ),
          },
        ]
      : []),
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
  ];
  const rates = Object.entries(d.bySampleRate).map(([rate, count]) => `${rate} Hz (${count})`);
  const facts: Fact[] = [
    { name: "items", value: String(d.items), meaning: `${counts.length} classes; ${duration(d.totalSec)} of sound.` },
    {
      name: "length",
      value: `${d.durationSec.median.toFixed(2)} s`,
      meaning: `Median; from ${d.durationSec.min.toFixed(2)} to ${d.durationSec.max.toFixed(2)} s.`,
    },
    {
      name: "sample rates",
      value: rates.join(", "),
      meaning: "Several rates tell classes apart that should not be told apart so: resample.",
    },
    {
      name: "broken",
      value: String(d.broken.length),
      meaning: d.broken[0] ? `The first: ${d.broken[0].id}.` : "Every file can be read.",
    },
    {
      name: "doubles",
      value: String(d.duplicates.length),
      meaning: d.duplicates[0]
        ? `The same sound under several names, such as ${d.duplicates[0].slice(0, 2).join(" and ")}.`
        : "No two files have the same sound.",
    },
    { name: "licence", value: corpus.licence, meaning: corpus.citation === "none" ? "" : corpus.citation },
  ];
  const examples = await Promise.all(
    corpus.classes.slice(0, 12).map(async (label) => {
      const clip = await corpus.items
        .find((item) => item.label === label)
        ?.load()
        .catch(() => undefined);
      return (
        clip &&
        html`<div class="item"><div class="what">${label}</div><audio controls preload="none" src="${dataUrl("audio/wav", pageWav(clip).wav)}"></audio></div>`
      );
    }),
  );
  const page = await inspectPage(corpus.title, root, facts, panels, html`<div class="items">${examples}</div>`);
  const { byLabel, byGroup, bySplit, bySampleRate, broken, totalSec, items } = d;
  return {
    page,
    facts: {
      corpus: corpus.title,
      items,
      classes: corpus.classes.length,
      totalSec,
      brokenItems: broken.length,
      byLabel,
      byGroup,
      bySplit,
      bySampleRate,
      broken,
    },
  };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
