import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frequencyTicks } from "../src/audio/frequencyTicks.js";
import { probit } from "../src/detection/probit.js";
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
  magma,
  parallelCoordinates,
  perClassBars,
  precisionRecallPlot,
  projectToPlane,
  renderSvg,
  rocPlot,
  scoreHistogram,
  spectrogramPlot,
  surfacePaths,
  targetDistribution,
  viridis,
  waveformPlot,
} from "../src/index.js";
import { thin } from "../src/thin.js";
import { deviate } from "./samples.js";

fc.configureGlobal({ seed: 32 });

describe("bad input", () => {
  const matrix = { data: [1, 2], rows: 1, cols: 2 };

  it.each([
    [
      () => confusionMatrixPlot({ ...matrix, labels: ["a"] }),
      "confusionMatrixPlot: 1 labels need 1 × 1 counts, got 1 × 2.",
    ],
    [
      () => confusionMatrixPlot({ labels: [], data: [], rows: 0, cols: 0 }),
      "confusionMatrixPlot: matrix must not be empty, got 0 × 0.",
    ],
    [() => perClassBars([]), "perClassBars: classes must hold at least one item, got 0."],
    [() => learningCurve([]), "learningCurve: panels must hold at least one item, got 0."],
    [
      () => learningCurve([{ title: "Loss", series: {} }]),
      "learningCurve: series of Loss must hold at least one item, got 0.",
    ],
    [() => rocPlot([]), "rocPlot: curves must hold at least one item, got 0."],
    [() => rocPlot([{ name: "x", fpr: [0], tpr: [] }]), "rocPlot: x of x has 1 items and y 0."],
    [() => precisionRecallPlot([]), "precisionRecallPlot: curves must hold at least one item, got 0."],
    [() => detPlot([{ name: "x", fpr: [0], fnr: [] }]), "detPlot: fpr of x has 1 items and fnr 0."],
    [
      () => scoreHistogram([{ name: "x", scores: [Number.NaN] }]),
      "scoreHistogram: finite scores must hold at least one item, got 0.",
    ],
    [() => targetDistribution([]), "targetDistribution: counts must hold at least one item, got 0."],
    [() => waveformPlot([], { sampleRate: 8000 }), "waveformPlot: samples must hold at least one item, got 0."],
    [
      () => waveformPlot({ samples: [0], sampleRate: 8000 } as never, { sampleRate: 8000 }),
      "waveformPlot: samples must hold at least one item, got undefined.",
    ],
    [
      () => waveformPlot([0, Number.NaN], { sampleRate: 8000 }),
      "waveformPlot: samples must be finite, got NaN at index 1.",
    ],
    [() => waveformPlot([0], { sampleRate: 0 }), "waveformPlot: sampleRate must be above 0, got 0."],
    [() => waveformPlot([0], { sampleRate: 1, top: 0 }), "waveformPlot: top must be above 0, got 0."],
    [
      () => spectrogramPlot({ ...matrix, cols: 3 }, { sampleRate: 1, hopLength: 1 }),
      "spectrogramPlot: matrix is 1 × 3 but holds 2 numbers.",
    ],
    [
      () => spectrogramPlot(matrix, { sampleRate: 1, hopLength: 1, axis: "log" as never }),
      "spectrogramPlot: axis must be one of linear, mel, index, got log.",
    ],
    [
      () => spectrogramPlot(matrix, { sampleRate: 1, hopLength: 0 }),
      "spectrogramPlot: hopLength must be above 0, got 0.",
    ],
    [
      () => calibrationPlot([{ name: "x", probPred: [1], probTrue: [] }]),
      "calibrationPlot: probPred of x has 1 items and probTrue 0.",
    ],
    [
      () => heatmapPlot({ ...matrix, rowNames: [], colNames: ["a", "b"] }),
      "heatmapPlot: rowNames has 0 items and the rows 1.",
    ],
    [() => correlationHeatmap(["a"], [1, 2]), "heatmapPlot: matrix is 1 × 1 but holds 2 numbers."],
    [() => featureImportance([]), "perClassBars: classes must hold at least one item, got 0."],
    [() => embeddingScatter(matrix, { labels: ["a", "b"] }), "embeddingScatter: labels has 2 items and x 1."],
    [() => imageGrid([]), "imageGrid: images must hold at least one item, got 0."],
    [
      () => imageGrid([{ width: 2, height: 2, data: new Uint8Array(3) }]),
      "imageGrid: image 0 is 2 × 2 and needs 1, 3 or 4 values a pixel, got 3 values.",
    ],
    [() => intervalPlot([]), "intervalPlot: rows must hold at least one item, got 0."],
    [
      () => linePlot([{ name: "x", x: [1], y: [] }], { xTitle: "", yTitle: "" }),
      "linePlot: x of x has 1 items and y 0.",
    ],
    [
      () => surfacePaths({ ...matrix, xDomain: [0, 1], yDomain: [0, 1] }, []),
      "surfacePaths: paths must hold at least one item, got 0.",
    ],
    [() => parallelCoordinates([]), "parallelCoordinates: runs must hold at least one item, got 0."],
  ])("is named in one sentence: case %#", (make, sentence) => {
    expect(make).toThrow(new RangeError(sentence));
  });
});

