import { requireFinite, requireInRange, requireSampleRate } from "../core/check.js";
import type { Interval } from "./trim.js";

/** Options of {@link voiceActivity} and {@link voiceActivityStream}. */
export interface VoiceActivityOptions {
  /** Hz, ≥ 1000. */
  sampleRate: number;
  /** Length of a frame (default 20 ms). */
  frameMs?: number;
  /** How far a frame must rise above the noise floor to count as voice, dB (default 9). */
  thresholdDb?: number;
  /** Frames quieter than this below full scale never count, dB (default −60). */
  minLevelDb?: number;
  /** How long a voice must last before it opens (default 40 ms): clicks do not count. */
  attackMs?: number;
  /** How long the detector stays open after the last voiced frame (default 300 ms). */
  hangoverMs?: number;
  /** How fast the noise floor may rise, dB per second (default 4); it falls at once. */
  floorRiseDb?: number;
}

/** Where voice is, told as it comes. */
export interface VoiceEvent {
  kind: "start" | "end";
  /** Sample, counted from the first one processed (or the last reset). */
  at: number;
}

/** Voice activity chunk by chunk. */
export interface VoiceActivityStream {
  /** Events that this chunk brought, often none. */
  process(chunk: Float32Array): VoiceEvent[];
  /** Ends the signal: closes what is open. A last frame that is not full is not judged. */
  flush(): VoiceEvent[];
  reset(): void;
  /** Voice is being heard, hangover included. */
  readonly active: boolean;
}

/**
 * Finds the stretches of a signal with voice (or any sound well above the noise).
 *
 * A frame counts when its level above 80 Hz exceeds a noise floor that falls with the quietest frame at once and rises slowly;
 * it starts at −45 dB or the first frame's level. A stretch begins with its first loud frame and ends with its hangover.
 * Any loud sound counts: to tell speech from music use a model.
 *
 * @param samples mono audio, length n; not modified
 * @returns intervals in samples, rising
 * @throws RangeError if an option is out of range, or a sample is NaN or ±∞
 * @see voiceActivityStream for chunks
 * Source: energy detector with minimum tracking and hangover (as in ETSI TS 126 094, simplified).
 */
export function voiceActivity(samples: Float32Array, options: VoiceActivityOptions): Interval[] {
  const stream = voiceActivityStream(options);
  const events = [...stream.process(samples), ...stream.flush()];
  const intervals: Interval[] = [];
  for (let i = 0; i + 1 < events.length; i += 2) intervals.push({ start: events[i].at, end: events[i + 1].at });
  return intervals;
}

/** Streaming twin of {@link voiceActivity}: the same stretches under any chunking. */
export function voiceActivityStream(options: VoiceActivityOptions): VoiceActivityStream {
  const { sampleRate, frameMs = 20, thresholdDb = 9, minLevelDb = -60 } = options;
  const { attackMs = 40, hangoverMs = 300, floorRiseDb = 4 } = options;
  requireSampleRate("voiceActivity", sampleRate);
  requireInRange("voiceActivity", "sampleRate", sampleRate, 1000, 1e6);
  requireInRange("voiceActivity", "frameMs", frameMs, 1, 1000);
  requireInRange("voiceActivity", "thresholdDb", thresholdDb, 0, 100);
  requireInRange("voiceActivity", "minLevelDb", minLevelDb, -200, 0);
  requireInRange("voiceActivity", "attackMs", attackMs, 0, 10_000);
  requireInRange("voiceActivity", "hangoverMs", hangoverMs, 0, 60_000);
  requireInRange("voiceActivity", "floorRiseDb", floorRiseDb, 0, 1000);
  const frameLength = Math.round((frameMs * sampleRate) / 1000);
  const attack = Math.max(1, Math.round(attackMs / frameMs));
  const hangover = Math.round(hangoverMs / frameMs);
  const rise = (floorRiseDb * frameMs) / 1000;
  // One-pole high-pass at 80 Hz: hum and offset are no voice.
  const keep = Math.exp((-2 * Math.PI * 80) / sampleRate);

  let before = 0;
  let high = 0;
  let energy = 0;
  let filled = 0;
  let frames = 0;
  let floorDb = firstFloorDb;
  let voiced = 0; // voiced frames in a row
  let quiet = 0; // quiet frames since the last voiced one
  let active = false;

  const judge = (events: VoiceEvent[]): void => {
    const level = 10 * Math.log10(energy / frameLength + 1e-20);
    floorDb = Math.min(level, floorDb + rise);
    frames++;
    const loud = level > minLevelDb && level > Math.max(floorDb, minLevelDb - thresholdDb) + thresholdDb;
    voiced = loud ? voiced + 1 : 0;
    quiet = loud ? 0 : quiet + 1;
    if (!active && voiced >= attack) {
      active = true;
      events.push({ kind: "start", at: (frames - voiced) * frameLength });
    } else if (active && quiet > hangover) {
      active = false;
      events.push({ kind: "end", at: (frames - 1) * frameLength });
    }
    energy = 0;
    filled = 0;
  };
  return {
    get active() {
      return active;
    },
    process(chunk) {
      requireFinite("voiceActivity", "samples", chunk);
      const events: VoiceEvent[] = [];
      for (let i = 0; i < chunk.length; i++) {
        const sample = chunk[i];
        high = keep * (high + sample - before);
        before = sample;
        energy += high * high;
        if (++filled === frameLength) judge(events);
      }
      return events;
    },
    flush() {
      const end: VoiceEvent[] = active ? [{ kind: "end", at: frames * frameLength + filled }] : [];
      active = false;
      return end;
    },
    reset() {
      before = high = energy = 0;
      filled = frames = voiced = quiet = 0;
      floorDb = firstFloorDb;
      active = false;
    },
  };
}

/** Low enough to hear a voice in the first frame, high enough not to take a quiet room for one. */
const firstFloorDb = -45;
