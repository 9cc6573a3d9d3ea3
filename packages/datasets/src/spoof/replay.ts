import { applyImpulseResponse, bandLimit, mixAtSnr, muLaw, roomImpulseResponse, saturate } from "@earshot/dsp";
import type { SpoofContext, SpoofMethod } from "./types.js";

/** Noise of a quiet room, mostly low. */
function roomNoise(length: number, { rng }: SpoofContext): Float32Array {
  let low = 0;
  return new Float32Array(length).map(() => {
    low = 0.95 * low + 0.05 * rng.normal();
    return low;
  });
}

/** Replay over a telephone: band of 300 to 3,400 Hz, µ-law, a little overload. */
export const replayTelephone: SpoofMethod = (samples, { sampleRate, rng }) => {
  const highHz = Math.min(rng.uniform(3000, 3700), 0.45 * sampleRate);
  const lowHz = rng.uniform(200, 350);
  const driveDb = rng.uniform(0, 6);
  const narrow = bandLimit(samples, { sampleRate, lowHz, highHz, zeroPhase: true });
  return { samples: muLaw(saturate(narrow, { driveDb })), parameters: { lowHz, highHz, driveDb } };
};

/** Replay in a room: a loudspeaker without bass, the walls, the noise, a second microphone. */
export const replayRoom: SpoofMethod = (samples, context) => {
  const { sampleRate, rng } = context;
  const rt60Sec = rng.uniform(0.15, 0.6);
  const snrDb = rng.uniform(18, 35);
  const lowHz = rng.uniform(120, 300);
  const highHz = Math.min(rng.uniform(6000, 12000), 0.45 * sampleRate);
  const played = bandLimit(samples, { sampleRate, lowHz, highHz });
  const roomM = [rng.uniform(2.5, 7), rng.uniform(2.5, 6), rng.uniform(2.3, 3.2)] as const;
  const sourceM = roomM.map((size) => size * rng.uniform(0.25, 0.45)) as [number, number, number];
  const microphoneM = roomM.map((size) => size * rng.uniform(0.55, 0.75)) as [number, number, number];
  const response = roomImpulseResponse({ sampleRate, rt60Sec, roomM, sourceM, microphoneM });
  const heard = applyImpulseResponse(played, response).slice(0, samples.length);
  return {
    samples: mixAtSnr(heard, roomNoise(heard.length, context), { snrDb }),
    parameters: { rt60Sec, snrDb, lowHz, highHz },
  };
};
