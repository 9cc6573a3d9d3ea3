import { loudness } from "@earshot/dsp";
import type { AudioClip, AudioInfo } from "../decode/clip.js";

/** What can be said of a recording at a look. */
export interface AudioDescription {
  sampleRate: number;
  samples: number;
  durationSec: number;
  /** From the file's header, where it is given. */
  container?: string;
  codec?: string;
  channels?: number;
  bitsPerSample?: number;
  /** Largest sample, dB below full scale; −∞ for silence. */
  peakDb: number;
  /** Root mean square, dB below full scale (a full-scale sine has −3). */
  rmsDb: number;
  /** Loudness after ITU-R BS.1770, LUFS; −∞ for silence, for what is shorter than 0.4 s, and below 4 kHz, where it is not defined. */
  loudnessLufs: number;
  /** Mean of the samples: not 0 where the microphone or its amplifier is out of order. */
  dcOffset: number;
  /** Samples in runs of at least three at full scale or at the file's own largest value. */
  clippedSamples: number;
  /** Share of 25 ms stretches that are 40 dB or more below the loudest. */
  silenceShare: number;
  /** Silence before and after the sound, s. */
  leadingSilenceSec: number;
  trailingSilenceSec: number;
}

/**
 * Measures a recording: length, level, loudness, clipping, silence.
 *
 * @param info the file's header, from `readAudioInfo`
 * @returns levels in dB of full scale; an empty clip has levels of −∞ and no silence
 */
export function describeAudio({ samples, sampleRate }: AudioClip, info?: AudioInfo): AudioDescription {
  let peak = 0;
  let energy = 0;
  let sum = 0;
  for (const x of samples) {
    peak = Math.max(peak, Math.abs(x));
    energy += x * x;
    sum += x;
  }
  const n = samples.length;
  const { share, leading, trailing } = silence(samples, sampleRate);
  return {
    sampleRate,
    samples: n,
    durationSec: n / sampleRate,
    ...(info && {
      container: info.container,
      codec: info.codec,
      channels: info.channels,
      bitsPerSample: info.bitsPerSample,
    }),
    peakDb: decibel(peak),
    rmsDb: decibel(Math.sqrt(energy / Math.max(1, n))),
    loudnessLufs:
      n >= 0.4 * sampleRate && sampleRate >= 4000
        ? loudness(samples, { sampleRate }).integrated
        : Number.NEGATIVE_INFINITY,
    dcOffset: n === 0 ? 0 : sum / n,
    clippedSamples: countClipped(samples, peak),
    silenceShare: share,
    leadingSilenceSec: leading,
    trailingSilenceSec: trailing,
  };
}

const decibel = (amplitude: number): number => (amplitude > 0 ? 20 * Math.log10(amplitude) : Number.NEGATIVE_INFINITY);

/** Runs of at least three equal samples at the top: a wave seldom rests there by itself. */
function countClipped(samples: Float32Array, peak: number): number {
  const limit = Math.min(peak, 1) * (1 - 2 ** -14);
  if (peak < 0.1) return 0;
  let clipped = 0;
  for (let t = 0; t < samples.length; ) {
    let end = t + 1;
    if (Math.abs(samples[t]) >= limit) {
      while (end < samples.length && Math.abs(samples[end]) >= limit && samples[end] > 0 === samples[t] > 0) end++;
      if (end - t >= 3) clipped += end - t;
    }
    t = end;
  }
  return clipped;
}

function silence(samples: Float32Array, sampleRate: number) {
  const size = Math.max(1, Math.round(0.025 * sampleRate));
  const powers: number[] = [];
  for (let t = 0; t < samples.length; t += size) {
    const part = samples.subarray(t, t + size);
    let power = 0;
    for (const x of part) power += x * x;
    powers.push(power / part.length);
  }
  const loudest = powers.reduce((a, b) => Math.max(a, b), 0);
  const isSilent = powers.map((p) => p <= loudest * 1e-4);
  const first = isSilent.indexOf(false);
  const last = isSilent.lastIndexOf(false);
  const total = samples.length / sampleRate;
  if (first < 0) return { share: powers.length > 0 ? 1 : 0, leading: total, trailing: total };
  return {
    share: isSilent.filter(Boolean).length / powers.length,
    leading: (first * size) / sampleRate,
    trailing: Math.max(0, total - ((last + 1) * size) / sampleRate),
  };
}
