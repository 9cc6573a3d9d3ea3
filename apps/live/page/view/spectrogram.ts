import { createFeatureStream, type FeatureStream } from "@earshot/dsp";
import { fitCanvas } from "./dom.js";

const nMels = 64;
const secondsShown = 8;
/** What `paint` makes of no sound. */
const silence = "rgb(12 0 25)";

/** A mel spectrogram that scrolls: what is new comes in at the right. */
export function createSpectrogram(canvas: HTMLCanvasElement) {
  const picture = document.createElement("canvas");
  const context = picture.getContext("2d", { willReadFrequently: false });
  let stream: FeatureStream | undefined;
  let rate = 0;
  let hop = 1;
  let dirty = true;

  const begin = (sampleRate: number) => {
    rate = sampleRate;
    hop = Math.round(sampleRate / 60);
    picture.width = Math.round((secondsShown * sampleRate) / hop);
    picture.height = nMels;
    if (context) context.fillStyle = silence;
    context?.fillRect(0, 0, picture.width, nMels);
    const nFft = 2 ** Math.ceil(Math.log2(sampleRate / 25));
    const fMax = Math.min(8000, sampleRate / 2);
    stream = createFeatureStream({
      kind: "logMel",
      sampleRate,
      nFft,
      hopLength: hop,
      nMels,
      fMax,
      center: false,
      topDb: null,
    });
  };
  return {
    /** What comes next is another sound. */
    reset(): void {
      stream = undefined;
    },
    hear(samples: Float32Array, sampleRate: number): void {
      if (!stream || sampleRate !== rate) begin(sampleRate);
      const frames = stream?.process(samples);
      if (!frames || frames.rows === 0 || !context) return;
      const columns = Math.min(frames.rows, picture.width);
      context.drawImage(picture, -columns, 0);
      const image = context.createImageData(columns, nMels);
      for (let t = 0; t < columns; t++) {
        for (let m = 0; m < nMels; m++) {
          const db = frames.data[(frames.rows - columns + t) * nMels + m];
          paint(image.data, ((nMels - 1 - m) * columns + t) * 4, (db + 70) / 80);
        }
      }
      context.putImageData(image, picture.width - columns, 0);
      dirty = true;
    },
    draw(): void {
      if (!dirty || picture.width === 0) return;
      dirty = false;
      const target = fitCanvas(canvas);
      target.imageSmoothingEnabled = true;
      target.drawImage(picture, 0, 0, canvas.width, canvas.height);
    },
  };
}

/** Black over violet and orange to pale yellow: even steps of brightness, also for the colour-blind. */
function paint(pixels: Uint8ClampedArray, at: number, value: number): void {
  const v = Math.max(0, Math.min(1, value));
  pixels[at] = 255 * Math.min(1, 0.05 + 1.6 * v * v + 0.5 * v * (1 - v));
  pixels[at + 1] = 255 * v ** 2.2;
  pixels[at + 2] = 255 * (v < 0.5 ? 0.1 + 0.9 * v : 0.55 - 0.9 * (v - 0.5) + 1.4 * Math.max(0, v - 0.75));
  pixels[at + 3] = 255;
}
