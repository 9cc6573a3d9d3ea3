import type { AudioClip } from "../core/types.js";
import type { Done } from "../protocol/messages.js";
import type { LiveClient } from "./liveClient.js";

/** Options of {@link streamClip}. */
export interface StreamClipOptions {
  /** Seconds of audio a second (default 3): below the server's `maxAudioRate`. */
  rate?: number;
  /** Ends the sending early; the promise rejects with its reason. */
  signal?: AbortSignal;
}

/**
 * Sends a recording through a client that was made for its sample rate, and waits until all of it is worked off.
 *
 * @returns what the server counted
 * @throws Error if the connection ends first
 */
export async function streamClip(
  client: LiveClient,
  { samples, sampleRate }: AudioClip,
  { rate = 3, signal }: StreamClipOptions = {},
): Promise<Done> {
  const size = Math.max(1, Math.round(sampleRate / 10));
  // A recording can wait; what a client holds without a connection is bounded.
  while (client.state === "connecting" || client.state === "waiting") {
    signal?.throwIfAborted();
    await new Promise((done) => setTimeout(done, 5));
  }
  const beganMs = performance.now();
  for (let at = 0; at < samples.length; at += size) {
    signal?.throwIfAborted();
    client.send(samples.subarray(at, at + size));
    const waitMs = beganMs + ((at + size) / sampleRate / rate) * 1000 - performance.now();
    if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
  }
  return client.end();
}
