/** A picture of one channel. */
export interface GrayImage {
  /** Row by row, 0 (black) to 255. */
  pixels: Uint8Array;
  width: number;
  height: number;
}
