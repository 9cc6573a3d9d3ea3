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
      const mark = make("b", { style: `left:${threshold * 100}%` });
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
    show({ probabilities }: PredictionMessage): void {
      const ranked = Object.entries(probabilities).sort(([, a], [, b]) => b - a);
      const [label, p] = ranked[0];
      const sure = p >= threshold || info.ignore.includes(label);
      verdict.textContent = sure ? words(label) : `Perhaps ${words(label)}`;
      verdict.dataset.sure = sure ? "yes" : "no";
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

/** "dog_bark" and "bonafide" as people write them. */
export function words(label: string): string {
  if (label === "bonafide") return "genuine";
  return label.replaceAll("_", " ");
}
