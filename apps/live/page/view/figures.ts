import { make } from "./dom.js";

/** Latency, drops and the like, kept over the last minutes. */
export function createFigures(list: HTMLElement) {
  const entries = new Map<string, HTMLElement>();
  const set = (name: string, value: string) => {
    let entry = entries.get(name);
    if (!entry) {
      entry = make("dd");
      entries.set(name, entry);
      list.append(make("div", {}, make("dt", {}, name), entry));
    }
    if (entry.textContent !== value) entry.textContent = value;
  };
  let lags: number[] = [];
  return {
    set,
    /** From the moment a window was full to its verdict on the page, ms. */
    lag(ms: number): void {
      lags.push(ms);
      if (lags.length > 500) lags.shift();
      const sorted = [...lags].sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
      set("Latency, median", `${at(0.5).toFixed(0)} ms`);
      set("Latency, 95 %", `${at(0.95).toFixed(0)} ms`);
    },
    reset(): void {
      lags = [];
      set("Latency, median", "–");
      set("Latency, 95 %", "–");
      for (const name of ["Audio heard", "Audio lost", "Windows dropped"]) set(name, "–");
    },
  };
}
