import type { SpoofMethod } from "./types.js";

/**
 * Concatenation: the speech is cut at its quietest places into pieces of about 0.2 s (less where it lasts less than a second), some of which change places or come twice, with short cross-fades.
 */
export const splice: SpoofMethod = (samples, { sampleRate, rng }) => {
  const pieces = cutAtQuiet(samples, sampleRate);
  const order = pieces.map((_, i) => i);
  let moves = 0;
  for (let i = 0; i + 1 < order.length; i++) {
    const draw = rng.next();
    if (draw < 0.35) {
      [order[i], order[i + 1]] = [order[i + 1], order[i]];
      moves++;
    } else if (draw < 0.5) {
      order[i] = order[rng.integer(0, order.length - 1)];
      moves++;
    }
  }
  // What was not moved after all would be bona fide speech that is called spoofed.
  if (order.every((piece, i) => piece === i) && order.length > 1) {
    order.reverse();
    moves = order.length;
  }
  const fade = Math.round(0.004 * sampleRate);
  const out = new Float32Array(samples.length);
  let at = 0;
  for (const i of order) {
    const piece = samples.subarray(pieces[i][0], pieces[i][1]);
    const overlap = Math.min(fade, at, piece.length);
    for (let t = 0; t < piece.length && at - overlap + t < out.length; t++) {
      const weight = t < overlap ? t / overlap : 1;
      const target = at - overlap + t;
      out[target] = out[target] * (t < overlap ? 1 - weight : 0) + weight * piece[t];
    }
    at = Math.min(out.length, at + piece.length - overlap);
  }
  return { samples: out.slice(0, at), parameters: { pieces: pieces.length, moves } };
};

/** Pieces of 0.1–0.35 s, of a third of the sound at most, that end where it is quietest. */
function cutAtQuiet(samples: Float32Array, sampleRate: number): [start: number, end: number][] {
  const pieces: [number, number][] = [];
  const longest = Math.max(1, Math.round(Math.min(0.35 * sampleRate, samples.length / 3)));
  const shortest = Math.max(1, Math.round(longest / 3.5));
  const step = Math.max(1, Math.round(0.005 * sampleRate));
  let start = 0;
  while (samples.length - start > longest) {
    let best = start + longest;
    let quietest = Number.POSITIVE_INFINITY;
    for (let t = start + shortest; t <= start + longest; t += step) {
      let power = 0;
      for (let i = Math.max(0, t - step); i < Math.min(samples.length, t + step); i++) power += samples[i] ** 2;
      if (power < quietest) {
        quietest = power;
        best = t;
      }
    }
    pieces.push([start, best]);
    start = best;
  }
  pieces.push([start, samples.length]);
  return pieces;
}
