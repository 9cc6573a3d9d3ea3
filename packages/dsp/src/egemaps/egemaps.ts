import { requireFinite, requireInRange, requireSampleRate } from "../core/check.js";
import { createMatrix, type Matrix } from "../core/types.js";
import {
  localExtrema,
  meanAndSpread,
  percentiles,
  slopesOf,
  smooth3,
  stretches,
  type TurningPoint,
  turningPoints,
} from "./functionals.js";
import { harmonicsOf } from "./harmonics.js";
import { egemapsDescriptorNames, egemapsFunctionalNames } from "./names.js";
import { perturbationOf } from "./periods.js";
import { resonancesOf } from "./resonances.js";
import { frameSpectra, gaussianWindow, hammingWindow } from "./spectra.js";
import { subharmonicPitch } from "./subharmonics.js";
import { timbreOf } from "./timbre.js";

const stepSec = 0.01;

export interface EgemapsOptions {
  /** Hz, 11 025 to 96 000; 16 000 is what the agreement was measured at. */
  sampleRate: number;
}

/** Contours in the order of {@link egemapsDescriptorNames}, not smoothed, and what functionals need beside them. */
interface Contours {
  /** Those that need 20 ms frames alone may have some more values than `frames`. */
  values: Float64Array[];
  /** Frames of 60 ms. */
  frames: number;
  /** Mean square of the unwindowed frames. */
  energy: number;
}

/**
 * Low-level descriptors of the extended Geneva minimalistic acoustic parameter set (eGeMAPS v02), each 10 ms, smoothed over three frames.
 *
 * @param samples mono audio, length n; not modified
 * @returns frames × 25, in the order of {@link egemapsDescriptorNames}; none when n is shorter than 60 ms
 * @throws RangeError if the sample rate is out of range, or a sample is NaN or ±∞
 * Source: Eyben et al. 2016; openSMILE 3.0. Frames agree with it on pitch, spectrum and formants; see the README for each descriptor.
 */
export function egemapsDescriptors(samples: Float32Array, options: EgemapsOptions): Matrix {
  const { values, frames } = contoursOf(samples, options);
  const smoothed = values.map((x, i) => smooth3(x, i >= 10));
  const out = createMatrix(frames, egemapsDescriptorNames.length);
  for (const [c, x] of smoothed.entries()) for (let t = 0; t < frames; t++) out.data[t * out.cols + c] = x[t];
  return out;
}

/**
 * The 88 numbers of eGeMAPS v02 for a recording: what emotion research compares voices by.
 *
 * @param samples mono audio, length n; not modified
 * @returns 88 numbers, in the order of {@link egemapsFunctionalNames}; 0 throughout when n is shorter than 60 ms
 * @throws RangeError if the sample rate is out of range, or a sample is NaN or ±∞
 * Source: Eyben et al. 2016; openSMILE 3.0. Correlation with it on real speech: see the README for each functional.
 */
