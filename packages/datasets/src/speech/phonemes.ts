/** How one sound is made: where the mouth resonates, and what excites it. */
export interface Phoneme {
  /** First three resonances, Hz, of an average man; a second triple where the sound glides (diphthongs). */
  formants: readonly [number, number, number];
  glide?: readonly [number, number, number];
  /** Typical length, ms. */
  ms: number;
  /** Strength of the voice, 0–1. */
  voice: number;
  /** Strength of hissing noise, 0–1, and where it lies: centre and width, Hz. */
  hiss?: { strength: number; centre: number; width: number };
  /** Strength of breath through the resonances, 0–1. */
  breath?: number;
  /** A closure (silence) and a burst: t, k. */
  stop?: { closureMs: number; burst: number; centre: number; width: number };
  /** Sound through the nose: broad, damped resonances. */
  nasal?: boolean;
  /** Share of the length that follows the speaking rate (vowels stretch, consonants less; default 1). */
  stretch?: number;
}

/**
 * The sounds of the English digits in ARPABET. Resonances of vowels: Peterson & Barney 1952, Hillenbrand et al. 1995 (men); consonants: Klatt 1980, with lengths and levels set by recorded digits.
 */
export const phonemes = {
  IY: { formants: [300, 2280, 2950], ms: 120, voice: 1 },
  IH: { formants: [400, 1980, 2550], ms: 95, voice: 1 },
  EH: { formants: [560, 1800, 2500], ms: 110, voice: 1 },
  AH: { formants: [630, 1220, 2450], ms: 120, voice: 1 },
  AX: { formants: [500, 1450, 2450], ms: 75, voice: 0.85 },
  AO: { formants: [590, 900, 2420], ms: 120, voice: 1 },
  UW: { formants: [340, 1150, 2250], glide: [310, 920, 2220], ms: 150, voice: 1 },
  OW: { formants: [520, 1020, 2350], glide: [370, 850, 2300], ms: 160, voice: 1 },
  AY: { formants: [740, 1260, 2480], glide: [400, 1980, 2560], ms: 185, voice: 1 },
  EY: { formants: [500, 1900, 2520], glide: [330, 2180, 2700], ms: 150, voice: 1 },
  W: { formants: [310, 680, 2200], ms: 65, voice: 0.85, stretch: 0.5 },
  R: { formants: [370, 1120, 1480], ms: 85, voice: 0.8, stretch: 0.5 },
  N: { formants: [270, 1500, 2500], ms: 70, voice: 0.75, nasal: true, stretch: 0.6 },
  V: {
    formants: [260, 1150, 2280],
    ms: 65,
    voice: 0.5,
    hiss: { strength: 0.035, centre: 5200, width: 5000 },
    stretch: 0.5,
  },
  Z: {
    formants: [260, 1420, 2520],
    ms: 70,
    voice: 0.4,
    hiss: { strength: 0.1, centre: 5600, width: 1900 },
    stretch: 0.6,
  },
  S: {
    formants: [330, 1420, 2530],
    ms: 105,
    voice: 0,
    hiss: { strength: 0.3, centre: 5800, width: 1800 },
    stretch: 0.6,
  },
  F: {
    formants: [340, 1100, 2120],
    ms: 70,
    voice: 0,
    hiss: { strength: 0.3, centre: 2200, width: 5500 },
    stretch: 0.6,
  },
  TH: {
    formants: [330, 1300, 2550],
    ms: 65,
    voice: 0,
    hiss: { strength: 0.25, centre: 6200, width: 4000 },
    stretch: 0.6,
  },
  T: {
    formants: [320, 1720, 2620],
    ms: 45,
    voice: 0,
    breath: 0.6,
    stop: { closureMs: 55, burst: 0.8, centre: 4600, width: 2600 },
    stretch: 0.3,
  },
  K: {
    formants: [310, 1950, 2450],
    ms: 50,
    voice: 0,
    breath: 0.35,
    stop: { closureMs: 60, burst: 0.6, centre: 2300, width: 1100 },
    stretch: 0.3,
  },
} as const satisfies Record<string, Phoneme>;

export type PhonemeName = keyof typeof phonemes;

/** How the digits are said. */
export const digitSounds: readonly (readonly PhonemeName[])[] = [
  ["Z", "IH", "R", "OW"],
  ["W", "AH", "N"],
  ["T", "UW"],
  ["TH", "R", "IY"],
  ["F", "AO", "R"],
  ["F", "AY", "V"],
  ["S", "IH", "K", "S"],
  ["S", "EH", "V", "AX", "N"],
  ["EY", "T"],
  ["N", "AY", "N"],
];
