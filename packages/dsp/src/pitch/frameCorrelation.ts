import { createTransform } from "../core/fft.js";
import { createRealFft } from "../core/realFft.js";

/**
 * Autocorrelation of overlapping frames of one signal, r[k] = Σ x[j]·x[j + k] inside each frame, k = 0..maxLag.
 */
export interface FrameCorrelator {
  /** Correlation of `frame` into `out`; frames must come one hop after the other (or after `reset`). */
  next(frame: Float64Array, out: Float64Array): void;
  reset(): void;
}

/**
 * Frames that overlap share most of their products. Where a frame is a whole number of hops and the lags fit in one, each hop is
 * correlated once, with what follows and by itself, and frames are sums of those; else every frame is transformed alone.
 */
export function createFrameCorrelator(frameLength: number, hopLength: number, maxLag: number): FrameCorrelator {
  const shares = frameLength % hopLength === 0 && frameLength >= 2 * hopLength && maxLag <= hopLength;
  return shares ? sharedHops(frameLength / hopLength, hopLength, maxLag) : wholeFrames(frameLength, maxLag);
}

/** The smallest length ≥ n that the transform is fast at. */
export function fastLength(n: number): number {
  let best = 2 ** Math.ceil(Math.log2(Math.max(2, n)));
  for (const odd of [3, 5, 9]) {
    const length = odd * 2 ** Math.max(2, Math.ceil(Math.log2(n / odd)));
    if (length < best) best = length;
  }
  return best;
}

function sharedHops(hops: number, hopLength: number, maxLag: number): FrameCorrelator {
  const size = fastLength(hopLength + maxLag);
  const transform = createTransform(size);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const hopRe = new Float64Array(size);
  const hopIm = new Float64Array(size);
  const lags = maxLag + 1;
  // Products of every hop of the frame but its last with itself and with what follows, in a ring.
  const ring = new Float64Array((hops - 1) * lags);
  let slot = 0;
  let fresh = true;

  /** Correlates the hop before `hop` with what follows it (into the ring), and `hop` with itself alone (into `out`). */
  const advance = (frame: Float64Array, hop: number, out: Float64Array): void => {
    const at = hop * hopLength;
    re.fill(0, hopLength);
    for (let i = 0; i < hopLength; i++) re[i] = frame[at + i];
    im.fill(0);
    if (hop > 0) for (let i = 0; i < hopLength + maxLag; i++) im[i] = frame[at - hopLength + i];
    transform(re, im);
    // Two real signals went through one complex transform: a, this hop, and c, the hop before with what follows. One complex
    // transform back gives conj(A′)·C, A′ being the hop before, as its real part and |A|² as its imaginary part.
    for (let k = 0; k < size; k++) {
      const l = k === 0 ? 0 : size - k;
      if (l < k) break;
      const aRe = 0.5 * (re[k] + re[l]);
      const aIm = 0.5 * (im[k] - im[l]);
      const cRe = 0.5 * (im[k] + im[l]);
      const cIm = 0.5 * (re[l] - re[k]);
      const productRe = hopRe[k] * cRe + hopIm[k] * cIm;
      const productIm = hopRe[k] * cIm - hopIm[k] * cRe;
      const power = aRe * aRe + aIm * aIm;
      hopRe[k] = aRe;
      hopIm[k] = aIm;
      re[k] = productRe;
      im[k] = productIm + power;
      re[l] = productRe;
      im[l] = power - productIm;
    }
    transform(im, re);
    if (hop > 0) {
      const start = slot * lags;
      for (let k = 0; k < lags; k++) ring[start + k] = re[k] / size;
      slot = (slot + 1) % (hops - 1);
    }
    for (let k = 0; k < lags; k++) out[k] = im[k] / size;
  };
  return {
    next(frame, out) {
      for (let hop = fresh ? 0 : hops - 1; hop < hops; hop++) advance(frame, hop, out);
      fresh = false;
      // Oldest first, so that a frame's sums do not depend on where in the ring they lie.
      for (let h = 0; h < hops - 1; h++) {
        const start = ((slot + h) % (hops - 1)) * lags;
        for (let k = 0; k < lags; k++) out[k] += ring[start + k];
      }
    },
    reset() {
      fresh = true;
      slot = 0;
    },
  };
}

function wholeFrames(frameLength: number, maxLag: number): FrameCorrelator {
  const plan = createRealFft(fastLength(frameLength + maxLag));
  const padded = new Float64Array(plan.length);
  const re = new Float64Array(plan.bins);
  const im = new Float64Array(plan.bins);
  return {
    next(frame, out) {
      padded.fill(0, frameLength);
      padded.set(frame);
      plan.forward(padded, re, im);
      for (let k = 0; k < re.length; k++) re[k] = re[k] * re[k] + im[k] * im[k];
      im.fill(0);
      plan.inverse(re, im, padded);
      for (let k = 0; k <= maxLag; k++) out[k] = padded[k];
    },
    reset() {},
  };
}
