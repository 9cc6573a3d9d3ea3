import { requireRange, requireWhole } from "../images/image.js";
import type { DecoderState, Reader } from "./steps.js";
import { END, UNKNOWN } from "./vocabulary.js";

/** Options of {@link beamSearch}. */
export interface BeamOptions {
  /** Captions that are followed at a time (default 5; 1 always takes the likeliest word). */
  width?: number;
  /** Words at most (default 20). */
  maxWords?: number;
  /** Power of the length by which the sum of log probabilities is divided (default 0.7; 0 prefers short captions). */
  lengthPower?: number;
}

/** A caption that beam search followed to its end. */
export interface Beam {
  /** Without the end. */
  codes: number[];
  /** Sum of log probabilities, the end's included, divided by length to the power asked for. */
  score: number;
  /** Share of each region in what was seen at each word. */
  attention: Float32Array[];
}

interface Open {
  codes: number[];
  sum: number;
  attention: Float32Array[];
  states: DecoderState[];
}

/**
 * The likeliest captions by beam search; a word that is too rare to be learned is never said, nor one twice in a row.
 *
 * @param readers decoders of one picture whose probabilities are averaged (their logarithms): one, or an ensemble
 * @returns at most `width` captions, the best first
 * @throws RangeError for a width, length or power out of range
 */
export function beamSearch(
  readers: readonly Reader[],
  { width = 5, maxWords = 20, lengthPower = 0.7 }: BeamOptions = {},
): Beam[] {
  const fn = "beamSearch";
  requireWhole(fn, "width", width, 1, 1000);
  requireWhole(fn, "maxWords", maxWords, 1, 1000);
  requireRange(fn, "lengthPower", lengthPower, 0, 10);
  const score = (sum: number, length: number): number => sum / (length + 1) ** lengthPower;
  let open: Open[] = [{ codes: [], sum: 0, attention: [], states: readers.map((reader) => reader.start()) }];
  const done: Beam[] = [];
  for (let length = 0; length <= maxWords && open.length > 0; length++) {
    const next: { from: Open; word: number; sum: number; states: DecoderState[]; attention: Float32Array }[] = [];
    for (const from of open) {
      const last = from.codes[length - 1];
      const { logs, states, attention } = stepAll(readers, from.states, last ?? END);
      // Behind the last word only the end may come.
      const most = length === maxWords ? [END] : best(logs, width + 2);
      for (const word of most) {
        if (word === UNKNOWN || (word === last && word !== END) || (word === END && length === 0)) continue;
        next.push({ from, word, sum: from.sum + logs[word], states, attention });
      }
    }
    next.sort((a, b) => b.sum - a.sum);
    open = [];
    for (const { from, word, sum, states, attention } of next.slice(0, width)) {
      if (word === END) done.push({ codes: from.codes, score: score(sum, length), attention: from.attention });
      else open.push({ codes: [...from.codes, word], sum, attention: [...from.attention, attention], states });
    }
    const worst = done.length >= width ? done.map((d) => d.score).sort((a, b) => b - a)[width - 1] : -Infinity;
    // No open caption can end better than all that are done: sums only fall.
    open = open.filter(({ sum }) => score(sum, maxWords) > worst);
  }
  return done.sort((a, b) => b.score - a.score).slice(0, width);
}

/** One word further in every decoder. */
function stepAll(readers: readonly Reader[], states: readonly DecoderState[], word: number) {
  const steps = readers.map((reader, i) => reader.step(states[i], word));
  const mean = (pick: (step: (typeof steps)[number]) => Float32Array): Float32Array =>
    pick(steps[0]).map((_, k) => steps.reduce((sum, step) => sum + pick(step)[k], 0) / steps.length);
  return {
    logs: steps.length === 1 ? steps[0].logs : mean(({ logs }) => logs),
    attention: steps.length === 1 ? steps[0].attention : mean(({ attention }) => attention),
    states: steps.map(({ state }) => state),
  };
}

/** Places of the n largest numbers. */
function best(values: Float32Array, n: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (found.length === n && values[i] <= values[found[n - 1]]) continue;
    let at = found.length;
    while (at > 0 && values[found[at - 1]] < values[i]) at--;
    found.splice(at, 0, i);
    if (found.length > n) found.pop();
  }
  return found;
}
