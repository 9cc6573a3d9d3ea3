import type { FrameKernel } from "../kernels/frameKernel.js";
import { createAnalyser, frameWindow, type ResolvedStft } from "./analysis.js";
import { createRealFft } from "./realFft.js";
import { createMatrix, row } from "./types.js";
import { createPlainVocoder } from "./vocoder.js";

/** The twin of the kernel in WebAssembly in double precision, for every length and host: one frame at a time. */
export function createPlainFrames(stft: ResolvedStft, gain: Float64Array): FrameKernel {
  const { nFft, hopLength } = stft;
  const { analyse, bins, ...spectrum } = createAnalyser(stft);
  const capacity = 4;
  const vocoder = createPlainVocoder(bins);
  const plan = createRealFft(nFft);
  const window = frameWindow(stft);
  const frame = new Float64Array(nFft);
  const tail = Math.max(0, nFft - hopLength);
  const exact = new Float64Array((capacity + 1) * hopLength + tail);
  const sum = new Float32Array(exact.length);
  const [rowsRe, rowsIm] = [0, 1].map(() => createMatrix(capacity + 1, bins));
  const [re, im] = [0, 1].map(() => createMatrix(capacity, bins));
  let rows = 0;
  let spent = 0;
  const load = (at: number, target: { re: { set(v: Float32Array): void }; im: { set(v: Float32Array): void } }) => {
    target.re.set(row(rowsRe, at));
    target.im.set(row(rowsIm, at));
  };
  return {
    capacity,
    re: re.data,
    im: im.data,
    sum,
    analyse(samples, start, count) {
      for (const { data } of [rowsRe, rowsIm]) {
        data.copyWithin(0, rows * bins, (rows + 1) * bins);
        data.fill(0, bins);
      }
      rows = count;
      for (let t = 0; samples && t < count; t++) {
        analyse(samples, start + t * hopLength);
        row(rowsRe, t + 1).set(spectrum.re);
        row(rowsIm, t + 1).set(spectrum.im);
      }
    },
    begin(at) {
      load(at, vocoder.before);
      vocoder.start();
    },
    turn(at, share, slot) {
      load(at, vocoder.before);
      load(at + 1, vocoder.after);
      vocoder.step(share);
      row(re, slot).set(vocoder.re);
      row(im, slot).set(vocoder.im);
    },
    add(count, last) {
      exact.copyWithin(0, spent, spent + tail);
      exact.fill(0, tail);
      for (let t = 0; t < count; t++) {
        plan.inverse(row(re, t), row(im, t), frame);
        for (let i = 0; i < nFft; i++) exact[t * hopLength + i] += frame[i] * window[i];
      }
      re.data.copyWithin(0, count * bins);
      im.data.copyWithin(0, count * bins);
      spent = count * hopLength + (last ? nFft - hopLength : 0);
      for (let i = 0; i < spent; i++) sum[i] = exact[i] * gain[i % hopLength];
      return spent;
    },
    reset() {
      exact.fill(0);
      rows = 0;
      spent = 0;
    },
  };
}
