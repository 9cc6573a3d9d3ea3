import { renderSvg, type Spec, type Theme } from "@earshot/plots";
import { dataUrl, type Html, html } from "../report/html.js";
import { picture } from "../report/sections.js";
import { pageShell } from "../report/shell.js";

/** A picture with one sentence that explains what it shows. */
export interface Panel {
  title: string;
  explanation: string;
  spec(theme: Theme): Spec;
}

/** What an inspection found: a page, the same as plain JSON, and the page's pictures. */
export interface Inspection {
  page: string;
  facts: Record<string, unknown>;
  pictures: Picture[];
}

/** A picture by its name in files: "mel-spectrogram". */
export interface Picture {
  name: string;
  /** On light ground. */
  svg: string;
}

/** A figure of what was looked at, and what it means. */
export interface Fact {
  name: string;
  value: string;
  meaning: string;
}

/** Draws panels for both themes. */
export async function drawPanels(panels: readonly Panel[]): Promise<{ html: Html[]; pictures: Picture[] }> {
  const sections: Html[] = [];
  const pictures: Picture[] = [];
  for (const { title, explanation, spec } of panels) {
    const [light, dark] = [await renderSvg(spec("light")), await renderSvg(spec("dark"))];
    const url = (svg: string): string => dataUrl("image/svg+xml", svg);
    sections.push(
      html`<h2>${title}</h2><p class="muted">${explanation}</p>${picture({ name: title, alt: title, light: url(light), dark: url(dark) })}`,
    );
    pictures.push({ name: fileName(title), svg: light });
  }
  return { html: sections, pictures };
}

const fileName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/\(.*\)/, "")
    .trim()
    .replace(/[^a-z0-9]+/g, "-");

/** Figures with their meaning. */
export function factTable(facts: readonly Fact[]): Html {
  const rows = facts.map(
    ({ name, value, meaning }) =>
      html`<tr><td>${name}</td><td><strong>${value}</strong></td><td class="muted">${meaning}</td></tr>`,
  );
  return html`<div class="scroll"><table><tbody>${rows}</tbody></table></div>`;
}

/** Sentences, one below the other; nothing where there are none. */
export const noteList = (notes: readonly (Html | string)[]): Html =>
  html`${notes.map((note) => html`<p class="note">${note}</p>`)}`;

/** A whole page without script or network. */
export function pageOf(title: string, kicker: string, body: Html, style = ""): { page: string } {
  const main = html`<main><h1>${title}</h1><p class="kicker">${kicker}</p>${body}</main>`;
  return { page: pageShell({ title, body: main, style, sounds: "data:" }) };
}
