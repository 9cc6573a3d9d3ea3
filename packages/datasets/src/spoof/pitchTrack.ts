import { yin } from "@earshot/dsp";

/** Pitch and voicing every 5 ms. */
export interface PitchTrack {
  /** Hz; 0 where there is no voice. */
  f0: Float64Array;
  /** Samples between values. */
  hop: number;
}

const fMin = 60;
const fMax = 420;

/**
 * Pitch of speech: YIN, and a voicing decision by how alike neighbouring periods are and how loud the frame is.
 */
export function trackPitch(samples: Float32Array, sampleRate: number): PitchTrack {
  const hop = Math.max(1, Math.round(0.005 * sampleRate));
  const frameLength = 2 ** Math.ceil(Math.log2((2.2 * sampleRate) / fMin));
  const pitch = yin(samples, {
    sampleRate,
    fMin,
    fMax: Math.min(fMax, 0.45 * sampleRate),
    frameLength,
    hopLength: hop,
  });
  let loudest = 0;
  for (const x of samples) loudest = Math.max(loudest, Math.abs(x));
  const f0 = Float64Array.from(pitch, (hz, i) => (isVoiced(samples, i * hop, sampleRate / hz, loudest) ? hz : 0));
  return { f0: withoutBlips(f0), hop };
}

/** Is the stretch around `centre` like itself one period later, and not too quiet? */
function isVoiced(samples: Float32Array, centre: number, period: number, loudest: number): boolean {
  const lag = Math.round(period);
  const from = Math.max(0, Math.round(centre - 1.5 * period));
  const to = Math.min(samples.length - lag, Math.round(centre + 0.5 * period));
  let same = 0;
  let a = 0;
  let b = 0;
  for (let t = from; t < to; t++) {
    same += samples[t] * samples[t + lag];
    a += samples[t] * samples[t];
    b += samples[t + lag] * samples[t + lag];
  }
  const n = Math.max(1, to - from);
  return a / n > (0.01 * loudest) ** 2 && same > 0.6 * Math.sqrt(a * b);
}

/** Voiced or unvoiced stretches of one or two frames are mistakes. */
function withoutBlips(f0: Float64Array): Float64Array {
  const out = f0.slice();
  for (let i = 1; i + 2 < f0.length; i++) {
    const here = f0[i] > 0;
    if (f0[i - 1] > 0 !== here && f0[i + 1] > 0 !== here) out[i] = here ? 0 : (f0[i - 1] + f0[i + 1]) / 2;
  }
  return out;
}

/** Value of a track at a sample, between its frames; 0 next to an unvoiced frame. */
export function pitchAt({ f0, hop }: PitchTrack, t: number): number {
  const x = t / hop;
  const i = Math.min(f0.length - 1, Math.floor(x));
  const j = Math.min(f0.length - 1, i + 1);
  if (f0[i] === 0) return 0;
  return f0[j] === 0 ? f0[i] : f0[i] + (x - i) * (f0[j] - f0[i]);
}
