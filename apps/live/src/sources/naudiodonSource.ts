import { Observable } from "rxjs";
import { requireInRange } from "../core/check.js";
import { decodePcm16 } from "../core/pcm.js";
import type { AudioChunk } from "../core/types.js";
import { listMicrophones, loadNaudiodon, type NaudiodonModule, type NaudiodonStream } from "./naudiodonModule.js";
import { type AudioSource, noCounts } from "./types.js";

/** Options of {@link naudiodonSource}. */
export interface NaudiodonOptions {
  /** From {@link listMicrophones} (default: the system's default microphone). */
  deviceId?: number;
  /** Hz (default 16,000). */
  sampleRate?: number;
  /** Interleaved channels asked for, averaged (default 1). */
  channels?: number;
  /** Length of a chunk, ms, in [5, 1000] (default 20). */
  chunkMs?: number;
  /** Silence of the driver, not of the room, after which the device counts as dead, ms (default 1000). */
  watchdogMs?: number;
  /** Times that a dead or overflowing device is opened again before the source gives up (default 5); a minute of sound forgives all. */
  maxRestarts?: number;
  /** Told of each restart and its reason. */
  onRestart?: (reason: string) => void;
  /** How naudiodon is loaded (default: by its name). */
  load?: () => Promise<NaudiodonModule>;
}

/**
 * This machine's microphone through naudiodon (PortAudio). A device that dies says nothing, so a watchdog looks for data; overflow and death are met by
 * opening the device again. Time goes on by the samples heard: what was lost in between is not made up.
 *
 * @throws Error (as the stream's error) if naudiodon is not installed, the device is not there, or it stays dead; RangeError if an option is out of range
 */
export function naudiodonSource(options: NaudiodonOptions = {}): AudioSource {
  const { deviceId, sampleRate = 16_000, channels = 1, chunkMs = 20, watchdogMs = 1000, maxRestarts = 5 } = options;
  requireInRange("naudiodonSource", "chunkMs", chunkMs, 5, 1000);
  requireInRange("naudiodonSource", "watchdogMs", watchdogMs, 50, 60_000);
  requireInRange("naudiodonSource", "maxRestarts", maxRestarts, 0, 1000);
  const { load = loadNaudiodon, onRestart = () => {} } = options;
  const framesPerBuffer = Math.max(1, Math.round((chunkMs / 1000) * sampleRate));
  const counters = noCounts();

  const chunks$ = new Observable<AudioChunk>((subscriber) => {
    let stream: NaudiodonStream | undefined;
    let lastDataMs = performance.now();
    let soundSinceRestart = 0;
    let restarts = 0;
    let seen = 0;
    let over = false;

    const onData = (bytes: Buffer) => {
      const whole = bytes.length - (bytes.length % (2 * channels));
      if (over || whole === 0) return;
      const samples = decodePcm16(bytes.subarray(0, whole), channels);
      const startSec = seen / sampleRate;
      seen += samples.length;
      lastDataMs = performance.now();
      soundSinceRestart += samples.length / sampleRate;
      if (soundSinceRestart > 60) restarts = 0;
      counters.chunks++;
      counters.audioSec = seen / sampleRate;
      subscriber.next({ startSec, sampleRate, samples, receivedMs: lastDataMs });
    };
    const open = (module: NaudiodonModule) => {
      const fresh = module.AudioIO({
        inOptions: {
          channelCount: channels,
          sampleFormat: module.SampleFormat16Bit,
          sampleRate,
          deviceId: deviceId ?? -1,
          // PortAudio's overflow is met here, by a restart that is counted.
          closeOnError: false,
          framesPerBuffer,
          highwaterMark: framesPerBuffer * 2 * channels,
          // Its callback waits when this is full, and a real card then overruns.
          maxQueue: 100,
        },
      });
      fresh.on("data", (bytes) => {
        if (fresh === stream) onData(bytes);
      });
      fresh.on("error", (error) => {
        if (fresh === stream) restart(module, error.message);
      });
      stream = fresh;
      lastDataMs = performance.now();
      fresh.start();
    };
    const restart = (module: NaudiodonModule, reason: string) => {
      if (over) return;
      stream?.quit();
      stream = undefined;
      if (++restarts > maxRestarts) {
        stop();
        subscriber.error(new Error(`naudiodonSource: the microphone was lost (${reason}) and did not come back.`));
        return;
      }
      counters.restarts++;
      soundSinceRestart = 0;
      onRestart(reason);
      try {
        open(module);
      } catch (error) {
        // Not back yet: the watchdog tries again.
        lastDataMs = performance.now();
        onRestart(error instanceof Error ? error.message : String(error));
      }
    };
    let watchdog: ReturnType<typeof setInterval> | undefined;
    const stop = () => {
      over = true;
      clearInterval(watchdog);
      stream?.quit();
      stream = undefined;
    };

    (async () => {
      const module = await load();
      if (over) return;
      // PortAudio takes an unknown number for the default device without a word.
      if (deviceId !== undefined && !(await listMicrophones(async () => module)).some(({ id }) => id === deviceId)) {
        throw new RangeError(
          `naudiodonSource: there is no microphone ${deviceId}; listMicrophones tells those there are.`,
        );
      }
      if (over) return;
      open(module);
      watchdog = setInterval(() => {
        const silentMs = performance.now() - lastDataMs;
        if (silentMs > watchdogMs) restart(module, `no data for ${Math.round(silentMs)} ms`);
      }, watchdogMs / 4);
    })().catch((error) => {
      stop();
      subscriber.error(error);
    });
    return stop;
  });
  return { name: "microphone", chunks$, counters };
}
