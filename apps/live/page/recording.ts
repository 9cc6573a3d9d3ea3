import type { AudioClip } from "../src/core/types.js";

/**
 * A file as mono samples at a rate, by the browser's own decoders.
 *
 * @throws Error in words for people if the browser cannot read it
 */
export async function readClip(file: File, sampleRate: number): Promise<AudioClip> {
  try {
    const context = new OfflineAudioContext(1, 1, sampleRate);
    const buffer = await context.decodeAudioData(await file.arrayBuffer());
    const samples = new Float32Array(buffer.length);
    for (let c = 0; c < buffer.numberOfChannels; c++) {
      const channel = buffer.getChannelData(c);
      for (let i = 0; i < samples.length; i++) samples[i] += channel[i] / buffer.numberOfChannels;
    }
    return { samples, sampleRate: buffer.sampleRate };
  } catch {
    if (file.size === 0) throw new Error(`${file.name} is empty: 0 bytes.`);
    throw new Error(`${file.name} is no audio that this browser can read; WAV, MP3, FLAC and OGG usually are.`);
  }
}
