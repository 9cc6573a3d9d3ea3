import { requirePositive } from "../core/check.js";
import type { Sos } from "./sos.js";
import { bilinearZpk, type Complex, zpkToSos } from "./zpk.js";

/** Corner frequencies of the standard's analogue filter, Hz. */
const corners = [20.598997, 107.65265, 737.86223, 12194.217] as const;

/**
 * A-weighting at given frequencies: how much quieter a tone sounds at moderate levels than one of 1 kHz.
 *
 * @param frequencies Hz, ≥ 0
 * @param options.minDb lowest value returned; null for none (default −80)
 * @returns dB at each frequency, about 0 at 1 kHz
 * Source: IEC 61672-1:2013. Equals librosa 0.11 `A_weighting` within 1e-5 dB.
 */
export function aWeighting(
  frequencies: ArrayLike<number>,
  { minDb = -80 }: { minDb?: number | null } = {},
): Float32Array {
  const c = [12194.217, 20.598997, 107.65265, 737.86223].map((f) => f * f);
  return Float32Array.from(frequencies, (f) => {
    const f2 = f * f;
    const db =
      2 +
      20 *
        (Math.log10(c[0]) +
          2 * Math.log10(f2) -
          Math.log10(f2 + c[0]) -
          Math.log10(f2 + c[1]) -
          0.5 * Math.log10(f2 + c[2]) -
          0.5 * Math.log10(f2 + c[3]));
    return minDb === null ? db : Math.max(minDb, db);
  });
}

/**
 * A-weighting as a filter for audio, 0 dB at 1 kHz.
 *
 * The bilinear transform squeezes the top of the spectrum: at 48 kHz within 0.6 dB of the curve up to 8 kHz, less exact above.
 *
 * @param options.sampleRate Hz, > 0
 * @returns three sections for {@link sosFilter}
 * @throws RangeError if the sample rate is not positive
 * Source: IEC 61672-1:2013.
 */
export function aWeightingFilter({ sampleRate }: { sampleRate: number }): Sos {
  requirePositive("aWeightingFilter", "sampleRate", sampleRate);
  const pole = (hz: number): Complex => [-2 * Math.PI * hz, 0];
  const [f1, f2, f3, f4] = corners;
  const zeros = Array.from({ length: 4 }, (): Complex => [0, 0]);
  const poles = [pole(f1), pole(f1), pole(f2), pole(f3), pole(f4), pole(f4)];
  const digital = bilinearZpk({ zeros, poles, gain: 1 }, sampleRate);
  return zpkToSos({ ...digital, gain: digital.gain / gainAt(digital, 1000, sampleRate) });
}

function gainAt(
  { zeros, poles, gain }: { zeros: Complex[]; poles: Complex[]; gain: number },
  hz: number,
  sampleRate: number,
): number {
  const w = (2 * Math.PI * hz) / sampleRate;
  const distance = (values: Complex[]): number =>
    values.reduce((d, [re, im]) => d * Math.hypot(Math.cos(w) - re, Math.sin(w) - im), 1);
  return (gain * distance(zeros)) / distance(poles);
}
