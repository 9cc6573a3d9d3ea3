import { createArena } from "./arena.js";
import { createKernels } from "./instance.js";

/** Frames of a phase vocoder in WebAssembly, single precision. */
export interface VocoderKernel {
  /** Spectra of the frames before and after; `swap` turns one into the other. */
  before(): { re: Float32Array; im: Float32Array };
  after(): { re: Float32Array; im: Float32Array };
  swap(): void;
  /** Takes the phases of the frame before. */
  start(): void;
  /** Makes a frame `share` of the way, in `re` and `im`, and turns the phases on. */
  step(share: number): void;
  readonly re: Float32Array;
  readonly im: Float32Array;
}

/** @returns undefined on hosts without SIMD */
export function createVocoderKernel(bins: number): VocoderKernel | undefined {
  const arena = createArena();
  const count = (bins + 3) & ~3;
  const at = Array.from({ length: 8 }, () => arena.reserve(4 * count));
  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  const views = at.map((p) => new Float32Array(kernels.memory.buffer, p, bins));
  const [cosAt, sinAt, outRe, outIm] = at.slice(4);
  const [cos, sin, re, im] = views.slice(4);
  let a = 0;
  const pair = (i: number) => ({ re: views[i], im: views[i + 1] });
  return {
    before: () => pair(a),
    after: () => pair(2 - a),
    swap() {
      a = 2 - a;
    },
    start() {
      const first = pair(a);
      for (let k = 0; k < bins; k++) {
        const size = Math.hypot(first.re[k], first.im[k]);
        cos[k] = size > 0 ? first.re[k] / size : 1;
        sin[k] = size > 0 ? first.im[k] / size : 0;
      }
    },
    step(share) {
      kernels.vocode(count, at[a], at[a + 1], at[2 - a], at[3 - a], cosAt, sinAt, share, outRe, outIm);
    },
    re,
    im,
  };
}
