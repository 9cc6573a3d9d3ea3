import type { ModelInfo, PredictionMessage } from "../../src/protocol/messages.js";
import { eventThreshold } from "../../src/session/sessionConfig.js";
import { make } from "./dom.js";

/** Classes shown at a time: the most probable of a model with many. */
const maxBars = 10;

/** One model's verdict: the class of the moment, a bar a class, and the threshold from which it counts. */
export function createModelCard(info: ModelInfo, sensitivity: number) {
  const threshold = eventThreshold(info.threshold, sensitivity);
  const verdict = make("p", { class: "verdict", "data-sure": "no", "data-model": info.name }, "Listening …");
  const percent = `${Math.round(threshold * 100)} %`;
  const note = make("p", { class: "note" }, `Counts from ${percent}, over ${info.windowSec.toFixed(1)} s.`);
  const rows = new Map(
    info.classes.map((label) => {
      const fill = make("i");
      const mark = make("b");
      mark.style.left = `${threshold * 100}%`;
      const value = make("span", {}, "–");
      const row = make(
        "li",
        {},
        make("span", { title: label }, words(label)),
        make("div", { class: "track" }, fill, mark),
        value,
      );
      return [label, { row, fill, value }];
    }),
  );
  const list = make("ul", { class: "bars", "aria-label": `Probabilities of ${info.title}` });
  list.append(...[...rows.values()].slice(0, maxBars).map(({ row }) => row));
  const element = make("article", { class: "card" }, make("h2", {}, info.title), verdict, note, list);
  return {
    element,
    show({ probabilities, notJudged }: PredictionMessage): void {
      element.classList.toggle("not-judged", notJudged !== undefined);
      const ranked = Object.entries(probabilities).sort(([, a], [, b]) => b - a);
      const { label, sure } = verdictOf(probabilities, info, threshold);
      if (notJudged !== undefined) verdict.textContent = `Not judged: ${notJudged}`;
      else verdict.textContent = sure ? words(label) : `Perhaps ${words(label)}`;
      verdict.dataset.sure = sure && notJudged === undefined ? "yes" : "no";
      for (const [name, probability] of ranked) {
        const entry = rows.get(name);
        if (!entry) continue;
        entry.fill.style.transform = `scaleX(${probability})`;
        entry.value.textContent = `${Math.round(probability * 100)} %`;
        entry.row.classList.toggle("top", name === label);
      }
      if (rows.size > maxBars)
        list.replaceChildren(...ranked.slice(0, maxBars).flatMap(([name]) => rows.get(name)?.row ?? []));
    },
  };
}

/** The likeliest class; of a detector's two, what it looks for wherever that reaches the threshold, be it below one half. */
export function verdictOf(
  probabilities: Readonly<Record<string, number>>,
  { classes, ignore }: Pick<ModelInfo, "classes" | "ignore">,
  threshold: number,
): { label: string; sure: boolean } {
  const [target] = classes.length === 2 && ignore.length === 1 ? classes.filter((c) => !ignore.includes(c)) : [];
  if (target !== undefined && probabilities[target] >= threshold) return { label: target, sure: true };
  const [label, p] = Object.entries(probabilities).reduce((best, one) => (one[1] > best[1] ? one : best));
  return { label, sure: p >= threshold || ignore.includes(label) };
}

/** "dog_bark" and "bonafide" as people write them. */
export function words(label: string): string {
  if (label === "bonafide") return "genuine";
  return label.replaceAll("_", " ");
}
