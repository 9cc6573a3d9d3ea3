import { bands, frames, type Pictures } from "./spectrograms.js";
import type { Report } from "./training.js";

/** One picture of a sound: time to the right, pitch upwards. */
export function drawSpectrogram({ data }: Pictures, index: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [frames, bands];
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(frames, bands);
  for (let t = 0; t < frames; t++) {
    for (let b = 0; b < bands; b++) {
      const level = Math.min(1, data[(index * frames + t) * bands + b] / 1.8);
      const at = 4 * ((bands - 1 - b) * frames + t);
      image.data.set([255 * level ** 1.2, 200 * level ** 2, 60 + 110 * level * (1 - level), 255], at);
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Loss and accuracy over steps, with a grid and the values that are on the left. */
export function drawCurves(canvas: HTMLCanvasElement, history: readonly Report[], steps: number): void {
  const scale = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  [canvas.width, canvas.height] = [width * scale, height * scale];
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.scale(scale, scale);
  context.font = "12px system-ui, sans-serif";
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`);
  const [left, right, top, bottom] = [44, width - 48, 34, height - 30];
  const highest = Math.max(1.5, ...history.map((r) => r.loss));
  const x = (step: number): number => left + ((right - left) * step) / steps;
  const y = (share: number): number => bottom - (bottom - top) * share;

  context.strokeStyle = colour("line");
  context.lineWidth = 1;
  for (let i = 0; i <= 4; i++) {
    context.beginPath();
    context.moveTo(left, y(i / 4));
    context.lineTo(right, y(i / 4));
    context.stroke();
    const write = (text: string, name: string, align: CanvasTextAlign, at: number): void => {
      context.fillStyle = colour(name);
      context.textAlign = align;
      context.fillText(text, at, y(i / 4) + 4);
    };
    write(((highest * i) / 4).toFixed(2), "loss", "right", left - 8);
    write(`${25 * i} %`, "accuracy", "left", right + 8);
  }
  context.fillStyle = colour("soft");
  context.textAlign = "center";
  for (let i = 0; i <= 4; i++) context.fillText(String(Math.round((steps * i) / 4)), x((steps * i) / 4), bottom + 20);
  context.textAlign = "left";
  const line = (name: string, label: string, at: number, share: (r: Report) => number): void => {
    context.strokeStyle = colour(name);
    context.fillStyle = colour(name);
    context.lineWidth = 2;
    context.beginPath();
    for (const r of history) context.lineTo(x(r.steps), y(share(r)));
    context.stroke();
    context.fillRect(at, 15, 14, 3);
    context.fillText(label, at + 20, 20);
  };
  line("loss", "loss", left, (r) => r.loss / highest);
  line("accuracy", "accuracy on unheard sounds", left + 70, (r) => r.accuracy);
}
