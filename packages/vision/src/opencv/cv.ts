/** What we use of OpenCV's WebAssembly build, whose own types cover more and check less. */

/** Something on OpenCV's heap. */
export interface Owned {
  delete(): void;
}

export interface Mat extends Owned {
  readonly rows: number;
  readonly cols: number;
  readonly data: Uint8Array;
  readonly data16S: Int16Array;
  readonly data32S: Int32Array;
  readonly data32F: Float32Array;
  readonly data64F: Float64Array;
  type(): number;
  depth(): number;
  channels(): number;
  isContinuous(): boolean;
  convertTo(out: Mat, type: number, alpha?: number, beta?: number): void;
  copyTo(out: Mat, mask?: Mat): void;
  /** A view, to be deleted too. */
  roi(rect: Rect): Mat;
  setTo(value: readonly number[], mask?: Mat): Mat;
}

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface XY {
  x: number;
  y: number;
}
export interface Size {
  width: number;
  height: number;
}
export interface RotatedRect {
  center: XY;
  size: Size;
  angle: number;
}
export interface CvVector<T> extends Owned {
  size(): number;
  get(i: number): T;
  push_back(value: T): void;
}
export interface CvKeyPoint {
  pt: XY;
  size: number;
  angle: number;
  response: number;
  octave: number;
  class_id: number;
}
export interface CvMatch {
  queryIdx: number;
  trainIdx: number;
  distance: number;
}
export interface CvOrb extends Owned {
  detectAndCompute(image: Mat, mask: Mat, keypoints: CvVector<CvKeyPoint>, descriptors: Mat): void;
}
export interface CvCascade extends Owned {
  load(path: string): boolean;
  empty(): boolean;
  detectMultiScale3(
    image: Mat,
    boxes: CvVector<Rect>,
    levels: CvVector<number>,
    weights: CvVector<number>,
    scaleFactor: number,
    minNeighbors: number,
    flags: number,
    minSize: Size,
    maxSize: Size,
    outputLevels: boolean,
  ): void;
  detectMultiScale2(
    image: Mat,
    boxes: CvVector<Rect>,
    counts: CvVector<number>,
    scaleFactor: number,
    minNeighbors: number,
    flags: number,
    minSize: Size,
    maxSize: Size,
  ): void;
}
type New<Arguments extends unknown[], Instance> = new (...args: Arguments) => Instance;

/** Constants are looked up by name: `cv.INTER_LINEAR`. */
export type Constants = { readonly [name in `${Families}_${string}`]: number };

type Families =
  | ("CV" | "INTER" | "BORDER" | "COLOR" | "MORPH" | "RETR" | "CHAIN" | "THRESH" | "ADAPTIVE")
  | ("ROTATE" | "HOUGH" | "TM" | "NORM" | "ORB");

export interface Functions {
  Mat: New<[] | [number, number, number] | [number, number, number, readonly number[]], Mat>;
  MatVector: New<[], CvVector<Mat>>;
  RectVector: New<[], CvVector<Rect>>;
  IntVector: New<[], CvVector<number>>;
  DoubleVector: New<[], CvVector<number>>;
  KeyPointVector: New<[], CvVector<CvKeyPoint>>;
  DMatchVectorVector: New<[], CvVector<CvVector<CvMatch>>>;
  CLAHE: New<[number, Size], Owned & { apply(image: Mat, out: Mat): void }>;
  ORB: New<[number, number, number, number, number, number, number, number, number], CvOrb>;
  BFMatcher: New<
    [number, boolean],
    Owned & { knnMatch(query: Mat, train: Mat, out: CvVector<CvVector<CvMatch>>, k: number): void }
  >;
  CascadeClassifier: New<[], CvCascade>;
  exceptionFromPtr(pointer: number): { msg: string; code: number };
  FS_createDataFile(folder: string, name: string, data: Uint8Array, read: boolean, write: boolean, own: boolean): void;
  FS_unlink(path: string): void;
  HEAPU8: Uint8Array;

