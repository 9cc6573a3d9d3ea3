import { drawCurves, drawSpectrogram } from "./drawing.js";
import { kinds, makeUnheard } from "./spectrograms.js";
import type { Report } from "./training.js";

const element = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const show = (id: string, text: string): void => {
  element(id).textContent = text;
};

const steps = Number(new URLSearchParams(location.search).get("steps") ?? 600);
const history: Report[] = [];
const captions = showSounds();
const redraw = (): void => drawCurves(element("curves") as HTMLCanvasElement, history, steps);
addEventListener("resize", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
redraw();

const worker = new Worker(new URL("./training.ts", import.meta.url), { type: "module" });
worker.onerror = (event) => show("where", event.message || "The worker did not start.");
worker.onmessage = ({ data }: MessageEvent<Report | { error: string }>) => {
  if ("error" in data) {
    show("where", data.error);
    return;
  }
  history.push(data);
  show("steps", String(data.steps));
  show("rate", data.stepsPerSec.toFixed(0));
  show("loss", data.loss.toFixed(3));
  show("accuracy", `${(100 * data.accuracy).toFixed(1)} %`);
  const isolated = crossOriginIsolated ? "" : "; served without cross-origin isolation, so one thread";
  const many = data.threads === 1 ? "1 thread" : `${data.threads} threads`;
  show("where", `${data.done ? "Done" : "Training"} on ${many}, ${data.simd} SIMD${isolated}.`);
  for (const [i, { caption, kind }] of captions.entries()) {
    caption.textContent = kinds[data.heard[i]];
    caption.classList.toggle("right", data.heard[i] === kind);
  }
  redraw();
};
worker.postMessage({ steps });

/** Eight of the unheard sounds, two of a kind, with room below each for what the network takes it for. */
function showSounds(): { caption: HTMLElement; kind: number }[] {
  const unheard = makeUnheard();
  return Array.from({ length: 8 }, (_, i) => {
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    figure.append(drawSpectrogram(unheard, i), caption);
    element("sounds").append(figure);
    return { caption, kind: unheard.kinds[i] };
  });
}
