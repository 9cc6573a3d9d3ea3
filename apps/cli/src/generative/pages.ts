import { dataUrl, type Html, html } from "../report/html.js";
import { pageShell } from "../report/shell.js";
import { fileName } from "./pictures.js";

const style = `
.sound { display: inline-block; margin: 0 .8rem .8rem 0; vertical-align: top; }
.sound img, td img { image-rendering: pixelated; display: block; max-width: 100%; }
.sound audio, td audio { width: 11rem; height: 30px; display: block; margin-top: .3rem; }
td.sounds { white-space: nowrap; }
td.sounds audio { display: inline-block; }
`;

/** @param media where pictures and sounds may come from: the page itself, or files beside it */
export const shell = (title: string, body: Html, media: "data:" | "'self' data:"): string =>
  pageShell({ title, body: html`<main>${body}</main>`, style, pictures: media, sounds: media });

/** One sound of a page that carries everything in itself. */
export interface PageSound {
  caption: string;
  png: Uint8Array;
  wav: Uint8Array;
}

export const sound = ({ caption, png, wav }: PageSound): Html =>
  html`<figure class="sound"><img alt="Spectrogram: ${caption}" src="${dataUrl("image/png", png)}"><audio controls preload="none" src="${dataUrl("audio/wav", wav)}"></audio><figcaption>${caption}</figcaption></figure>`;

/** Walks through the epochs: a row an epoch, a table a class, from files that lie beside the page. */
export function epochsPage(epochs: readonly number[], classes: readonly string[], perClass: number): string {
  const numbers = Array.from({ length: perClass }, (_, i) => i + 1);
  const sections = classes.map((label) => {
    const name = encodeURIComponent(fileName(label));
    const rows = epochs.map((epoch) => {
      const place = `epoch-${String(epoch).padStart(3, "0")}/${name}`;
      return html`<tr><td class="n">${epoch}</td><td class="sounds"><img alt="${label} after ${epoch} epochs" loading="lazy" src="${place}.png">${numbers.map((i) => html`<audio controls preload="none" src="${place}-${i}.wav"></audio>`)}</td></tr>`;
    });
    return html`<h2 id="${name}">${label}</h2>
<div class="scroll"><table><thead><tr><th class="n">epoch</th><th>from the same noise each time</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  });
  const jumps = classes.map((label) => html`<a href="#${encodeURIComponent(fileName(label))}">${label}</a> `);
  return shell(
    "Through the epochs",
    html`<h1>Through the epochs</h1>
<p class="kicker">What the generator made of the same noise as it learned: time to the right, low tones below.</p>
<p>${jumps}</p>
${sections}`,
    "'self' data:",
  );
}
