import type { Rng } from "@earshot/dsp";

/** What a method needs to know beside the speech. */
export interface SpoofContext {
  /** Hz. */
  sampleRate: number;
  /** Draws the method's parameters. */
  rng: Rng;
}

/** Spoofed speech and what was done. */
export interface Spoofed {
  /** About as many samples as came in. */
  samples: Float32Array;
  /** Parameters drawn, for the protocol. */
  parameters: Record<string, number>;
}

/** Turns bona fide speech into spoofed speech; the input is not modified. */
export type SpoofMethod = (samples: Float32Array, context: SpoofContext) => Spoofed;