describe("thin", () => {
  it("keeps the ends and moves no point further than the tolerance", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 80 }), (y) => {
        const x = y.map((_, i) => i / y.length);
        const kept = thin(x, y, 0.05);
        expect([kept[0], kept.at(-1)]).toEqual([0, y.length - 1]);
        kept.slice(1).forEach((to, k) => {
          const from = kept[k];
          for (let i = from; i <= to; i++) {
            const length = Math.hypot(x[to] - x[from], y[to] - y[from]);
            const off = (x[i] - x[from]) * (y[to] - y[from]) - (y[i] - y[from]) * (x[to] - x[from]);
            expect(Math.abs(off) / length).toBeLessThanOrEqual(0.05 + 1e-12);
          }
        });
      }),
    );
    expect(thin([0, 1, 2, 3], [0, 1, 2, 3], 1e-9)).toEqual([0, 3]);
  });

  it("makes a curve of 100,000 points a small figure", async () => {
    const fpr = Float64Array.from({ length: 100_000 }, (_, i) => i / 99_999);
    const spec = rocPlot([{ name: "smooth", fpr, tpr: fpr.map(Math.sqrt) }]);
    expect(JSON.stringify(spec).length).toBeLessThan(30_000);
    expect((await renderSvg(spec)).length).toBeLessThan(30_000);
  });
});