export function egemaps(samples: Float32Array, options: EgemapsOptions): Float32Array {
  const { values, energy, frames } = contoursOf(samples, options);
  const out = new Float32Array(egemapsFunctionalNames.length);
  if (frames === 0) return out;
  const [loudness, alpha, hammarberg, slope0, slope500, flux, ...rest] = values;
  const mfcc = rest.slice(0, 4);
  const [pitch, ...voice] = rest.slice(4);
  const where = (x: Float64Array, voiced: boolean): Float64Array =>
    pitch.map((hz, t) => (hz > 0 === voiced ? x[t] : 0));
  const moments = (x: Float64Array): number[] => meanAndSpread(smooth3(x, false));
  const momentsNonZero = (x: Float64Array): number[] => meanAndSpread(smooth3(x, true).filter((v) => v !== 0));
  const contour = (x: Float64Array, turns: TurningPoint[]): number[] => [
    ...meanAndSpread(x),
    ...percentiles(x),
    ...slopesOf(x, turns, stepSec),
  ];
  // openSMILE's last frame of pitch is lost on the way to its functionals.
  const smoothPitch = smooth3(pitch, true).subarray(0, Math.max(1, frames - 1));
  const smoothLoudness = smooth3(loudness, false);
  const spectral = [alpha, hammarberg, slope0, slope500, flux];
  const voiced = stretches(smoothPitch, (v) => v > 0, stepSec);
  const unvoiced = stretches(smoothPitch, (v) => v === 0, stepSec);
  const lengths = (x: number[]): number[] => {
    const [mean, spread] = meanAndSpread(Float64Array.from(x));
    return [mean, mean * spread];
  };
  const pitches = smoothPitch.filter((v) => v > 0);
  const loudnessTurns = turningPoints(smoothLoudness);
  out.set([
    ...contour(pitches, localExtrema(pitches)),
    ...contour(smoothLoudness, loudnessTurns),
    ...[flux, ...mfcc].flatMap(moments),
    // Formants count where there is a voice only.
    ...voice.map((x, i) => (isFormant(i) ? where(x, true) : x)).flatMap(momentsNonZero),
    ...[...spectral, ...mfcc].flatMap((x) => momentsNonZero(where(x, true))),
    ...spectral.map((x) => momentsNonZero(where(x, false))[0]),
    loudnessTurns.filter((p) => p.peak).length / (loudness.length * stepSec),
    voiced.length / (smoothPitch.length * stepSec),
    ...lengths(voiced),
    ...lengths(unvoiced),
    10 * Math.log10(Math.max(energy, 1e-20)),
  ]);
  return out;
}

/** Frequency and bandwidth of the formants, counted from jitter on. */
const isFormant = (i: number): boolean => i >= 5 && (i - 5) % 3 !== 2;

function contoursOf(samples: Float32Array, { sampleRate }: EgemapsOptions): Contours {
  requireFinite("egemaps", "samples", samples);
  requireSampleRate("egemaps", sampleRate);
  requireInRange("egemaps", "sampleRate", sampleRate, 11_025, 96_000);
  const hopLength = Math.round(stepSec * sampleRate);
  const shortLength = Math.round(0.02 * sampleRate);
  const long = frameSpectra(samples, {
    sampleRate,
    frameLength: Math.round(0.06 * sampleRate),
    hopLength,
    window: gaussianWindow,
  });
  const short = frameSpectra(samples, {
    sampleRate,
    frameLength: shortLength,
    hopLength,
    window: hammingWindow,
    keepComplex: true,
  });
  const { frames } = long;
  const timbre = timbreOf(short);
  const f0 = subharmonicPitch(long);
  const formants = resonancesOf(short, sampleRate, shortLength);
  const harmonics = harmonicsOf(long, f0, formants, sampleRate);
  const { jitter, shimmer } = perturbationOf(samples, f0, sampleRate, hopLength);
  const semitones = f0.map((hz) => (hz > 0 ? 12 * Math.log2(hz / 27.5) : 0));
  const { frequency, bandwidth } = formants;
  const values = [
    timbre.loudness,
    timbre.alphaRatio,
    timbre.hammarbergIndex,
    timbre.slope0,
    timbre.slope500,
    timbre.flux,
    ...timbre.mfcc,
    semitones,
    jitter,
    shimmer,
    harmonics.hnr,
    harmonics.h1h2,
    harmonics.h1a3,
    ...[0, 1, 2].flatMap((i) => [frequency[i], bandwidth[i], harmonics.formantAmplitude[i]]),
  ];
  return { values, frames, energy: meanSquareOfFrames(samples, shortLength, hopLength, short.frames) };
}

function meanSquareOfFrames(samples: Float32Array, frameLength: number, hop: number, frames: number): number {
  let sum = 0;
  for (let t = 0; t < frames; t++) {
    for (let i = 0; i < frameLength; i++) sum += samples[t * hop + i] ** 2;
  }
  return frames === 0 ? 0 : sum / (frames * frameLength);
}
