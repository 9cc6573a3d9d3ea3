import { rmsDb } from "../../src/core/voiceActivity.js";

/** Shows how loud it is: a bar for now, a line for the loudest of the last moments. */
export function createLevelMeter(meter: HTMLElement, spoken: HTMLMeterElement, text: HTMLOutputElement) {
  const bar = meter.querySelector("i");
  const peakMark = meter.querySelector("b");
  let level = -60;
  let peak = -60;
  let spokenMs = 0;
  let heardMs = Number.NEGATIVE_INFINITY;
  return {
    hear(samples: Float32Array): void {
      const db = Math.max(-60, Math.min(0, rmsDb(samples)));
      level = Math.max(db, level - 2);
      peak = Math.max(db, peak - 0.3);
      heardMs = performance.now();
    },
    draw(): void {
      // Nothing comes any more: what was heard last is not how loud it is now.
      const idle = performance.now() - heardMs > 400;
      if (idle) {
        level = Math.max(-60, level - 1.5);
        peak = level;
      }
      const share = (db: number) => ((db + 60) / 60) * 100;
      if (bar) bar.style.clipPath = `inset(0 ${100 - share(level)}% 0 0)`;
      if (peakMark) {
        peakMark.hidden = idle;
        peakMark.style.left = `calc(${share(peak)}% - 1px)`;
      }
      // Numbers that change sixty times a second can be neither read nor spoken.
      if (performance.now() - spokenMs < 250) return;
      spokenMs = performance.now();
      text.value = idle ? "–" : `${level.toFixed(0).replace("-", "–")} dB`;
      spoken.value = Math.round(level);
    },
  };
}
