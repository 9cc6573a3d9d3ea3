import { type Html, html } from "./html.js";
import type { WorstItem } from "./worst.js";

/** A judged item with its sound, where that could be read. */
export interface ShownItem extends WorstItem {
  text?: string;
  /** Data URL. */
  picture?: string;
  audio?: { url: string; outline: string; durationSec: number };
}

/** Size of the outlines, in the units of their paths. */
export const outlineBox = { width: 240, height: 46 };

/** The items that went most wrong, to be heard or read. */
export function worstSection(items: readonly ShownItem[]): Html | undefined {
  if (items.length === 0) return undefined;
  const wrong = items.filter((item) => item.truth !== item.predicted).length;
  const lead =
    wrong === items.length
      ? "The errors that the model was surest of. Look before blaming the model: labels err too."
      : wrong === 0
        ? "No item was taken for another class; these it was least sure of."
        : `All ${wrong} errors, the surest first, then what it was least sure of.`;
  return html`<h2>What went most wrong</h2><p class="muted">${lead}</p><div class="items">${items.map(shownItem)}</div>`;
}

function shownItem({ id, truth, predicted, pTruth, pPredicted, audio, text, picture }: ShownItem): Html {
  const share = (p: number): string => `${(100 * p).toFixed(0)} %`;
  const { width, height } = outlineBox;
  return html`<div class="item">
<div class="what"><span>${truth}</span><span class="${truth === predicted ? "right" : "wrong"}">${truth === predicted ? `${share(pTruth)} sure` : `taken for ${predicted}`}</span></div>
${audio && html`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true"><path d="${audio.outline}" stroke="currentColor" fill="none"/></svg><audio controls preload="none" src="${audio.url}"></audio>`}
${picture && html`<img src="${picture}" alt="" width="112" class="pixels">`}
${text && html`<blockquote>${text}</blockquote>`}
<div class="id">${id}${audio && ` · ${audio.durationSec.toFixed(2)} s`}${truth !== predicted && ` · ${predicted}: ${share(pPredicted)}, ${truth}: ${share(pTruth)}`}</div>
</div>`;
}
