import type { Image } from "../images/image.js";

/** A picture of a video. */
export interface VideoFrame {
  /** From 0. */
  index: number;
  /** When it is shown, from where the file begins. */
  timeSec: number;
  image: Image;
}