describe("probit", () => {
  it("is the normal deviate, by table", () => {
    for (const [p, z] of [
      [0.5, 0],
      [0.975, 1.959963985],
      [0.01, -2.326347874],
      [0.0001, -3.719016485],
      [0.3, -0.524400513],
    ]) {
      expect(probit(p)).toBeCloseTo(z, 7);
    }
    expect([probit(0), probit(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

describe("frequencyTicks", () => {
  const shape = { bins: 257, fMin: 0, fMax: 8000, melScale: "slaney" as const, height: 220 };

  it("puts round frequencies where their bins are drawn", () => {
    const ticks = frequencyTicks("linear", shape);
    expect(ticks.map((tick) => tick.label)).toEqual(["0", "2000", "4000", "6000", "8000"]);
    expect(ticks[2].at).toBeCloseTo(0.5, 12);
  });

  it("follows the mel scale", () => {
    // HTK: 1000 Hz is 1000 mel, of 2840 at 8 kHz.
    const ticks = frequencyTicks("mel", { ...shape, bins: 40, melScale: "htk" });
    const thousand = ticks.find((tick) => tick.label === "1000");
    expect(thousand?.at).toBeCloseTo(((1000 / 2840.02) * 41 - 0.5) / 40, 3);
    expect(frequencyTicks("mel", { ...shape, bins: 40 }).length).toBeGreaterThan(3);
  });

  it("numbers coefficients", () => {
    expect(frequencyTicks("index", { ...shape, bins: 13 }).map((tick) => tick.label)).toEqual(
      ["0", "5", "10"].slice(0, 3),
    );
  });
});

describe("projectToPlane", () => {
  it("finds the two directions of a plane in space, and all of its variance", () => {
    const [u, v] = [
      [0.6, 0.8, 0],
      [0, 0, 1],
    ];
    const rows = 200;
    const data = Float64Array.from({ length: rows * 3 }, (_, i) => {
      const [r, c] = [Math.floor(i / 3), i % 3];
      return 5 + 3 * deviate(r) * u[c] + deviate(r + 1000) * v[c];
    });
    const { points, explained } = projectToPlane({ data, rows, cols: 3 });
    expect(explained[0] + explained[1]).toBeCloseTo(1, 9);
    expect(explained[0]).toBeGreaterThan(0.8);
    const mean = (k: number) =>
      Array.from({ length: rows }, (_, i) => points[2 * i + k]).reduce((a, b) => a + b) / rows;
    expect(mean(0)).toBeCloseTo(0, 9);
    let product = 0;
    for (let i = 0; i < rows; i++) product += points[2 * i] * points[2 * i + 1];
    expect(product / rows).toBeCloseTo(0, 6);
  });

  it("survives rows that are all alike and a single column", () => {
    expect([...projectToPlane({ data: [1, 1, 1, 1], rows: 2, cols: 2 }).points]).toEqual([0, 0, 0, 0]);
    expect(projectToPlane({ data: [1, 3], rows: 2, cols: 1 }).points[2]).toBeCloseTo(1, 9);
  });
});

describe("colour scales", () => {
  it("rise in grey from end to end", () => {
    for (const scale of [viridis, magma]) {
      const grey = scale.map((hex) => {
        const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
        return 0.299 * r + 0.587 * g + 0.114 * b;
      });
      expect(grey).toEqual([...grey].sort((a, b) => a - b));
    }
  });
});

describe("figures of degenerate data", () => {
  it.each([
    () => scoreHistogram([{ name: "x", scores: [1, 1, 1] }], { threshold: Number.POSITIVE_INFINITY }),
    () =>
      spectrogramPlot(
        { data: [Number.NEGATIVE_INFINITY, Number.NaN], rows: 1, cols: 2 },
        { sampleRate: 8000, hopLength: 80 },
      ),
    () => waveformPlot([0], { sampleRate: 8000 }),
    () => waveformPlot([3, -2], { sampleRate: 8000 }),
    () => waveformPlot([0.01, -0.02], { sampleRate: 8000, top: 0.05 }),
    () => heatmapPlot({ data: [Number.NaN], rows: 1, cols: 1, rowNames: ["a"], colNames: ["b"] }),
    () => perClassBars([{ label: "a", value: 0 }], { percent: false }),
    () => parallelCoordinates([{ settings: {}, figure: 1 }]),
    () => linePlot([{ name: "x", x: [1], y: [Number.NaN] }], { xTitle: "x", yTitle: "y", log: "y" }),
    () =>
      surfacePaths({ data: [1, 1, 1, Number.NaN], rows: 2, cols: 2, xDomain: [0, 1], yDomain: [0, 1] }, [
        { name: "lost", x: [Number.POSITIVE_INFINITY], y: [0] },
      ]),
    () => detPlot([{ name: "x", fpr: [1, 0, 0], fnr: [0, 0, 1], eer: 0 }]),
    () => learningCurve([{ title: "Loss", series: { training: [null, Number.NaN, 2] } }]),
  ])("are drawn all the same: case %#", async (make) => {
    expect(await renderSvg(make())).not.toMatch(/NaN|undefined|Infinity/);
  });
});
