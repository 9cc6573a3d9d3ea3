/** A few lines that use a package, and what they print; the same under every Node and, where `browser` says so, in a page. */
export interface Use {
  name: string;
  source: string;
  prints: string;
  /** "plain": as it is from a module script; "bundled": after a bundler. */
  browser?: "plain" | "bundled";
}

export const uses: Use[] = [
  {
    name: "@earshot/dsp",
    source: `import { mfcc } from "@earshot/dsp";
const samples = Float32Array.from({ length: 16000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 16000));
const { rows, cols, data } = mfcc(samples, { sampleRate: 16000, nFft: 512, hopLength: 160, nMels: 40, nMfcc: 13 });
print(rows, cols, data.every(Number.isFinite));`,
    prints: "101 13 true",
    browser: "plain",
  },
  {
    name: "@earshot/metrics",
    source: `import { equalErrorRate } from "@earshot/metrics";
print(equalErrorRate([1, 1, 1, 1, 0, 0, 0, 0], [2.1, 1.4, 0.3, 1.9, -0.5, 0.6, -1.2, 0.1]).eer);`,
    prints: "0.25",
    browser: "plain",
  },
  {
    name: "@earshot/plots",
    source: `import { confusionMatrixPlot, renderSvg } from "@earshot/plots";
const svg = await renderSvg(confusionMatrixPlot({ labels: ["a", "b"], data: [4, 1, 2, 8], rows: 2, cols: 2 }));
print(svg.startsWith("<svg"));`,
    prints: "true",
    browser: "bundled",
  },
  {
    name: "@earshot/engine",
    source: `import { useEngine } from "@earshot/engine";
const { tf, layers, name } = await useEngine({ threads: 1 });
const model = layers.sequential();
model.add(layers.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 1] }));
model.add(layers.layers.globalAveragePooling2d({}));
model.add(layers.layers.dense({ units: 2, activation: "softmax" }));
model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });
const { history } = await model.fit(tf.ones([4, 8, 8, 1]), tf.oneHot([0, 1, 0, 1], 2), { epochs: 2, verbose: 0 });
print(name, history.loss.length);`,
    prints: "wasm 2",
    browser: "bundled",
  },
  {
    name: "@earshot/datasets",
    source: `import { decode, encodeWav, syntheticSpeech } from "@earshot/datasets";
const { samples, sampleRate } = await decode(encodeWav({ samples: Float32Array.of(0, 0.5, -0.5), sampleRate: 8000 }));
print(samples.length, sampleRate, typeof syntheticSpeech);`,
    prints: "3 8000 function",
    browser: "bundled",
  },
  {
    name: "@earshot/models",
    source: `import { pipeline, standardScaler, svc } from "@earshot/models";
const x = { data: Float32Array.of(1, 2, 2, 1, 8, 9, 9, 8), rows: 4, cols: 2 };
const model = await pipeline(standardScaler(), svc({ c: 10 })).fit(x, ["low", "low", "high", "high"]);
print(...(await model.predict({ data: Float32Array.of(7, 7), rows: 1, cols: 2 })));`,
    prints: "high",
    browser: "bundled",
  },
  {
    name: "@earshot/vision",
    source: `import { createImage, drawBoxes, loadOpenCv, resize } from "@earshot/vision";
import { findTemplate } from "@earshot/vision/templates";
await loadOpenCv();
const scene = drawBoxes(createImage(64, 48, 3, [40, 90, 160]), [{ x: 20, y: 10, width: 16, height: 12 }]);
const [match] = findTemplate(scene, drawBoxes(createImage(24, 20, 3, [40, 90, 160]), [{ x: 4, y: 4, width: 16, height: 12 }]));
print(Math.round(match.center.x), Math.round(match.center.y), resize(scene, { scale: 0.5 }).width);`,
    prints: "28 16 32",
  },
  {
    name: "@earshot/cli",
    source: `import { loadRecipe, shippedRecipes } from "@earshot/cli";
print(shippedRecipes().includes("quickstart"), loadRecipe("quickstart", ["model.c=3"]).recipe.model.c);`,
    prints: "true 3",
  },
  {
    name: "@earshot/live",
    source: `import { shippedModels, startServer } from "@earshot/live";
// A longer step than its own: a machine that is busy with tests may be too slow for that, and the server then refuses to start.
const server = await startServer({ models: shippedModels(["spoof"]).map((model) => ({ ...model, stepSec: 1.5 })), port: 0 });
const answer = await fetch(server.url + "healthz");
print(answer.status);
await server.close();`,
    prints: "200",
  },
];

/** The program of a use: what it prints comes as one line. */
export const programOf = ({ source }: Use): string =>
  `${source.replaceAll("print(", "console.log(")}
`;
