import {
  calibrationPlot,
  confusionMatrixPlot,
  correlationHeatmap,
  detPlot,
  embeddingScatter,
  featureImportance,
  heatmapPlot,
  imageGrid,
  intervalPlot,
  learningCurve,
  linePlot,
  parallelCoordinates,
  perClassBars,
  precisionRecallPlot,
  rocPlot,
  type Spec,
  scoreHistogram,
  spectrogramPlot,
  surfacePaths,
  targetDistribution,
  waveformPlot,
} from "../src/index.js";

/** One figure of each kind and of each way to draw it, from made numbers, for tests that hold for every figure. */

export const emotions = ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"];

/** A normal deviate that depends on i alone. */
export const deviate = (i: number): number => {
  const u = (Math.imul(i + 1, 2654435761) >>> 0) / 2 ** 32;
  const v = (Math.imul(i + 7, 2246822519) >>> 0) / 2 ** 32;
  return Math.sqrt(-2 * Math.log(u + 1e-12)) * Math.cos(2 * Math.PI * v);
};

export const matrix = (labels: readonly (string | number)[], n = 50) => {
  const k = labels.length;
  const data = Array.from({ length: k * k }, (_, i) =>
    i % (k + 1) === 0 ? n - (i % 7) : (i * 7919) % 11 < 3 ? (i * 31) % 9 : 0,
  );
  return { labels, data, rows: k, cols: k };
};

const fall = (rate: number, rise: number) =>
  Array.from({ length: 40 }, (_, i) => 2 / (1 + i / rate) + i * rise + 0.01 * deviate(i));

/** Error rates of two normal classes `distance` apart, at rising thresholds. */
const normalCurve = (distance: number, n: number) => {
  const targets = Float64Array.from({ length: n }, (_, i) => deviate(i) + distance).sort();
  const others = Float64Array.from({ length: n }, (_, i) => deviate(i + 5 * n)).sort();
  const all = Float64Array.from([...targets, ...others]).sort();
  let [t, o] = [0, 0];
  const fpr: number[] = [];
  const fnr: number[] = [];
  for (const score of all) {
    while (targets[t] < score) t++;
    while (others[o] < score) o++;
    fnr.push(t / n);
    fpr.push(1 - o / n);
  }
  return { fpr: [...fpr, 0], fnr: [...fnr, 1], targets, others };
};

const near = normalCurve(2, 3000);
const far = normalCurve(3.5, 3000);
const rising = (curve: typeof near) => ({
  fpr: [...curve.fpr].reverse(),
  tpr: [...curve.fnr].reverse().map((f) => 1 - f),
});
const precision = (curve: typeof near) => ({
  recall: curve.fnr.map((f) => 1 - f),
  precision: curve.fnr.map((f, i) => (1 - f + curve.fpr[i] > 0 ? (1 - f) / (1 - f + curve.fpr[i]) : 1)),
});

export const chirp = Float32Array.from(
  { length: 16000 },
  (_, i) =>
    0.8 * Math.sin(2 * Math.PI * (200 + (i / 16000) * 1500) * (i / 16000)) * Math.exp(-i / 9000) + 0.01 * deviate(i),
);

const frames = (rows: number, cols: number) => ({
  rows,
  cols,
  data: Float32Array.from({ length: rows * cols }, (_, i) => {
    const [frame, bin] = [Math.floor(i / cols), i % cols];
    return -70 + 60 * Math.exp(-(((bin / cols - 0.2 - (0.5 * frame) / rows) * 20) ** 2)) + 3 * deviate(i);
  }),
});

const recalls = emotions.map((label, i) => ({
  label,
  value: 0.4 + 0.07 * i,
  low: 0.35 + 0.06 * i,
  high: Math.min(1, 0.45 + 0.08 * i),
  support: 120,
}));

