import type { Image, Point, Rectangle } from "../images/image.js";

/** Where the eyes, the tip of the nose and the corners of the mouth are; left and right as seen in the picture. */
export interface FaceLandmarks {
  leftEye: Point;
  rightEye: Point;
  nose: Point;
  leftMouth: Point;
  rightMouth: Point;
}

/** A face in an image, in its pixels; the box may reach out of it. */
export interface Face extends Rectangle {
  /** Higher is surer: in [0, 1] of networks, a sum of weights of cascades. */
  score: number;
  /** Of detectors that find them. */
  landmarks?: FaceLandmarks;
}

/** Finds faces in images. */
export interface FaceDetector {
  readonly kind: "haar" | "yunet" | "ultraface";
  /** @returns faces by falling score; none where there is no face */
  detect(image: Image): Promise<Face[]>;
  /** Frees what the detector holds; it cannot be used after. */
  dispose(): void;
}
