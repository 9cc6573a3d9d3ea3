import {
  delta,
  type FeatureConfig,
  featureExtractor,
  featureNames,
  fixLength,
  type Matrix,
  type PoolStatistic,
  poolFeatures,
  type TrimConfig,
  trim,
} from "@earshot/dsp";
import { egemaps, egemapsDescriptorNames, egemapsDescriptors, egemapsFunctionalNames } from "@earshot/dsp/egemaps";
import { z } from "zod";
import { modulation, modulationBands, modulationNames } from "./modulation.js";

const whole = (low: number, high: number) => z.int().min(low).max(high);

/**
 * What is measured of a voice as a whole, and the frames it is made of, in one row: the 88 numbers of eGeMAPS; nine statistics of its 25
 * contours, of a log-mel spectrum and of cepstra, and of how each of them moves; where `parts` asks for them, three statistics of each
 * contour in each part of the recording; how fast the loudness of ten bands moves, where `modulation` asks for it; then log-mel frames, where
 * `frames` does.
 */
export const voiceSchema = z
  .strictObject({
    kind: z.literal("voice"),
    /** Hz, at least 16000. */
    sampleRate: whole(16000, 96000),
    /** Silence removed at both ends; null keeps it. */
    trimDb: z.number().min(1).max(120).nullable().default(40),
    nMels: whole(1, 256).default(40),
    nMfcc: whole(1, 256).default(20),
    /** Equal parts in time whose contours are summarised apart, by mean, deviation and maximum; 1 for none. */
    parts: whole(1, 16).default(1),
    /** Whether the power of seven rates of change, 0.4 to 40 Hz, is measured of ten bands; wants `nMels` of 10 or more. */
    modulation: z.boolean().default(false),
    /** A row of `count` × `nMels` numbers more, for networks: log-mel frames `hopSec` apart from the start on, the rest silent. */
    frames: z
      .strictObject({ count: whole(1, 10000), hopSec: z.number().min(0.001).max(1), nMels: whole(1, 256) })
      .nullable()
      .default(null),
  })
  .refine(({ modulation, nMels }) => !modulation || nMels >= modulationBands, {
    message: `modulation wants nMels of ${modulationBands} or more`,
    path: ["modulation"],
  });

export type VoiceConfig = z.infer<typeof voiceSchema>;

/** Everything that the command line makes of recordings. */
export const isVoice = (config: { kind: string }): boolean => config.kind === "voice";

const ofParts: readonly PoolStatistic[] = ["mean", "std", "max"];

const statistics: readonly PoolStatistic[] = ["mean", "std", "min", "max", "q25", "median", "q75", "skew", "kurtosis"];

/** Shorter clips are padded to this: no contour has a frame below it. */
const shortestSec = 0.2;

function configsOf({ sampleRate, nMels, nMfcc, frames }: VoiceConfig) {
  const spectrum = {
    sampleRate,
    topDb: 80,
    fMax: 8000,
    nFft: 2 ** Math.ceil(Math.log2(0.03 * sampleRate)),
    winLength: Math.round(0.025 * sampleRate),
    hopLength: Math.round(0.01 * sampleRate),
  };
  const contours: FeatureConfig[] = [
    { kind: "logMel", ...spectrum, nMels },
    { kind: "mfcc", ...spectrum, nMels: Math.max(nMels, nMfcc), nMfcc },
  ];
  const picture: FeatureConfig | undefined = frames
    ? {
        kind: "logMel",
        ...spectrum,
        hopLength: Math.round(frames.hopSec * sampleRate),
        nMels: frames.nMels,
        durationSec: (frames.count - 1) * frames.hopSec,
      }
    : undefined;
  return { contours, picture };
}

/** Turns samples at the config's rate into the one row. @throws RangeError if samples are empty or not finite */
export function voiceExtractor(config: VoiceConfig): (samples: Float32Array) => Matrix {
  const { contours, picture } = configsOf(config);
  const [mels, cepstra] = contours.map(featureExtractor);
  const frames = picture && featureExtractor(picture);
  const { sampleRate, trimDb, parts: segments } = config;
  const window: TrimConfig = { frameLength: Math.round(0.05 * sampleRate), hopLength: Math.round(0.01 * sampleRate) };
  return (samples) => {
    const kept = trimDb === null ? samples : trim(samples, { ...window, topDb: trimDb }).samples;
    const least = Math.round(shortestSec * sampleRate);
    const voice = kept.length < least ? fixLength(kept, { length: least }) : kept;
    const spectrum = mels(voice);
    const all = beside([egemapsDescriptors(voice, { sampleRate }), spectrum, cepstra(voice)]);
    const parts = [
      egemaps(voice, { sampleRate }),
      poolFeatures(all, { statistics }).data,
      poolFeatures(delta(all), { statistics }).data,
      ...(segments > 1 ? [poolFeatures(all, { statistics: ofParts, segments }).data] : []),
      ...(config.modulation ? [modulation(spectrum)] : []),
      ...(frames ? [frames(voice).data.subarray(0, (config.frames?.count ?? 0) * (config.frames?.nMels ?? 0))] : []),
    ];
    const data = Float32Array.from(parts.flatMap((part) => Array.from(part)));
    return { data, rows: 1, cols: data.length };
  };
}

/** Names of the numbers of {@link voiceExtractor}. */
export function voiceNames(config: VoiceConfig): string[] {
  const { contours, picture } = configsOf(config);
  const own = [...egemapsDescriptorNames.map((name) => `egemaps.${name}`), ...contours.flatMap(featureNames)];
  const pooled = (names: readonly string[]): string[] => statistics.flatMap((s) => names.map((name) => `${name}.${s}`));
  const bands = picture ? featureNames(picture) : [];
  return [
    ...egemapsFunctionalNames,
    ...pooled(own),
    ...pooled(own.map((name) => `${name}.delta`)),
    ...partsOf(config.parts, own),
    ...(config.modulation ? modulationNames() : []),
    ...Array.from({ length: config.frames?.count ?? 0 }, (_, t) => bands.map((name) => `${name}.frame${t}`)).flat(),
  ];
}

const partsOf = (parts: number, names: readonly string[]): string[] =>
  parts === 1
    ? []
    : Array.from({ length: parts }, (_, p) => p + 1).flatMap((p) =>
        ofParts.flatMap((statistic) => names.map((name) => `${name}.${statistic}.part${p}of${parts}`)),
      );

/** Frames of several matrices side by side, as many as the shortest has. */
function beside(parts: readonly Matrix[]): Matrix {
  const rows = Math.min(...parts.map((part) => part.rows));
  const cols = parts.reduce((sum, part) => sum + part.cols, 0);
  const data = new Float32Array(rows * cols);
  let at = 0;
  for (const part of parts) {
    for (let t = 0; t < rows; t++) data.set(part.data.subarray(t * part.cols, (t + 1) * part.cols), t * cols + at);
    at += part.cols;
  }
  return { data, rows, cols };
}
