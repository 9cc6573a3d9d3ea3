import { requireFinite } from "../core/check.js";
import { createContours, stepSec, timbreWidth, width } from "./contours.js";
import { checkEgemaps, type EgemapsOptions } from "./egemaps.js";
import { meanAndSpread, percentiles, smooth3, stretches } from "./functionals.js";
import { egemapsFunctionalNames } from "./names.js";
import { type Extremum, extremaOf, slopesOf } from "./peaks.js";

/**
 * The 88 numbers of eGeMAPS v02 for a recording: what emotion research compares voices by.
 *
 * Keeps 100 bytes of each frame, 36 MB of an hour, since percentiles look at all of them.
 *
 * @param samples mono audio, length n; not modified
 * @returns 88 numbers, in the order of {@link egemapsFunctionalNames}; 0 throughout when n is shorter than 60 ms
 * @throws RangeError if the sample rate is out of range, or a sample is NaN or ±∞
 * Source: Eyben et al. 2016; openSMILE 3.0. Correlation with it on real speech: see the README for each functional.
 */
export function egemaps(samples: Float32Array, { sampleRate }: EgemapsOptions): Float32Array {
  requireFinite("egemaps", "samples", samples);
  checkEgemaps("egemaps", sampleRate);
  const hop = Math.round(stepSec * sampleRate);
  const rows = new Float32Array(width * (2 + Math.floor(samples.length / hop)));
  let frames = 0;
  let tails = 0;
  const contours = createContours(sampleRate, {
    frame: (values) => rows.set(values, width * frames++),
    tail: (values) => rows.set(values, width * (frames + tails++)),
  });
  contours.process(samples);
  contours.finish();
  const out = new Float32Array(egemapsFunctionalNames.length);
  if (frames === 0) return out;
  // Descriptors that need no pitch have some more values.
  const column = (c: number): Float64Array =>
    Float64Array.from({ length: c < timbreWidth ? frames + tails : frames }, (_, t) => rows[t * width + c]);
  const pitch = column(timbreWidth);
  const where = (x: Float64Array, voiced: boolean): Float64Array =>
    pitch.map((hz, t) => (hz > 0 === voiced ? x[t] : 0));
  const moments = (x: Float64Array): number[] => meanAndSpread(smooth3(x, false));
  const momentsNonZero = (x: Float64Array): number[] => meanAndSpread(smooth3(x, true).filter((v) => v !== 0));
  const contour = (x: Float64Array, extrema: Extremum[]): number[] => [
    ...meanAndSpread(x),
    ...percentiles(x),
    ...slopesOf(x, extrema, stepSec),
  ];
  // openSMILE's last frame of pitch is lost on the way to its functionals.
  const smoothPitch = smooth3(pitch, true).subarray(0, Math.max(1, frames - 1));
  const smoothLoudness = smooth3(column(0), false);
  // Alpha ratio, Hammarberg index, slopes and flux; cepstral coefficients; what needs a voice.
  const [spectral, mfcc, voice] = [[1, 2, 3, 4, 5], [6, 7, 8, 9], Array.from({ length: 14 }, (_, i) => 11 + i)];
  const voiced = stretches(smoothPitch, (v) => v > 0, stepSec);
  const unvoiced = stretches(smoothPitch, (v) => v === 0, stepSec);
  const lengths = (x: number[]): number[] => {
    const [mean, spread] = meanAndSpread(Float64Array.from(x));
    return [mean, mean * spread];
  };
  const pitches = smoothPitch.filter((v) => v > 0);
  const loudnessExtrema = extremaOf(smoothLoudness);
  out.set([
    ...contour(pitches, extremaOf(pitches)),
    ...contour(smoothLoudness, loudnessExtrema),
    ...[5, ...mfcc].flatMap((c) => moments(column(c))),
    // Formants count where there is a voice only.
    ...voice.flatMap((c) => momentsNonZero(isFormant(c) ? where(column(c), true) : column(c))),
    ...[...spectral, ...mfcc].flatMap((c) => momentsNonZero(where(column(c), true))),
    ...spectral.map((c) => momentsNonZero(where(column(c), false))[0]),
    loudnessExtrema.filter((p) => p.peak).length / (smoothLoudness.length * stepSec),
    voiced.length / (smoothPitch.length * stepSec),
    ...lengths(voiced),
    ...lengths(unvoiced),
    10 * Math.log10(Math.max(contours.meanSquare(), 1e-20)),
  ]);
  return out;
}

/** Columns of the frequencies and bandwidths of formants. */
const isFormant = (c: number): boolean => c >= 16 && (c - 16) % 3 !== 2;
