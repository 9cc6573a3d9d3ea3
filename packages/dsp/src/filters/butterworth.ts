import { requireInteger, requirePositive } from "../core/check.js";
import type { Sos } from "./sos.js";
import { bilinearZpk, type Complex, complexSqrt, div, mul, scale, sub, type Zpk, zpkToSos } from "./zpk.js";

/** Options of {@link butterworth}. */
export interface ButterworthOptions {
  /** Order of the low-pass prototype, 1..30; band filters have twice as many poles. */
  order: number;
  /** Hz at −3 dB: one edge for low- and high-pass, `[low, high]` for the band kinds; inside (0, sampleRate/2). */
  cutoff: number | readonly [number, number];
  /** Hz. */
  sampleRate: number;
  /** Default "lowpass". */
  kind?: "lowpass" | "highpass" | "bandpass" | "bandstop";
}

/**
 * Designs a Butterworth filter as second-order sections: flat pass band, −3 dB at the edges.
 *
 * @returns sections for {@link sosFilter}, the one with the highest resonance last
 * @throws RangeError if an edge is not inside (0, sampleRate/2), two edges do not rise, or the order is not 1..30
 * Source: Butterworth 1930; bilinear transform with pre-warped edges. Equals SciPy 1.17 `signal.butter(output="sos")`
 * within 1e-9 of the largest coefficient (orders to 8).
 */
export function butterworth({ order, cutoff, sampleRate, kind = "lowpass" }: ButterworthOptions): Sos {
  requireInteger("butterworth", "order", order, 1, 30);
  requirePositive("butterworth", "sampleRate", sampleRate);
  const edges = typeof cutoff === "number" ? [cutoff] : [...cutoff];
  const wanted = kind === "lowpass" || kind === "highpass" ? 1 : 2;
  if (edges.length !== wanted) {
    throw new RangeError(
      `butterworth: ${kind} needs ${wanted} cutoff ${wanted === 1 ? "edge" : "edges"}, got ${edges.length}.`,
    );
  }
  for (const edge of edges) {
    if (!(edge > 0 && edge < sampleRate / 2)) {
      throw new RangeError(
        `butterworth: cutoff must be inside (0, ${sampleRate / 2}) (half the sample rate), got ${edge}.`,
      );
    }
  }
  if (edges.length === 2 && !(edges[0] < edges[1])) {
    throw new RangeError(`butterworth: cutoff edges must rise, got ${edges[0]} and ${edges[1]}.`);
  }
  const warped = edges.map((edge) => 4 * Math.tan((Math.PI * edge) / sampleRate));
  return zpkToSos(bilinearZpk(analogue(kind, prototypePoles(order), warped), 2));
}

function prototypePoles(order: number): Complex[] {
  return Array.from({ length: order }, (_, i): Complex => {
    const angle = (Math.PI * (2 * i - order + 1)) / (2 * order);
    return 2 * i - order + 1 === 0 ? [-1, 0] : [-Math.cos(angle), -Math.sin(angle)];
  });
}

function analogue(kind: string, poles: Complex[], edges: number[]): Zpk {
  const n = poles.length;
  const [low, high] = edges;
  if (kind === "lowpass") return { zeros: [], poles: poles.map((p) => scale(p, low)), gain: low ** n };
  if (kind === "highpass") {
    return { zeros: poles.map(() => [0, 0]), poles: poles.map((p) => div([low, 0], p)), gain: 1 };
  }
  const width = high - low;
  const centre = Math.sqrt(low * high);
  if (kind === "bandpass") {
    const shifted = split(
      poles.map((p) => scale(p, width / 2)),
      centre,
    );
    return { zeros: poles.map(() => [0, 0]), poles: shifted, gain: width ** n };
  }
  const shifted = split(
    poles.map((p) => div([width / 2, 0], p)),
    centre,
  );
  return {
    zeros: poles.flatMap((): Complex[] => [
      [0, centre],
      [0, -centre],
    ]),
    poles: shifted,
    gain: 1,
  };
}

/** p ± √(p² − centre²): each low-pass pole becomes two around the band's centre. */
function split(poles: Complex[], centre: number): Complex[] {
  return poles.flatMap((p): Complex[] => {
    const root = complexSqrt(sub(mul(p, p), [centre * centre, 0]));
    return [
      [p[0] + root[0], p[1] + root[1]],
      [p[0] - root[0], p[1] - root[1]],
    ];
  });
}
