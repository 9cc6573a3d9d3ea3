import { requireInRange } from "./check.js";

/** Options of {@link createVoiceActivity}. */
export interface VoiceActivityOptions {
  /** How far above the noise floor the level must rise for the gate to open, dB, in [0, 60] (default 9). */
  marginDb?: number;
  /** Level that never opens the gate however quiet the room is, dB of full scale, in [-120, 0] (default -60). */
  minDb?: number;
  /** How long the gate stays open after the last loud moment, s, ≥ 0 (default 0.5). */
  hangSec?: number;
}

/** Says of each piece of audio whether somebody may be speaking. */
export interface VoiceActivity {
  /** Takes the next samples; true while the gate is open. */
  process(samples: Float32Array, sampleRate: number): boolean;
  /** Root mean square of the last piece, dB of full scale; −120 for silence. */
  readonly levelDb: number;
  /** Estimated noise floor, dB of full scale. */
  readonly floorDb: number;
}

/** The floor follows a falling level at once and a rising one slowly, so that speech does not lift it. */
const floorRiseDbPerSec = 2;

/**
 * Energy gate with a noise floor that adapts: open when the level is `marginDb` above the floor and above `minDb`, and for `hangSec`
 * after. Until it has heard anything quieter, the floor is taken to be `minDb`.
 *
 * @throws RangeError if an option is outside its range
 */
export function createVoiceActivity(options: VoiceActivityOptions = {}): VoiceActivity {
  const { marginDb = 9, minDb = -60, hangSec = 0.5 } = options;
  requireInRange("voiceActivity", "marginDb", marginDb, 0, 60);
  requireInRange("voiceActivity", "minDb", minDb, -120, 0);
  requireInRange("voiceActivity", "hangSec", hangSec, 0, 60);
  let floorDb = minDb - marginDb;
  let levelDb = -120;
  let openForSec = 0;
  return {
    process(samples, sampleRate) {
      if (samples.length === 0) return openForSec > 0;
      const seconds = samples.length / sampleRate;
      levelDb = rmsDb(samples);
      const loud = levelDb >= Math.max(minDb, floorDb + marginDb);
      floorDb = Math.min(Math.max(levelDb, minDb - marginDb), floorDb + floorRiseDbPerSec * seconds);
      if (loud) {
        openForSec = hangSec;
        return true;
      }
      const open = openForSec > 0;
      openForSec = Math.max(0, openForSec - seconds);
      return open;
    },
    get levelDb() {
      return levelDb;
    },
    get floorDb() {
      return floorDb;
    },
  };
}

/** Root mean square in dB of full scale (a full-scale square wave is 0), never below −120. */
export function rmsDb(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return Math.max(-120, 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12));
}
