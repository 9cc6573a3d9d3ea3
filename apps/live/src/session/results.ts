import type { LiveEvent } from "../core/eventDetection.js";
import type { Prediction } from "../core/types.js";

/** What one model said of one window, smoothed, and what that began or ended. */
export interface SessionPrediction extends Omit<Prediction, "receivedMs"> {
  model: string;
  /** From the arrival of the window's last sample to this answer, ms. */
  lagMs: number;
  events: LiveEvent[];
  /** Windows of this model dropped so far because it could not keep up. */
  dropped: number;
}

/** Counted from the start of the session. */
export interface SessionCounters {
  /** Audio heard, s. */
  audioSec: number;
  predictions: number;
  /** Windows dropped because a model could not keep up. */
  dropped: number;
  /** Windows left out because nobody could be heard. */
  gated: number;
}
