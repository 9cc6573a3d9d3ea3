import { Observable, type Subscriber } from "rxjs";
import { requireInRange } from "../core/check.js";
import type { AudioChunk } from "../core/types.js";
import { type AudioSource, noCounts } from "../sources/types.js";
import { microphoneError, trouble } from "./microphoneError.js";
import { pcmProcessor, pcmWorkletSource } from "./pcmWorklet.js";

/** Options of {@link microphoneSource}. */
export interface MicrophoneOptions {
  /** From `navigator.mediaDevices.enumerateDevices()` (default: the system's choice). */
  deviceId?: string;
  /** Hz wanted (default 16,000); where the browser cannot, chunks have the device's own rate. */
  sampleRate?: number;
  /** Length of a chunk, ms, in [5, 1000] (default 20). */
  chunkMs?: number;
  /** Where the worklet is served, for pages whose policy forbids blob: scripts. */
  workletUrl?: string;
}

/**
 * The browser's microphone through an AudioWorklet, as it is: echo cancellation, noise suppression and gain control are off, since they change what
 * models hear.
 *
 * @throws MicrophoneError (as the stream's error) if it may not or cannot be used, or is pulled out
 */
export function microphoneSource(options: MicrophoneOptions = {}): AudioSource {
  const { deviceId, sampleRate = 16_000, chunkMs = 20 } = options;
  requireInRange("microphoneSource", "chunkMs", chunkMs, 5, 1000);
  const counters = noCounts();
  const chunks$ = new Observable<AudioChunk>((subscriber) => {
    const closers: (() => void)[] = [];
    const close = () => {
      for (const closer of closers.splice(0).reverse()) closer();
    };
    open(subscriber).catch((error) => {
      close();
      subscriber.error(microphoneError(error));
    });
    return close;

    async function open(to: Subscriber<AudioChunk>): Promise<void> {
      if (!globalThis.isSecureContext || !navigator.mediaDevices) throw trouble("insecure");
      if (typeof AudioWorkletNode === "undefined") throw trouble("unsupported");
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          ...(deviceId && { deviceId: { exact: deviceId } }),
          channelCount: 1,
          echoCancellation: false,
          noiseSuppression: false,
          autoGainControl: false,
        },
      });
      closers.push(() => {
        for (const track of stream.getTracks()) track.stop();
      });
      if (to.closed) return close();
      const { context, input } = openContext(stream, sampleRate);
      closers.push(() => void context.close());
      const blob = options.workletUrl ? undefined : new Blob([pcmWorkletSource], { type: "text/javascript" });
      const url = blob ? URL.createObjectURL(blob) : String(options.workletUrl);
      await context.audioWorklet.addModule(url);
      if (blob) URL.revokeObjectURL(url);
      if (to.closed) return close();
      const rate = context.sampleRate;
      const blockSize = Math.max(1, Math.round((chunkMs / 1000) * rate));
      const node = new AudioWorkletNode(context, pcmProcessor, { processorOptions: { blockSize } });
      closers.push(() => node.port.postMessage("close"));
      let seen = 0;
      node.port.onmessage = ({ data: samples }: MessageEvent<Float32Array>) => {
        const startSec = seen / rate;
        seen += samples.length;
        counters.chunks++;
        counters.audioSec = seen / rate;
        to.next({ startSec, sampleRate: rate, samples, receivedMs: performance.now() });
      };
      // A silent way to the loudspeaker keeps the graph running evenly in every browser.
      const mute = new GainNode(context, { gain: 0 });
      input.connect(node).connect(mute).connect(context.destination);
      stream.getAudioTracks()[0].addEventListener("ended", () => {
        close();
        to.error(trouble("lost"));
      });
      // Phones suspend the context for a call; it goes on when they let it.
      context.addEventListener("statechange", () => {
        if (context.state !== "closed" && context.state !== "running") void context.resume().catch(() => {});
      });
      await context.resume();
    }
  });
  return { name: "microphone", chunks$, counters };
}

/** Some browsers do not connect a microphone to a context of another rate: then the context takes the microphone's. */
function openContext(
  stream: MediaStream,
  sampleRate: number,
): { context: AudioContext; input: MediaStreamAudioSourceNode } {
  const context = new AudioContext({ sampleRate, latencyHint: "interactive" });
  try {
    return { context, input: context.createMediaStreamSource(stream) };
  } catch {
    void context.close();
    const own = new AudioContext({ latencyHint: "interactive" });
    return { context: own, input: own.createMediaStreamSource(stream) };
  }
}
