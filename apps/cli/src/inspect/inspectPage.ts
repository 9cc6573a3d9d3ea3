import { renderSvg, type Spec, type Theme } from "@earshot/plots";
import { dataUrl, Html, html } from "../report/html.js";
import { picture } from "../report/sections.js";
import { pageStyle } from "../report/style.js";

/** A picture with one sentence that explains what it shows. */
export interface Panel {
  title: string;
  explanation: string;
  spec(theme: Theme): Spec;
}

/** What an inspection found: a page, and the same as plain JSON. */
export interface Inspection {
  page: string;
  facts: Record<string, unknown>;
}

/** A figure of the recording or corpus, and what it means. */
export interface Fact {
  name: string;
  value: string;
  meaning: string;
}

/** A page without script or network: facts with their meaning, then pictures with theirs. */
export async function inspectPage(
  title: string,
  kicker: string,
  facts: readonly Fact[],
  panels: readonly Panel[],
  extra?: Html,
): Promise<string> {
  const drawn: Html[] = [];
  for (const { title: name, explanation, spec } of panels) {
    const [light, dark] = [await renderSvg(spec("light")), await renderSvg(spec("dark"))].map((svg) =>
      dataUrl("image/svg+xml", svg),
    );
    drawn.push(html`<h2>${name}</h2><p class="muted">${explanation}</p>${picture({ name, alt: name, light, dark })}`);
  }
  const rows = facts.map(
    ({ name, value, meaning }) =>
      html`<tr><td>${name}</td><td><strong>${value}</strong></td><td class="muted">${meaning}</td></tr>`,
  );
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'">
<title>${title} – Earshot</title><style>${new Html(pageStyle)}</style></head>
<body><main><h1>${title}</h1><p class="kicker">${kicker}</p>${extra}<div class="scroll"><table><tbody>${rows}</tbody></table></div>${drawn}</main></body></html>
`.text;
}
