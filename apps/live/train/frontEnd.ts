import type { LogMelConfig } from "@earshot/dsp";

/** The spectrogram that all shipped models look at: a session computes it once for all of them. */
export const frontEnd = {
  kind: "logMel",
  sampleRate: 16_000,
  nFft: 512,
  hopLength: 160,
  nMels: 64,
  fMin: 60,
  fMax: 7600,
  center: false,
  topDb: null,
} as const satisfies LogMelConfig;
