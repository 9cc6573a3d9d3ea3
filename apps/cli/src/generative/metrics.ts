import type { SoundJudgement } from "./judgeSounds.js";

/** `metrics.json` of a generative run. */
export interface GenerativeMetrics extends Omit<SoundJudgement, "figures"> {
  recipe: string;
  seconds: number;
  data: { kind: string; title: string; items: number; classes: number; broken: number };
  /** Recordings of each part, and stretches cut from them. */
  split: { by: string; own: number; judge: number; test: number; crops: number };
  /** `nearer` is not in runs of earlier versions. */
  metrics: Omit<SoundJudgement["figures"], "nearer"> &
    Partial<Record<"nearer" | "accuracyWithout" | "accuracyWith", SoundJudgement["figures"]["accuracy"]>>;
  /** What went wrong on the way: collapse, a game that one side won. */
  trouble: string[];
}