  resize(image: Mat, out: Mat, size: Size, fx: number, fy: number, interpolation: number): void;
  cvtColor(image: Mat, out: Mat, code: number, channels?: number): void;
  copyMakeBorder(
    image: Mat,
    out: Mat,
    top: number,
    bottom: number,
    left: number,
    right: number,
    border: number,
    value: readonly number[],
  ): void;
  flip(image: Mat, out: Mat, code: number): void;
  rotate(image: Mat, out: Mat, code: number): void;
  GaussianBlur(image: Mat, out: Mat, size: Size, sigmaX: number, sigmaY: number, border: number): void;
  medianBlur(image: Mat, out: Mat, size: number): void;
  bilateralFilter(image: Mat, out: Mat, d: number, sigmaColor: number, sigmaSpace: number, border: number): void;
  filter2D(image: Mat, out: Mat, depth: number, kernel: Mat, anchor: XY, delta: number, border: number): void;
  Sobel(
    image: Mat,
    out: Mat,
    depth: number,
    dx: number,
    dy: number,
    size: number,
    scale: number,
    delta: number,
    border: number,
  ): void;
  Laplacian(image: Mat, out: Mat, depth: number, size: number, scale: number, delta: number, border: number): void;
  Canny(image: Mat, out: Mat, low: number, high: number, size: number, l2: boolean): void;
  threshold(image: Mat, out: Mat, threshold: number, max: number, kind: number): number;
  adaptiveThreshold(image: Mat, out: Mat, max: number, how: number, kind: number, size: number, c: number): void;
  calcHist(
    images: CvVector<Mat>,
    channels: readonly number[],
    mask: Mat,
    out: Mat,
    bins: readonly number[],
    ranges: readonly number[],
  ): void;
  equalizeHist(image: Mat, out: Mat): void;
  getStructuringElement(shape: number, size: Size): Mat;
  morphologyEx(
    image: Mat,
    out: Mat,
    operation: number,
    kernel: Mat,
    anchor: XY,
    iterations: number,
    border: number,
    value: readonly number[],
  ): void;
  morphologyDefaultBorderValue(): readonly number[];
  findContours(image: Mat, out: CvVector<Mat>, hierarchy: Mat, mode: number, method: number): void;
  contourArea(contour: Mat, oriented: boolean): number;
  arcLength(contour: Mat, closed: boolean): number;
  approxPolyDP(contour: Mat, out: Mat, epsilon: number, closed: boolean): void;
  convexHull(contour: Mat, out: Mat): void;
  minAreaRect(contour: Mat): RotatedRect;
  connectedComponentsWithStats(
    image: Mat,
    labels: Mat,
    stats: Mat,
    centroids: Mat,
    connectivity: number,
    type: number,
  ): number;
  HoughLines(image: Mat, out: Mat, rho: number, theta: number, threshold: number): void;
  HoughLinesP(
    image: Mat,
    out: Mat,
    rho: number,
    theta: number,
    threshold: number,
    minLength: number,
    maxGap: number,
  ): void;
  HoughCircles(
    image: Mat,
    out: Mat,
    method: number,
    dp: number,
    minDist: number,
    param1: number,
    param2: number,
    minRadius: number,
    maxRadius: number,
  ): void;
  warpAffine(
    image: Mat,
    out: Mat,
    matrix: Mat,
    size: Size,
    flags: number,
    border: number,
    value: readonly number[],
  ): void;
  warpPerspective: Functions["warpAffine"];
  getPerspectiveTransform(from: Mat, to: Mat): Mat;
  findHomography(from: Mat, to: Mat, method: number, threshold: number, mask: Mat): Mat;
  matchTemplate(image: Mat, template: Mat, out: Mat, method: number, mask?: Mat): void;
}

export type Cv = Functions & Constants;
