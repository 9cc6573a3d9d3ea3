import {
  type Classifier,
  histGradientBoosting,
  logisticRegression,
  type Matrix,
  type Pipeline,
  pipeline,
  randomForest,
  rocAucScorer,
  type SparseMatrix,
  stacking,
  standardScaler,
  svc,
} from "../src/index.js";
import { countVectorizer, naiveBayesWeights, tfidfVectorizer } from "../src/text/index.js";
import type { Labelled, Material } from "./material.js";
import { memoryOf } from "./memory.js";

/** One job, done by us here and by scikit-learn there. */
export interface Work {
  title: string;
  /** Name of the job in tools/peers/models.py. */
  name: string;
  rounds: number;
  /** What is compared: seconds (default), or what `run` gives. */
  unit?: "s" | "MB";
  run(): unknown;
  /** What came of it, in the same measure as the peer's. */
  score?(): number | Promise<number>;
}

export function works({ texts, table, vectors }: Material): Work[] {
  return [...(texts ? textWorks(texts) : []), ...(table ? tableWorks(table) : []), svcWork(vectors)];
}

const share = (labels: readonly string[], y: readonly string[]): number =>
  labels.filter((label, i) => label === y[i]).length / y.length;

function textWorks({ train, held }: { train: Labelled<string[]>; held: Labelled<string[]> }): Work[] {
  const vectorizer = tfidfVectorizer({ ngramRange: [1, 2], maxFeatures: 50_000, sublinearTf: true });
  const classifier = logisticRegression();
  const closer = logisticRegression({ c: 4 });
  let best: Pipeline | undefined;
  let rows: SparseMatrix | undefined;
  const fitted = (): SparseMatrix => {
    rows ??= vectorizer.fitTransform(train.x);
    return rows;
  };
  return [
    {
      title: "TF-IDF, 25,000 reviews, 1–2-grams, 50,000 kept",
      name: "tfidf",
      rounds: 2,
      run() {
        rows = vectorizer.fitTransform(train.x);
      },
    },
    {
      title: "logistic regression on them, C = 1",
      name: "textRegression",
      rounds: 3,
      run: () => classifier.fit(fitted(), train.y),
      score: () => share(classifier.predict(vectorizer.transform(held.x)), held.y),
    },
    {
      title: "the same, C = 4 (recipe sentiment)",
      name: "sentiment",
      rounds: 1,
      run: () => closer.fit(fitted(), train.y),
      score: () => share(closer.predict(vectorizer.transform(held.x)), held.y),
    },
    {
      title: "naive-Bayes-weighted regression on 1–3-grams, from text (recipe sentiment-best)",
      name: "sentimentBest",
      rounds: 1,
      async run() {
        best = await pipeline(
          countVectorizer({ tokens: "expressive", ngramRange: [1, 3], binary: true, minDf: 2, stripHtml: true }),
          naiveBayesWeights(),
          logisticRegression({ c: 0.3 }),
        ).fit(train.x, train.y);
      },
      score: async () => (best ? share(await best.predict(held.x), held.y) : Number.NaN),
    },
    {
      title: "memory at most: reviews to TF-IDF to regression, a process of its own",
      name: "memory",
      rounds: 1,
      unit: "MB",
      run: () => memoryOf(train),
    },
    {
      title: "100 reviews one by one, text to probability",
      name: "reviews",
      rounds: 5,
      run: () => held.x.slice(0, 100).map((text) => classifier.predictProba(vectorizer.transform([text]))),
    },
  ];
}

/** Of forests, on both sides. */
const threads = 2;

function tableWorks({ train, held }: { train: Labelled<Matrix>; held: Labelled<Matrix> }): Work[] {
  const work = (title: string, name: string, rounds: number, make: () => Classifier): Work => {
    let model: Classifier | undefined;
    return {
      title,
      name,
      rounds,
      async run() {
        model = make();
        await model.fit(train.x, train.y, { threads });
      },
      score: async () => (model ? rocAucScorer(held.y, await model.predictProba(held.x), model.classes) : Number.NaN),
    };
  };
  const forest = (nEstimators: number) => randomForest({ nEstimators, minSamplesLeaf: 10 });
  const scaled = () => logisticRegression({ maxIter: 1000 });
  // Unscaled sums of money would need thousands of iterations: both sides of the stack get scaled columns.
  const scaler = standardScaler().fit(train.x);
  const [scaledTrain, scaledHeld] = [scaler.transform(train.x), scaler.transform(held.x)];
  Object.assign(train, { x: scaledTrain });
  Object.assign(held, { x: scaledHeld });
  const stack = () =>
    stacking({
      estimators: [() => forest(300), () => histGradientBoosting(), scaled],
      final: () => logisticRegression(),
    });
  return [
    work("random forest, 300 trees, leaves of 10, 19,200 × 23", "forest", 2, () => forest(300)),
    work("histogram boosting, the same", "boosting", 5, () => histGradientBoosting()),
    work("logistic regression, the same, scaled", "tableRegression", 5, scaled),
    work("stacking of the three, 5 parts", "stacking", 1, stack),
  ];
}

function svcWork({ train, held }: Material["vectors"]): Work {
  const model = svc({ probability: "none" });
  let right = 0;
  return {
    title: "SVC (RBF), 1,600 × 140, ten classes; fit and 400 predictions",
    name: "svc",
    rounds: 9,
    run() {
      right = share(model.fit(train.x, train.y).predict(held.x), held.y);
    },
    score: () => right,
  };
}
