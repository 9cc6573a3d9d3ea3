import { requirePositive } from "../core/check.js";
import type { Sos } from "./sos.js";

/** Options of {@link biquad}. */
export interface BiquadOptions {
  kind: "lowpass" | "highpass" | "bandpass" | "notch" | "allpass" | "peaking" | "lowshelf" | "highshelf";
  /** Centre, edge or shelf midpoint in Hz, inside (0, sampleRate/2). */
  frequency: number;
  /** Hz. */
  sampleRate: number;
  /** Quality, > 0; 1/√2 (default) makes low- and high-pass maximally flat. */
  q?: number;
  /** Gain of peaking and shelf kinds in dB; default 0. */
  gainDb?: number;
}

/**
 * Designs one second-order filter of the usual audio kinds; `bandpass` has 0 dB at its centre.
 *
 * @returns one section for {@link sosFilter}, in SciPy's order b0 b1 b2 a0 a1 a2 with a0 = 1
 * @throws RangeError if the frequency is not inside (0, sampleRate/2), or q ≤ 0
 * Source: Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients". Equals torchaudio 2.11
 * `functional.*_biquad` filters within float32 rounding.
 */
export function biquad({ kind, frequency, sampleRate, q = Math.SQRT1_2, gainDb = 0 }: BiquadOptions): Sos {
  requirePositive("biquad", "sampleRate", sampleRate);
  requirePositive("biquad", "q", q);
  if (!(frequency > 0 && frequency < sampleRate / 2)) {
    throw new RangeError(
      `biquad: frequency must be inside (0, ${sampleRate / 2}) (half the sample rate), got ${frequency}.`,
    );
  }
  const w = (2 * Math.PI * frequency) / sampleRate;
  const [b0, b1, b2, a0, a1, a2] = cookbook(kind, Math.cos(w), Math.sin(w) / (2 * q), 10 ** (gainDb / 40));
  return [[b0 / a0, b1 / a0, b2 / a0, 1, a1 / a0, a2 / a0]];
}

function cookbook(kind: BiquadOptions["kind"], cos: number, alpha: number, amp: number): number[] {
  const around = [1 + alpha, -2 * cos, 1 - alpha];
  switch (kind) {
    case "lowpass":
      return [(1 - cos) / 2, 1 - cos, (1 - cos) / 2, ...around];
    case "highpass":
      return [(1 + cos) / 2, -(1 + cos), (1 + cos) / 2, ...around];
    case "bandpass":
      return [alpha, 0, -alpha, ...around];
    case "notch":
      return [1, -2 * cos, 1, ...around];
    case "allpass":
      return [1 - alpha, -2 * cos, 1 + alpha, ...around];
    case "peaking":
      return [1 + alpha * amp, -2 * cos, 1 - alpha * amp, 1 + alpha / amp, -2 * cos, 1 - alpha / amp];
    case "lowshelf":
      return shelf(amp, cos, alpha, 1);
    case "highshelf":
      return shelf(amp, cos, alpha, -1);
    default:
      throw new RangeError(`biquad: kind must be a known filter such as "lowpass" or "peaking", got "${kind}".`);
  }
}

/** Both shelves in one: a high shelf is a low shelf with the sign of cos turned. */
function shelf(amp: number, cosine: number, alpha: number, side: 1 | -1): number[] {
  const cos = side * cosine;
  const root = 2 * Math.sqrt(amp) * alpha;
  const up = amp + 1;
  const down = amp - 1;
  return [
    amp * (up - down * cos + root),
    side * 2 * amp * (down - up * cos),
    amp * (up - down * cos - root),
    up + down * cos + root,
    side * -2 * (down + up * cos),
    up + down * cos - root,
  ];
}
