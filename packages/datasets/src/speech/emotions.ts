/** How a feeling changes the voice: factors on pitch, its movement, rate and energy, and shifts of voice quality. */
export interface EmotionStyle {
  pitch: number;
  range: number;
  rate: number;
  /** dB. */
  energyDb: number;
  /** dB at 3 kHz; negative is brighter. */
  tiltDb: number;
  breath: number;
  jitter: number;
  /** Course of the pitch over the utterance, semitones from start to end. */
  slope: number;
}

/**
 * Feelings as acoustics knows them: Scherer 2003 (Vocal communication of emotion) and Juslin & Laukka 2003 give the directions.
 */
export const emotionStyles = {
  neutral: { pitch: 1, range: 1, rate: 1, energyDb: 0, tiltDb: 0, breath: 0, jitter: 1, slope: -2 },
  happy: { pitch: 1.25, range: 1.9, rate: 1.1, energyDb: 4, tiltDb: -4, breath: 0, jitter: 1, slope: 2 },
  sad: { pitch: 0.9, range: 0.5, rate: 0.75, energyDb: -6, tiltDb: 7, breath: 0.12, jitter: 1.4, slope: -4 },
  angry: { pitch: 1.15, range: 1.5, rate: 1.2, energyDb: 8, tiltDb: -7, breath: 0, jitter: 2.2, slope: -5 },
  fearful: { pitch: 1.45, range: 0.8, rate: 1.25, energyDb: 1, tiltDb: 1, breath: 0.08, jitter: 2.5, slope: 1 },
  bored: { pitch: 0.88, range: 0.35, rate: 0.82, energyDb: -3, tiltDb: 3, breath: 0.03, jitter: 1, slope: -1 },
} as const satisfies Record<string, EmotionStyle>;

/** Name of a way to speak that {@link syntheticEmotions} lists. */
export type SyntheticEmotion = keyof typeof emotionStyles;
/** Ways to speak that `speakDigits` and `syntheticSpeech` know. */
export const syntheticEmotions = Object.keys(emotionStyles) as SyntheticEmotion[];
