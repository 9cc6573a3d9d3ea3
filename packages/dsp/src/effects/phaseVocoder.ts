import { requireMatrix, requirePositive } from "../core/check.js";
import { type ComplexMatrix, createMatrix, row } from "../core/types.js";
import { createPlainVocoder, type Spectrum } from "../core/vocoder.js";

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
  const vocoder = createPlainVocoder(cols);
  const load = (t: number, target: Spectrum): void => {
    for (const [part, matrix] of [[target.re, re] as const, [target.im, im] as const]) {
      if (t < rows) part.set(row(matrix, t));
      else part.fill(0); // silence follows
    }
  };
  for (let t = 0; t < frames; t++) {
    const position = t * rate;
    const whole = Math.floor(position);
    load(whole, vocoder.before);
    load(whole + 1, vocoder.after);
    if (t === 0) vocoder.start();
    vocoder.step(position - whole);
    out.re.data.set(vocoder.re, t * cols);
    out.im.data.set(vocoder.im, t * cols);
  }
  return out;
}
