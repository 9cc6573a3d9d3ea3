import type { Report } from "./training.js";

const element = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const show = (id: string, text: string): void => {
  element(id).textContent = text;
};

const steps = Number(new URLSearchParams(location.search).get("steps") ?? 600);
const history: Report[] = [];
const worker = new Worker("training.js", { type: "module" });

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
  draw();
};
worker.postMessage({ steps });

/** Loss and accuracy over steps. */
function draw(): void {
  const canvas = element("curves") as HTMLCanvasElement;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.font = "24px system-ui, sans-serif";
  const top = Math.max(1.4, ...history.map((r) => r.loss));
  const line = (value: (r: Report) => number, colour: string): void => {
    context.beginPath();
    for (const r of history)
      context.lineTo(60 + ((width - 80) * r.steps) / steps, height - 40 - (height - 70) * value(r));
    context.strokeStyle = colour;
    context.lineWidth = 4;
    context.stroke();
  };
  context.fillStyle = "#5a6478";
  context.fillText("1", 24, 40);
  context.fillText("0", 24, height - 34);
  context.fillText(`${steps} steps`, width - 150, height - 8);
  line((r) => r.loss / top, "#c2410c");
  line((r) => r.accuracy, "#1d4ed8");
}