export const samples: Record<string, () => Spec> = {
  confusion: () =>
    confusionMatrixPlot(matrix([..."0123456789"]), {
      title: "Spoken digits, unseen speakers",
      subtitle: "FSDD, 400 items",
    }),
  confusionShares: () => confusionMatrixPlot(matrix(emotions), { normalize: true, theme: "dark" }),
  confusionTwo: () =>
    confusionMatrixPlot(
      { labels: ["bonafide", "spoof"], data: [1200, 34, 3, 15234], rows: 2, cols: 2 },
      { title: "Spoof" },
    ),
  confusionMany: () =>
    confusionMatrixPlot(
      matrix(
        Array.from({ length: 300 }, (_, i) => `s${i}`),
        500,
      ),
    ),
  confusionLongNames: () =>
    confusionMatrixPlot(matrix(["a class with a very long name indeed", "Äpfel & Birnen <b>", "ə, ş, ğ", "Ω µ"])),
  bars: () => perClassBars(recalls, { reference: { value: 0.62, label: "balanced accuracy 62.0" } }),
  barsMany: () =>
    perClassBars(
      Array.from({ length: 60 }, (_, i) => ({ label: `speaker ${i + 1}`, value: 0.3 + (i * 0.7) / 60 })),
      { sort: true, theme: "dark" },
    ),
  learning: () =>
    learningCurve(
      [
        { title: "Loss (nats)", series: { training: fall(4, 0), validation: fall(5, 0.005) } },
        {
          title: "Accuracy",
          series: { training: fall(4, 0).map((v) => 1 - v / 2.2), validation: fall(5, 0).map((v) => 1 - v / 2.1) },
        },
      ],
      { bestEpoch: 28, title: "digits-mlp" },
    ),
  learningShort: () => learningCurve([{ title: "Loss (nats)", series: { training: [1.2] } }], { theme: "dark" }),
  roc: () =>
    rocPlot([
      { name: "log-mel", ...rising(near), auc: 0.921 },
      { name: "LFCC", ...rising(far), auc: 0.993 },
    ]),
  precisionRecall: () =>
    precisionRecallPlot([{ name: "log-mel", ...precision(near), averagePrecision: 0.93 }], { prevalence: 0.5 }),
  det: () =>
    detPlot(
      [
        { name: "log-mel", ...near, eer: 0.159 },
        { name: "LFCC", ...far, eer: 0.041 },
      ],
      { title: "Unseen vocoders" },
    ),
  detDark: () => detPlot([{ name: "LFCC", ...far }], { theme: "dark" }),
  scores: () =>
    scoreHistogram(
      [
        { name: "bona fide", scores: near.targets },
        { name: "spoof", scores: near.others.subarray(0, 300) },
      ],
      { threshold: 1.02, xTitle: "Score (log-likelihood ratio)" },
    ),
  targets: () =>
    targetDistribution(
      emotions.flatMap((label, i) => [
        { label, count: 96 - 5 * i, part: "train" },
        { label, count: 24, part: "test" },
      ]),
      { title: "RAVDESS" },
    ),
  waveform: () => waveformPlot(chirp, { sampleRate: 16000 }),
  waveformShort: () => waveformPlot(chirp.subarray(0, 300), { sampleRate: 16000, theme: "dark" }),
  spectrogram: () => spectrogramPlot(frames(300, 257), { sampleRate: 16000, hopLength: 160 }),
  melSpectrogram: () =>
    spectrogramPlot(frames(300, 64), { sampleRate: 22050, hopLength: 256, axis: "mel", fMin: 20, title: "Mel" }),
  mfcc: () =>
    spectrogramPlot(frames(120, 13), { sampleRate: 16000, hopLength: 160, axis: "index", height: 140, theme: "dark" }),
  calibration: () =>
    calibrationPlot([
      {
        name: "raw",
        probPred: [0.05, 0.3, 0.5, 0.7, 0.95],
        probTrue: [0.2, 0.38, 0.5, 0.6, 0.8],
        counts: [300, 80, 40, 90, 420],
      },
      {
        name: "Platt",
        probPred: [0.1, 0.3, 0.5, 0.7, 0.9],
        probTrue: [0.11, 0.29, 0.52, 0.69, 0.91],
        counts: [200, 120, 90, 150, 370],
      },
    ]),
  calibrationPlain: () =>
    calibrationPlot([{ name: "raw", probPred: [0.1, 0.9], probTrue: [0.2, 0.7] }], { theme: "dark" }),
  correlation: () => {
    const names = ["age", "income", "debt ratio", "open credit lines", "late payments", "dependents"];
    return correlationHeatmap(
      names,
      names.flatMap((_, i) => names.map((_, j) => (i === j ? 1 : Math.sin(3 * (i + 1) * (j + 1)) * 0.8))),
    );
  },
  heatmapMany: () => {
    const names = Array.from({ length: 80 }, (_, i) => `feature ${i}`);
    const data = Float64Array.from(
      { length: 6400 },
      (_, i) => Math.cos(Math.floor(i / 80) / 9) * Math.cos((i % 80) / 9),
    );
    return heatmapPlot({ data, rows: 80, cols: 80, rowNames: names, colNames: names }, { theme: "dark" });
  },
  heatmapAmounts: () =>
    heatmapPlot(
      { data: [1, 20, 300, 4.5, 0, Number.NaN], rows: 2, cols: 3, rowNames: ["a", "b"], colNames: ["x", "y", "z"] },
      { valueTitle: "Time (ms)" },
    ),
  importance: () =>
    featureImportance(
      Array.from({ length: 12 }, (_, i) => ({
        name: `mfcc ${i} mean`,
        value: 0.2 / (i + 1),
        low: 0.1 / (i + 1),
        high: 0.26 / (i + 1),
      })),
      { metric: "Loss of AUC when shuffled" },
    ),
  importanceSigned: () =>
    featureImportance(
      [
        { name: "great", value: 2.1 },
        { name: "awful", value: -3.2 },
        { name: "film", value: 0.1 },
      ],
      {
        metric: "Weight",
        theme: "dark",
      },
    ),
  embedding: () =>
    embeddingScatter(
      {
        data: Float32Array.from(
          { length: 900 * 16 },
          (_, i) => deviate(i) + ((Math.floor(i / 16) % 5) * ((i % 16) % 5)) / 1.5,
        ),
        rows: 900,
        cols: 16,
      },
      { labels: Array.from({ length: 900 }, (_, i) => `speaker ${i % 5}`), title: "Speakers" },
    ),
  embeddingPlane: () => embeddingScatter({ data: [0, 0, 1, 1, 2, 0.5], rows: 3, cols: 2 }, { theme: "dark" }),
  images: () =>
    imageGrid(
      Array.from({ length: 7 }, (_, k) => ({
        width: 28,
        height: 28,
        data: Uint8Array.from(
          { length: 784 },
          (_, i) => 128 + 127 * Math.sin(((i % 28) * (k + 1)) / 9 + Math.floor(i / 28) / 5),
        ),
        caption: k === 3 ? "a caption that is too long to stand here" : `${k} → ${(k * 3) % 10}`,
        marked: k % 3 === 1,
      })),
      { title: "Worst items" },
    ),
  imagesPlain: () =>
    imageGrid(
      [1, 3, 4].map((channels) => ({
        width: 20,
        height: 10,
        data: Float32Array.from({ length: 200 * channels }, (_, i) => (i % 97) / 96),
        caption: `${channels} channels`,
      })),
      { theme: "dark", columns: 3 },
    ),
  sweep: () =>
    parallelCoordinates(
      Array.from({ length: 24 }, (_, i) => ({
        settings: {
          c: 10 ** ((i % 6) - 2),
          kernel: ["rbf", "linear"][i % 2],
          gamma: 0.01 * ((i % 4) + 1),
          balanced: i % 3 === 0,
        },
        figure: 0.7 + 0.25 * Math.abs(Math.sin(i)),
      })),
      { metric: "Accuracy" },
    ),
  intervals: () =>
    intervalPlot(
      [
        { name: "digits-mlp-3", value: 0.962, low: 0.948, high: 0.975, marked: true },
        { name: "digits-svm-1", value: 0.941, low: 0.92, high: 0.958 },
        { name: "digits-cnn-2", value: 0.981, low: 0.972, high: 0.99 },
      ],
      { metric: "Accuracy", percent: true, reference: 0.97 },
    ),
  intervalOne: () =>
    intervalPlot([{ name: "difference", value: -0.02, low: -0.05, high: 0.01 }], { reference: 0, theme: "dark" }),
  lines: () =>
    linePlot(
      [
        {
          name: "YIN",
          x: chirp.slice(0, 900).map((_, i) => i / 100),
          y: Float64Array.from({ length: 900 }, (_, i) => (i % 300 < 60 ? Number.NaN : 150 + 40 * Math.sin(i / 40))),
        },
        {
          name: "pYIN",
          x: chirp.slice(0, 900).map((_, i) => i / 100),
          y: Float64Array.from({ length: 900 }, (_, i) => 155 + 40 * Math.sin(i / 40)),
        },
      ],
      { xTitle: "Time (s)", yTitle: "Pitch (Hz)", title: "Pitch" },
    ),
  linesLog: () =>
    linePlot([{ name: "loss", x: [0, 1, 10, 100, 1000], y: [3, 2, 0.5, 0.01, 0.0002] }], {
      xTitle: "Step",
      yTitle: "Loss",
      log: "both",
      theme: "dark",
    }),
  surface: () => {
    const n = 60;
    const at = (i: number) => -2 + (4 * i) / (n - 1);
    const rosenbrock = (x: number, y: number) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    const data = Float64Array.from({ length: n * n }, (_, i) => rosenbrock(at(i % n), at(Math.floor(i / n))));
    const path = (bend: number) => {
      const steps = Array.from({ length: 40 }, (_, i) => -1.5 + (2.5 * i) / 39);
      return { x: steps, y: steps.map((x) => x * x + bend * (1 - x)) };
    };
    return surfacePaths(
      { data, rows: n, cols: n, xDomain: [-2, 2], yDomain: [-2, 2] },
      [
        { name: "SGD", ...path(0.1) },
        { name: "Adam", ...path(-0.2) },
      ],
      { title: "Rosenbrock", target: { x: 1, y: 1 } },
    );
  },
};
