import { requireInteger, requireOneOf } from "../core/check.js";
import { createRng, type Rng } from "../core/random.js";

/** Spectrum of {@link noise}: flat, 1/f, or 1/f² in power. */
export type NoiseColor = "white" | "pink" | "brown";

/** Options of {@link noise}. */
export interface NoiseOptions {
  /** Samples. */
  length: number;
  /** Same seed, same noise; or a source to draw from. */
  seed: number | Rng;
  /** Fall of power over frequency: none, 3 dB an octave, 6 dB an octave (default "white"). */
  color?: NoiseColor;
  /** Expected root mean square (default 0.1); single samples may exceed 1 when this is above about 0.2. */
  rms?: number;
}

/**
 * Gaussian noise, white, pink or brown.
 *
 * Pink noise falls by 10 dB a decade within 0.15 dB from 0.00012 to 0.46 of the sample rate. Brown noise falls by 20 dB a
 * decade above 0.0005 of the sample rate and is level below, so that it does not wander off.
 *
 * @returns `length` samples
 * @throws RangeError if length is not a whole number ≥ 0 or the colour is unknown
 * Source: six poles and zeros fitted by least squares to 1/√f (pink); one pole at 0.0005 of the sample rate (brown).
 */
export function noise({ length, seed, color = "white", rms = 0.1 }: NoiseOptions): Float32Array {
  requireInteger("noise", "length", length, 0);
  requireOneOf("noise", "color", color, ["white", "pink", "brown"]);
  const rng = typeof seed === "number" ? createRng(seed) : seed;
  const out = new Float32Array(length);
  if (color === "white") {
    for (let t = 0; t < length; t++) out[t] = rng.normal(0, rms);
    return out;
  }
  const { poles, zeros, power } = color === "pink" ? pink : brown;
  const amplitude = rms / Math.sqrt(power);
  const state = new Float64Array(poles.length);
  // The slowest pole forgets within some thousand samples: let it settle first.
  for (let t = -settleSamples; t < length; t++) {
    let value = rng.normal(0, amplitude);
    for (let s = 0; s < poles.length; s++) {
      const next = value + poles[s] * state[s];
      value = next - zeros[s] * state[s];
      state[s] = next;
    }
    if (t >= 0) out[t] = value;
  }
  return out;
}

const settleSamples = 8192;

/** `power` is the sum of the squared impulse response. */
const pink = {
  poles: [
    0.999311752069453, 0.9959725831853377, 0.9814163837295982, 0.9173105956468082, 0.6683795389702916,
    0.0278154656135996,
  ],
  zeros: [
    0.9981953064165386, 0.9913058736777273, 0.9605645733816754, 0.8306387344519148, 0.4000873150282078,
    -0.1753719298724712,
  ],
  power: 3.6016204476653586,
};

const brownPole = Math.exp(-2 * Math.PI * 0.0005);
const brown = { poles: [brownPole], zeros: [0], power: 1 / (1 - brownPole ** 2) };
