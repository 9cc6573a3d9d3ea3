import { type SpoofMethodName, spoofClip, spoofMethodNames } from "@earshot/datasets";
import { freeSpokenDigits, ravdess, spoofProtocol } from "@earshot/datasets/node";
import { bootstrapEer, equalErrorRate } from "@earshot/metrics";
import { logisticRegression, pipeline, standardScaler } from "@earshot/models";
import { frontEnd } from "./frontEnd.js";
import { byRecording } from "./judge.js";
import type { FindCorpus, Fit, Recipe } from "./recipe.js";
import { cutWindows, type Sample, selectWindows, toSamples, type WindowSet } from "./windows.js";

const windows = {
  features: {
    ...frontEnd,
    deltas: 2 as const,
    pool: { statistics: ["mean" as const, "std" as const], segments: 1 },
  },
  windowSec: 1,
  stepSec: 0.5,
  variations: 1,
};

const fit: Fit = async ({ x, y }) =>
  pipeline(standardScaler(), logisticRegression({ c: 0.05, maxIter: 300, classWeight: "balanced" })).fit(x, y);

const methods = spoofMethodNames;

/** Speech of people, and of machines that copied them. */
export const spoof: Recipe = {
  name: "spoof",
  async build(find) {
    const people = await readPeople(find);
    if (people.length === 0) return undefined;
    const copies = people.flatMap((sample, i) =>
      [methods[i % methods.length], methods[(i + 1 + (i % 3)) % methods.length]].map((method, k) =>
        copyOf(sample, method, 2 * i + k),
      ),
    );
    const samples = [...people, ...copies];
    const train = await cutWindows(samples, windows);
    const unseen = await judgeUnseen(samples, train);
    const vocoders = await judgeVocoders(find, train);
    return {
      recordings: samples.length,
      windows,
      model: await fit(train),
      live: { task: "spoof", title: "Spoofed speech", threshold: unseen.threshold, ignore: ["bonafide"] },
      data: {
        name: "RAVDESS and the Free Spoken Digit Dataset, and copies of them by the ten methods of `earshot spoof`",
        licence: "CC BY-NC-SA 4.0; CC BY-SA 4.0",
      },
      metrics: { ...unseen.metrics, ...vocoders },
      notes: [
        "eerUnseen: speakers and spoofing method both not trained on, each method left out in turn; per method eerUnseen.NAME.",
        "eerVocoders, eer.NAME: neural vocoders and text-to-speech of one speaker; neither that voice nor any neural vocoder was trained on.",
        "Non-commercial: the training data's licence (CC BY-NC-SA 4.0) asks for it.",
        "Built from features averaged over a second and logistic regression: it finds the artefacts of simple vocoders and misses most of what good neural ones make. Never proof that speech is genuine or fake.",
      ],
    };
  },
};

async function readPeople(find: FindCorpus): Promise<Sample[]> {
  const actors = find(/ravdess/i);
  const digits = find(/free-spoken-digit|fsdd/i);
  const every = (samples: Sample[], n: number) => samples.filter((_, i) => i % n === 0);
  return [
    ...(actors ? every(toSamples((await ravdess({ root: actors })).items, "ravdess"), 2) : []),
    ...(digits ? every(toSamples((await freeSpokenDigits({ root: digits })).items, "fsdd"), 8) : []),
  ].map((sample) => ({ ...sample, label: "bonafide", part: "bonafide" }));
}

const copyOf = (sample: Sample, method: SpoofMethodName, seed: number): Sample => ({
  ...sample,
  id: `${sample.id}/${method}`,
  label: "spoof",
  part: method,
  load: async () => spoofClip(await sample.load(), { method, seed }).clip,
});

interface Scored {
  yTrue: number[];
  yScore: number[];
}

/** Each method is left out in turn, and with it a quarter of the speakers: neither is known when they are judged. */
async function judgeUnseen(samples: readonly Sample[], train: WindowSet) {
  const groups = [...new Set(samples.map((sample) => sample.group))].sort();
  const fold = new Map(groups.map((group, i) => [group, i % 4]));
  const pooled: Scored = { yTrue: [], yScore: [] };
  const metrics: Record<string, unknown> = {};
  for (const [i, method] of methods.entries()) {
    const out = i % 4;
    const model = await fit(
      selectWindows(train, (row) => fold.get(train.groups[row]) !== out && samples[train.sample[row]].part !== method),
    );
    const heard = selectWindows(train, (row) => {
      const { part } = samples[train.sample[row]];
      return train.original[row] && fold.get(train.groups[row]) === out && (part === method || part === "bonafide");
    });
    const judged = byRecording(samples, heard, await model.predictProba(heard.x));
    model.dispose();
    const scored = scores(judged.map(({ sample, probabilities }) => [sample.label, probabilities[1]]));
    metrics[`eerUnseen.${method}`] = equalErrorRate(scored.yTrue, scored.yScore).eer;
    pooled.yTrue.push(...scored.yTrue);
    pooled.yScore.push(...scored.yScore);
  }
  const { threshold } = equalErrorRate(pooled.yTrue, pooled.yScore);
  return { threshold, metrics: { eerUnseen: interval(pooled), ...metrics } };
}

/** Neural vocoders of another corpus, where it is at hand: by system and pooled. */
async function judgeVocoders(find: FindCorpus, train: WindowSet): Promise<Record<string, unknown>> {
  const root = find(/vocoder-?spoof/i);
  if (!root) return {};
  const { items } = await spoofProtocol({ root });
  const systems = new Map(items.map((item) => [`voc/${item.id}`, String(item.attributes?.system ?? "")]));
  const samples = toSamples(items, "voc");
  const model = await fit(train);
  const heard = await cutWindows(samples, { ...windows, variations: 0 });
  const judged = byRecording(samples, heard, await model.predictProba(heard.x));
  model.dispose();
  const genuine = judged.filter(({ sample }) => sample.label === "bonafide");
  const names = [...new Set(judged.map(({ sample }) => systems.get(sample.id)))].filter(
    (name) => name !== "bonafide" && name !== "-",
  );
  const rows = (some: typeof judged) =>
    scores(some.map(({ sample, probabilities }) => [sample.label, probabilities[1]]));
  return {
    eerVocoders: interval(rows(judged)),
    ...Object.fromEntries(
      names.map((name) => {
        const { yTrue, yScore } = rows([...genuine, ...judged.filter(({ sample }) => systems.get(sample.id) === name)]);
        return [`eer.${name}`, equalErrorRate(yTrue, yScore).eer];
      }),
    ),
  };
}

/** Spoof is the target. */
const scores = (rows: [string, number][]): Scored => ({
  yTrue: rows.map(([label]) => (label === "spoof" ? 1 : 0)),
  yScore: rows.map(([, score]) => score),
});

function interval({ yTrue, yScore }: Scored): { value: number; low: number; high: number } {
  const { value, low, high } = bootstrapEer(yTrue, yScore);
  return { value, low, high };
}
