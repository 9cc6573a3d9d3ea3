import { requireMatrix, requirePositive } from "../core/check.js";
import { type ComplexMatrix, createMatrix, type FloatArray, row } from "../core/types.js";

/** Magnitude and unit phasor of each bin of one frame; a bin of 0 points along the real axis. */
export interface PolarFrame {
  magnitude: Float64Array;
  cos: Float64Array;
  sin: Float64Array;
}

export function createPolarFrame(bins: number): PolarFrame {
  return { magnitude: new Float64Array(bins), cos: new Float64Array(bins).fill(1), sin: new Float64Array(bins) };
}

export function toPolar(re: FloatArray, im: FloatArray, out: PolarFrame): void {
  const { magnitude, cos, sin } = out;
  for (let k = 0; k < magnitude.length; k++) {
    const a = re[k];
    const b = im[k];
    const r = Math.sqrt(a * a + b * b);
    const inverse = r > 0 ? 1 / r : 0;
    magnitude[k] = r;
    cos[k] = r > 0 ? a * inverse : 1;
    sin[k] = b * inverse;
  }
}

export function clearPolar({ magnitude, cos, sin }: PolarFrame): void {
  magnitude.fill(0);
  cos.fill(1);
  sin.fill(0);
}

/** Makes one output frame after the other between pairs of neighbouring input frames, carrying the phase of each bin along. */
export interface PhaseStepper {
  /** Takes the phases of the first input frame. */
  start(first: PolarFrame): void;
  /** Output frame `share` of the way from `a` to `b` into `re` and `im`; then moves the phases on by what lies between them. */
  step(a: PolarFrame, b: PolarFrame, share: number, re: FloatArray, im: FloatArray): void;
}

/**
 * The classic formula unwraps the phase difference of two frames around its expected advance, and adds it to the running
 * phase: as that changes it by whole turns only, multiplying unit phasors does the same without a single arc tangent.
 */
export function createPhaseStepper(bins: number): PhaseStepper {
  const cos = new Float64Array(bins);
  const sin = new Float64Array(bins);
  return {
    start(first) {
      cos.set(first.cos);
      sin.set(first.sin);
    },
    step(a, b, share, re, im) {
      const { magnitude: magnitudeA, cos: cosA, sin: sinA } = a;
      const { magnitude: magnitudeB, cos: cosB, sin: sinB } = b;
      const rest = 1 - share;
      for (let k = 0; k < bins; k++) {
        const r = rest * magnitudeA[k] + share * magnitudeB[k];
        const c = cos[k];
        const s = sin[k];
        re[k] = r * c;
        im[k] = r * s;
        const turnCos = cosB[k] * cosA[k] + sinB[k] * sinA[k];
        const turnSin = sinB[k] * cosA[k] - cosB[k] * sinA[k];
        const nextCos = c * turnCos - s * turnSin;
        const nextSin = c * turnSin + s * turnCos;
        // One Newton step keeps the phasor on the unit circle over hours of frames.
        const norm = 1.5 - 0.5 * (nextCos * nextCos + nextSin * nextSin);
        cos[k] = nextCos * norm;
        sin[k] = nextSin * norm;
      }
    },
  };
}

/**
 * Stretches a spectrogram in time: magnitudes are interpolated, phases advance as fast as before.
 *
 * @param spectrum frames × bins, as `stft` returns; not modified
 * @param options.rate speed: 2 halves the number of frames, 0.5 doubles it
 * @returns ⌈frames / rate⌉ × bins
 * @throws RangeError if rate is not positive, or the matrices are malformed
 * @see timeStretch for audio in, audio out
 * Source: Ellis 2002, "A phase vocoder in Matlab". Equals librosa 0.11 `phase_vocoder` (transposed) on doubles within 1e-6 of the peak.
 */
export function phaseVocoder({ re, im }: ComplexMatrix, { rate }: { rate: number }): ComplexMatrix {
  requirePositive("phaseVocoder", "rate", rate);
  requireMatrix("phaseVocoder", "re", re);
  requireMatrix("phaseVocoder", "im", im);
  const { rows, cols } = re;
  if (im.rows !== rows || im.cols !== cols) {
    throw new RangeError(
      `phaseVocoder: re and im must have one shape, got ${rows} × ${cols} and ${im.rows} × ${im.cols}.`,
    );
  }
  const frames = Math.ceil(rows / rate);
  const out = { re: createMatrix(frames, cols), im: createMatrix(frames, cols) };
  const read = (t: number, polar: PolarFrame): void => {
    if (t < rows) toPolar(row(re, t), row(im, t), polar);
    else clearPolar(polar);
  };
  stretchFrames({ frames, bins: cols, rate, read }, (t, outRe, outIm) => {
    out.re.data.set(outRe, t * cols);
    out.im.data.set(outIm, t * cols);
  });
  return out;
}

export interface StretchPlan {
  /** Output frames. */
  frames: number;
  bins: number;
  rate: number;
  /** Input frame t, or silence beyond the end; asked for in rising order. */
  read(t: number, out: PolarFrame): void;
}

/** The vocoder's outer loop: hands each output frame to `write`, reusing its two arrays. */
export function stretchFrames(
  { frames, bins, rate, read }: StretchPlan,
  write: (t: number, re: Float64Array, im: Float64Array) => void,
): void {
  const stepper = createPhaseStepper(bins);
  const re = new Float64Array(bins);
  const im = new Float64Array(bins);
  let a = createPolarFrame(bins);
  let b = createPolarFrame(bins);
  let at = -2; // input frame that lies in `a`; `b` holds the next one
  for (let t = 0; t < frames; t++) {
    const position = t * rate;
    const whole = Math.floor(position);
    if (whole === at + 1) {
      [a, b] = [b, a];
      read(whole + 1, b);
    } else if (whole !== at) {
      read(whole, a);
      read(whole + 1, b);
    }
    at = whole;
    if (t === 0) stepper.start(a);
    stepper.step(a, b, position - whole, re, im);
    write(t, re, im);
  }
}
