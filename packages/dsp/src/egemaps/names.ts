/** The 25 low-level descriptors, in openSMILE's order. */
export const egemapsDescriptorNames = [
  "Loudness",
  "alphaRatio",
  "hammarbergIndex",
  "slope0-500",
  "slope500-1500",
  "spectralFlux",
  "mfcc1",
  "mfcc2",
  "mfcc3",
  "mfcc4",
  "F0semitoneFrom27.5Hz",
  "jitterLocal",
  "shimmerLocaldB",
  "HNRdBACF",
  "logRelF0-H1-H2",
  "logRelF0-H1-A3",
  "F1frequency",
  "F1bandwidth",
  "F1amplitudeLogRelF0",
  "F2frequency",
  "F2bandwidth",
  "F2amplitudeLogRelF0",
  "F3frequency",
  "F3bandwidth",
  "F3amplitudeLogRelF0",
] as const;

const contour = ["amean", "stddevNorm", "percentile20.0", "percentile50.0", "percentile80.0", "pctlrange0-2"];
const slopes = ["meanRisingSlope", "stddevRisingSlope", "meanFallingSlope", "stddevFallingSlope"];
const moments = (names: readonly string[], suffix: string): string[] =>
  names.flatMap((name) => [`${name}_${suffix}_amean`, `${name}_${suffix}_stddevNorm`]);
const spectral = ["alphaRatio", "hammarbergIndex", "slope0-500", "slope500-1500", "spectralFlux"];
const mfcc = ["mfcc1", "mfcc2", "mfcc3", "mfcc4"];
/** slope0-500 becomes slopeV0-500, the others get the mark behind. */
const marked = (name: string, mark: string): string =>
  name.startsWith("slope") ? name.replace("slope", `slope${mark}`) : `${name}${mark}`;

/** The 88 functionals, with openSMILE's names and in its order. */
export const egemapsFunctionalNames: readonly string[] = [
  ...[...contour, ...slopes].map((name) => `F0semitoneFrom27.5Hz_sma3nz_${name}`),
  ...[...contour, ...slopes].map((name) => `loudness_sma3_${name}`),
  ...moments(["spectralFlux", ...mfcc], "sma3"),
  ...moments(egemapsDescriptorNames.slice(11), "sma3nz"),
  ...moments(
    [...spectral, ...mfcc].map((name) => marked(name, "V")),
    "sma3nz",
  ),
  ...spectral.map((name) => `${marked(name, "UV")}_sma3nz_amean`),
  "loudnessPeaksPerSec",
  "VoicedSegmentsPerSec",
  "MeanVoicedSegmentLengthSec",
  "StddevVoicedSegmentLengthSec",
  "MeanUnvoicedSegmentLength",
  "StddevUnvoicedSegmentLength",
  "equivalentSoundLevel_dBp",
];
