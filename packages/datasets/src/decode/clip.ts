/** Mono sound: what every loader returns and every feature takes. */
export interface AudioClip {
  /** Samples, full scale ±1 (float files may hold more). */
  samples: Float32Array;
  /** Hz. */
  sampleRate: number;
}

/** Sound with its channels apart. */
export interface MultichannelClip {
  /** One array a channel, all of one length. */
  channels: Float32Array[];
  /** Hz. */
  sampleRate: number;
}

/** What a file says about itself, before its samples are read. */
export interface AudioInfo {
  /** File format: "wav", "flac", "mp3", "ogg" … */
  container: string;
  /** Coding of the samples: "pcm_s16le", "alaw", "vorbis" … (ffmpeg's names). */
  codec: string;
  /** Hz. */
  sampleRate: number;
  channels: number;
  /** Bits a sample, where the coding has such a thing. */
  bitsPerSample?: number;
  /** Samples a channel, where the file says. */
  frames?: number;
  /** Seconds, where the file says. */
  durationSec?: number;
}

/**
 * Mean of the channels.
 *
 * @returns the single channel itself when there is but one, else a new array
 */
export function mixDown(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  const mono = new Float32Array(channels[0]?.length ?? 0);
  const scale = 1 / channels.length;
  for (let t = 0; t < mono.length; t++) {
    let sum = 0;
    for (const channel of channels) sum += channel[t];
    mono[t] = sum * scale;
  }
  return mono;
}
