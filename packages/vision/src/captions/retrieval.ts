import type { Regions } from "./regions.js";
import type { CaptionedRegions } from "./trainCaptioner.js";

/** What {@link captionRetriever} found: the nearest picture's caption. */
export interface Retrieved {
  /** Place of the nearest picture. */
  nearest: number;
  text: string;
  /** Cosine of both pictures' mean features. */
  likeness: number;
}

/**
 * The nearest-neighbour caption: what was said first about the picture whose mean features are most alike (cosine, each feature standardised over
 * the known pictures).
 *
 * @returns a function of a picture's regions
 * @throws RangeError if there are no pictures
 */
export function captionRetriever(known: readonly CaptionedRegions[]): (regions: Regions) => Retrieved {
  if (known.length === 0) throw new RangeError("captionRetriever: there are no pictures to look among.");
  const means = known.map(({ regions }) => meanOf(regions));
  const width = means[0].length;
  const center = Float64Array.from({ length: width }, (_, f) => means.reduce((s, m) => s + m[f], 0) / means.length);
  const spread = center.map((c, f) => Math.sqrt(means.reduce((s, m) => s + (m[f] - c) ** 2, 0) / means.length) || 1);
  const unit = (values: Float64Array): Float64Array => {
    const own = values.map((v, f) => (v - center[f]) / spread[f]);
    const length = Math.sqrt(own.reduce((s, v) => s + v * v, 0)) || 1;
    return own.map((v) => v / length);
  };
  const directions = means.map(unit);
  return (regions) => {
    const own = unit(meanOf(regions));
    const scores = directions.map((d) => d.reduce((s, v, f) => s + v * own[f], 0));
    const nearest = scores.reduce((most, s, i) => (s > scores[most] ? i : most), 0);
    return { nearest, text: known[nearest].captions[0], likeness: scores[nearest] };
  };
}

function meanOf({ data, count, features }: Regions): Float64Array {
  const mean = new Float64Array(features);
  for (const [i, v] of data.entries()) mean[i % features] += v / count;
  return mean;
}
